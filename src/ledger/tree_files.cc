// SPDX-License-Identifier: Apache-2.0
#include "ledger/tree_files.hh"

#include <bit>
#include <mutex>

#include "base/fault.hh"
#include "base/file.hh"

namespace avow::ledger {
namespace fs = std::filesystem;

Result<std::unique_ptr<TreeFiles>> TreeFiles::create(fs::path folder, std::string origin,
                                                     crypto::SigningKey key) {
    std::error_code error;
    fs::create_directories(folder / "tile", error);
    if (error)
        return Error(Code::unavailable, "the ledger's folder cannot be made: " + error.message());
    std::unique_ptr<TreeFiles> files(
        new TreeFiles(std::move(folder), std::move(origin), std::move(key)));
    TRY_OK(files->load());
    return files;
}

Status TreeFiles::load() {
    const auto file = folder_ / "checkpoint";
    published_ = {origin_, 0, empty_root()};
    if (!fs::exists(file)) {
        note_ = sign_checkpoint(published_, origin_, key_);
        return write_file_durably(file, as_bytes(note_));
    }
    TRY(note_, read_file(file, 1u << 20));
    TRY(published_, open_checkpoint(note_, {origin_, key_.public_key()}));
    if (published_.origin != origin_)
        return Error(Code::corrupt, "the checkpoint is of another ledger");
    edge_.set_size(published_.size);
    for (int level = 0; level <= kLevelMax; ++level) {
        const auto number = (published_.size >> (8 * level)) / kTileWidth;
        const auto width = width_in(published_.size, level, number);
        if (width == 0) continue;
        TRY(const auto content, read_at({level, number, width}, published_.size));
        TRY(auto hashes, decode_hashes(content));
        edge_.put_level(level, std::move(hashes));
    }
    if (const auto width = static_cast<std::size_t>(published_.size % kTileWidth); width != 0) {
        TRY(bundle_,
            read_at({kEntriesLevel, published_.size / kTileWidth, width}, published_.size));
    }
    if (edge_.root() != published_.root) {
        return Error(Code::corrupt, "the ledger's tiles do not give the checkpoint's root");
    }
    return {};
}

Status TreeFiles::write_tile(const TileName& name, std::string_view content,
                             std::set<fs::path>& folders) {
    const auto path = folder_ / name.path();
    std::error_code error;
    for (auto folder = path.parent_path(); folder != folder_; folder = folder.parent_path()) {
        folders.insert(folder);
    }
    fs::create_directories(path.parent_path(), error);
    if (error)
        return Error(Code::unavailable, "a tile's folder cannot be made: " + error.message());
    return write_file_durably(path, as_bytes(content));
}

Status TreeFiles::write_partials(const Edge& edge, const std::string& bundle,
                                 std::set<fs::path>& folders) {
    for (std::size_t level = 0; level < edge.levels().size(); ++level) {
        const auto& hashes = edge.levels()[level];
        if (hashes.empty()) continue;
        const TileName name{static_cast<int>(level), (edge.size() >> (8 * level)) / kTileWidth,
                            hashes.size()};
        if (fs::exists(folder_ / name.path())) continue;  // an upper level that did not grow
        TRY_OK(write_tile(name, encode_hashes(hashes), folders));
    }
    const auto width = static_cast<std::size_t>(edge.size() % kTileWidth);
    if (width == 0) return {};
    return write_tile({kEntriesLevel, edge.size() / kTileWidth, width}, bundle, folders);
}

Status TreeFiles::add(const std::vector<std::string>& entries) {
    Edge edge = edge_;
    std::string bundle = bundle_;
    std::set<fs::path> folders;
    Status written;
    const auto sink = [&](int level, std::uint64_t number, std::span<const Hash> hashes) {
        if (written)
            written = write_tile({level, number, kTileWidth}, encode_hashes(hashes), folders);
    };
    for (const auto& entry : entries) {
        append_entry(bundle, entry);
        edge.append(leaf_hash(as_bytes(entry)), sink);
        if (edge.size() % kTileWidth == 0) {
            if (written) {
                written = write_tile({kEntriesLevel, edge.size() / kTileWidth - 1, kTileWidth},
                                     bundle, folders);
            }
            bundle.clear();
        }
        TRY_OK(written);
    }
    TRY_OK(write_partials(edge, bundle, folders));
    for (const auto& folder : folders) TRY_OK(sync_folder(folder));
    fault_point("ledger.after_tiles");
    const CheckpointText checkpoint{origin_, edge.size(), edge.root()};
    auto note = sign_checkpoint(checkpoint, origin_, key_);
    TRY_OK(write_file_durably(folder_ / "checkpoint", as_bytes(note)));
    fault_point("ledger.after_checkpoint");
    const std::unique_lock lock(mutex_);
    const auto old_size = published_.size;
    edge_ = std::move(edge);
    bundle_ = std::move(bundle);
    published_ = checkpoint;
    note_ = std::move(note);
    remove_partials(old_size, published_.size);
    return {};
}

// What fails to go costs only space: it is tried again when the tile is full.
void TreeFiles::remove_partials(std::uint64_t old_size, std::uint64_t new_size) {
    std::error_code ignored;
    for (int level = kEntriesLevel; level <= kLevelMax; ++level) {
        const auto shift = level <= 0 ? 0 : 8 * level;
        const auto number = (old_size >> shift) / kTileWidth;
        const auto old_width = width_in(old_size, level, number);
        const auto new_width = width_in(new_size, level, number);
        if (old_width == 0 || old_width == new_width) continue;
        const auto path = folder_ / TileName{level, number, old_width}.path();
        fs::remove(path, ignored);
        if (new_width == kTileWidth) fs::remove_all(path.parent_path(), ignored);
    }
}

Result<std::string> TreeFiles::read_at(const TileName& name, std::uint64_t size) const {
    const auto width = width_in(size, name.level, name.number);
    if (width < name.width || width == 0)
        return Error(Code::not_found, "the ledger has no such tile yet");
    TRY(auto content,
        read_file(folder_ / TileName{name.level, name.number, width}.path(), 32u << 20));
    if (width == name.width) return content;
    if (name.level == kEntriesLevel) return cut_entries(content, name.width);
    return content.substr(0, name.width * 32);
}

Result<std::string> TreeFiles::read(const TileName& name) const {
    const std::shared_lock lock(mutex_);
    return read_at(name, published_.size);
}

std::uint64_t TreeFiles::size() const {
    const std::shared_lock lock(mutex_);
    return published_.size;
}

Hash TreeFiles::root() const {
    const std::shared_lock lock(mutex_);
    return published_.root;
}

std::string TreeFiles::checkpoint() const {
    const std::shared_lock lock(mutex_);
    return note_;
}

std::string TreeFiles::verifier_key() const {
    return spell({origin_, key_.public_key()});
}

Result<Hash> TreeFiles::leaf(std::uint64_t index) const {
    const std::shared_lock lock(mutex_);
    if (index >= published_.size) return Error(Code::not_found, "the ledger has no such leaf yet");
    return range_hash(index, index + 1, published_.size);
}

// Merkle tree hash of leaves [begin, end), both within `size` (RFC 6962 §2.1).
Result<Hash> TreeFiles::range_hash(std::uint64_t begin, std::uint64_t end,
                                   std::uint64_t size) const {
    const auto count = end - begin;
    if (std::has_single_bit(count) && begin % count == 0) {
        const int height = std::countr_zero(count);
        const int level = height / 8;
        const auto width = std::size_t{1} << (height % 8);
        const auto first = begin >> (8 * level);
        const auto offset = static_cast<std::size_t>(first % kTileWidth);
        TRY(const auto content,
            read_at({level, first / kTileWidth, width_in(size, level, first / kTileWidth)}, size));
        TRY(const auto hashes, decode_hashes(content));
        if (hashes.size() < offset + width) return Error(Code::corrupt, "a tile is too short");
        return subtree_hash(std::span(hashes).subspan(offset, width));
    }
    const auto split = std::bit_floor(count - 1);
    TRY(const auto left, range_hash(begin, begin + split, size));
    TRY(const auto right, range_hash(begin + split, end, size));
    return node_hash(left, right);
}

Result<std::vector<Hash>> TreeFiles::inclusion_proof(std::uint64_t index,
                                                     CheckpointText& checkpoint,
                                                     std::string& note) const {
    const std::shared_lock lock(mutex_);
    checkpoint = published_;
    note = note_;
    if (index >= published_.size) return Error(Code::unavailable, "the entry is not published yet");
    // RFC 6962 §2.1.1, from the leaf's side.
    std::vector<Hash> proof;
    std::uint64_t begin = 0;
    std::uint64_t end = published_.size;
    while (end - begin > 1) {
        const auto split = begin + std::bit_floor(end - begin - 1);
        const bool left = index < split;
        TRY(const auto sibling, left ? range_hash(split, end, published_.size)
                                     : range_hash(begin, split, published_.size));
        proof.insert(proof.begin(), sibling);
        (left ? end : begin) = split;
    }
    return proof;
}

}  // namespace avow::ledger
