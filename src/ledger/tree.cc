// SPDX-License-Identifier: Apache-2.0
#include "ledger/tree.hh"

#include <bit>

namespace avow::ledger {
namespace {

Status write_partials(const Edge& edge, std::uint64_t old_size, const std::string& bundle,
                      const WriteTile& write) {
    for (std::size_t i = 0; i < edge.levels().size(); ++i) {
        const auto& hashes = edge.levels()[i];
        if (hashes.empty()) continue;
        const auto level = static_cast<int>(i);
        const TileName name{level, (edge.size() >> (8 * level)) / kTileWidth, hashes.size()};
        // An upper level that did not grow is there already.
        if (width_in(old_size, level, name.number) == name.width) continue;
        TRY_OK(write(name, encode_hashes(hashes)));
    }
    const auto width = static_cast<std::size_t>(edge.size() % kTileWidth);
    if (width == 0) return {};
    return write({kEntriesLevel, edge.size() / kTileWidth, width}, bundle);
}

}  // namespace

Status grow(Edge& edge, std::string& bundle, const std::vector<std::string>& entries,
            const WriteTile& write) {
    const auto old_size = edge.size();
    Status written;
    const auto sink = [&](int level, std::uint64_t number, std::span<const Hash> hashes) {
        if (written) written = write({level, number, kTileWidth}, encode_hashes(hashes));
    };
    for (const auto& entry : entries) {
        append_entry(bundle, entry);
        edge.append(leaf_hash(as_bytes(entry)), sink);
        TRY_OK(written);
        if (edge.size() % kTileWidth != 0) continue;
        TRY_OK(write({kEntriesLevel, edge.size() / kTileWidth - 1, kTileWidth}, bundle));
        bundle.clear();
    }
    return write_partials(edge, old_size, bundle, write);
}

Status read_edge(const CheckpointText& published, const ReadTile& read, Edge& edge,
                 std::string& bundle) {
    edge = Edge();
    bundle.clear();
    edge.set_size(published.size);
    for (int level = 0; level <= kLevelMax; ++level) {
        const auto number = (published.size >> (8 * level)) / kTileWidth;
        const auto width = width_in(published.size, level, number);
        if (width == 0) continue;
        TRY(const auto content, read({level, number, width}));
        TRY(auto hashes, decode_hashes(content));
        edge.put_level(level, std::move(hashes));
    }
    if (const auto width = static_cast<std::size_t>(published.size % kTileWidth); width != 0) {
        TRY(bundle, read({kEntriesLevel, published.size / kTileWidth, width}));
    }
    if (edge.root() != published.root) {
        return Error(Code::corrupt, "the ledger's tiles do not give the checkpoint's root");
    }
    return {};
}

Result<std::string> cut_tile(std::string content, const TileName& name, std::size_t stored) {
    if (stored == name.width) return content;
    if (name.level == kEntriesLevel) return cut_entries(content, name.width);
    return content.substr(0, name.width * 32);
}

Result<Hash> range_hash(const ReadTile& read, std::uint64_t begin, std::uint64_t end,
                        std::uint64_t size) {
    const auto count = end - begin;
    if (std::has_single_bit(count) && begin % count == 0) {
        const int height = std::countr_zero(count);
        const int level = height / 8;
        const auto width = std::size_t{1} << (height % 8);
        const auto first = begin >> (8 * level);
        const auto offset = static_cast<std::size_t>(first % kTileWidth);
        TRY(const auto content,
            read({level, first / kTileWidth, width_in(size, level, first / kTileWidth)}));
        TRY(const auto hashes, decode_hashes(content));
        if (hashes.size() < offset + width) return Error(Code::corrupt, "a tile is too short");
        return subtree_hash(std::span(hashes).subspan(offset, width));
    }
    const auto split = std::bit_floor(count - 1);
    TRY(const auto left, range_hash(read, begin, begin + split, size));
    TRY(const auto right, range_hash(read, begin + split, end, size));
    return node_hash(left, right);
}

Result<std::vector<Hash>> inclusion_hashes(const ReadTile& read, std::uint64_t index,
                                           std::uint64_t size) {
    if (index >= size) return Error(Code::unavailable, "the entry is not published yet");
    std::vector<Hash> proof;
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (end - begin > 1) {
        const auto split = begin + std::bit_floor(end - begin - 1);
        const bool left = index < split;
        TRY(const auto sibling,
            left ? range_hash(read, split, end, size) : range_hash(read, begin, split, size));
        proof.insert(proof.begin(), sibling);
        (left ? end : begin) = split;
    }
    return proof;
}

Result<std::string> entry_of(const ReadTile& read, std::uint64_t index, std::uint64_t size) {
    const auto width = width_in(size, kEntriesLevel, index / kTileWidth);
    const auto place = static_cast<std::size_t>(index % kTileWidth);
    if (place >= width) return Error(Code::not_found, "the ledger has no such entry yet");
    TRY(const auto bundle, read({kEntriesLevel, index / kTileWidth, place + 1}));
    TRY(auto entries, decode_entries(bundle));
    if (entries.size() <= place) return Error(Code::corrupt, "a bundle of entries is too short");
    return std::move(entries[place]);
}

}  // namespace avow::ledger
