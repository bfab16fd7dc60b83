// SPDX-License-Identifier: Apache-2.0
#include "ledger/tree_files.hh"

#include <mutex>

#include "base/fault.hh"
#include "base/file.hh"
#include "ledger/tree.hh"

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
    TRY(published_, open_own_checkpoint(note_, {origin_, key_.public_key()}));
    if (published_.origin != origin_)
        return Error(Code::corrupt, "the checkpoint is of another ledger");
    return read_edge(published_, reader(), edge_, bundle_);
}

Status TreeFiles::write_tile(const TileName& name, std::string_view content,
                             std::set<fs::path>& folders) {
    const auto path = folder_ / name.path();
    std::error_code error;
    const bool made = fs::create_directories(path.parent_path(), error);
    if (error)
        return Error(Code::unavailable, "a tile's folder cannot be made: " + error.message());
    folders.insert(path.parent_path());
    // Which of the folders above are new is not known: then all of them hold something new.
    for (auto folder = path.parent_path(); made && folder != folder_;) {
        folder = folder.parent_path();
        folders.insert(folder);
    }
    return write_file_in_unsynced_folder(path, as_bytes(content));
}

Status TreeFiles::add(const std::vector<std::string>& entries) {
    Edge edge = edge_;
    std::string bundle = bundle_;
    std::set<fs::path> folders;
    TRY_OK(grow(edge, bundle, entries, [&](const TileName& name, std::string_view content) {
        return write_tile(name, content, folders);
    }));
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
    return cut_tile(std::move(content), name, width);
}

ReadTile TreeFiles::reader() const {
    return [this](const TileName& name) { return read_at(name, published_.size); };
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

std::string TreeFiles::sign(std::string_view body) const {
    return sign_note(body, origin_, key_);
}

std::string TreeFiles::verifier_key() const {
    return spell({origin_, key_.public_key()});
}

Result<Hash> TreeFiles::leaf(std::uint64_t index) const {
    const std::shared_lock lock(mutex_);
    if (index >= published_.size) return Error(Code::not_found, "the ledger has no such leaf yet");
    return range_hash(reader(), index, index + 1, published_.size);
}

Result<std::vector<Hash>> TreeFiles::inclusion_proof(std::uint64_t index,
                                                     CheckpointText& checkpoint,
                                                     std::string& note) const {
    const std::shared_lock lock(mutex_);
    checkpoint = published_;
    note = note_;
    return inclusion_hashes(reader(), index, published_.size);
}

}  // namespace avow::ledger
