// SPDX-License-Identifier: Apache-2.0
// Tiles of the tree (C2SP tlog-tiles): names, contents, and the tree's right edge, from which full
// and partial tiles are cut. Pure: no I/O.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "ledger/merkle.hh"

namespace avow::ledger {

inline constexpr std::size_t kTileWidth = 256;
inline constexpr std::size_t kEntryMax = 65'535;  // LIMIT: bytes of one entry, by its length prefix
inline constexpr int kLevelMax = 7;               // LIMIT: 256^8 leaves
inline constexpr int kEntriesLevel = -1;

struct TileName {
    int level = 0;  // kEntriesLevel: a bundle of entries
    std::uint64_t number = 0;
    std::size_t width = kTileWidth;  // of hashes or entries; less than kTileWidth: partial

    std::string path() const;  // "tile/0/x001/234.p/17"
    // `invalid` for anything that path() would not write.
    static Result<TileName> parse(std::string_view path);
};

// How wide tile `number` of `level` is in a tree of `size` leaves; 0: it is not there.
std::size_t width_in(std::uint64_t size, int level, std::uint64_t number);

// Hash of a perfect subtree from its hashes one level of tiles below; a power of two of them.
Hash subtree_hash(std::span<const Hash> hashes);

std::string encode_hashes(std::span<const Hash> hashes);
Result<std::vector<Hash>> decode_hashes(std::string_view content);
void append_entry(std::string& bundle, std::string_view entry);
Result<std::vector<std::string>> decode_entries(std::string_view content);
// The first `count` entries' bytes of a bundle.
Result<std::string> cut_entries(std::string_view content, std::size_t count);

// The tree's right edge: the hashes of every partial tile. Grows leaf by leaf.
class Edge {
  public:
    using TileSink =
        std::function<void(int level, std::uint64_t number, std::span<const Hash> hashes)>;
    // Hands every tile that becomes full to `sink`.
    void append(const Hash& leaf, const TileSink& sink);
    void put_level(int level, std::vector<Hash> hashes);  // when read back from files
    void set_size(std::uint64_t size) { size_ = size; }
    std::uint64_t size() const { return size_; }
    const std::vector<std::vector<Hash>>& levels() const { return levels_; }
    Hash root() const;

  private:
    std::uint64_t size_ = 0;
    std::vector<std::vector<Hash>> levels_;  // each shorter than kTileWidth
};

}  // namespace avow::ledger
