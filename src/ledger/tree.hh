// SPDX-License-Identifier: Apache-2.0
// The tree over whatever keeps its tiles: how it grows, how it is read back, and the proofs that
// read it. Pure but for the two functions that come in.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "ledger/note.hh"
#include "ledger/tile.hh"

namespace avow::ledger {

using ReadTile = std::function<Result<std::string>(const TileName& name)>;
using WriteTile = std::function<Status(const TileName& name, std::string_view content)>;

// Adds entries at the right edge. Hands over every tile that became full, then each partial one
// that changed. `bundle` holds the entries of the partial bundle.
Status grow(Edge& edge, std::string& bundle, const std::vector<std::string>& entries,
            const WriteTile& write);

// The edge and the partial bundle of a published tree. `corrupt` when the tiles do not give its
// root.
Status read_edge(const CheckpointText& published, const ReadTile& read, Edge& edge,
                 std::string& bundle);

// The part of a stored tile of width `stored` that `name` asks for.
Result<std::string> cut_tile(std::string content, const TileName& name, std::size_t stored);

// Merkle tree hash of leaves [begin, end), both within `size` (RFC 6962 §2.1).
Result<Hash> range_hash(const ReadTile& read, std::uint64_t begin, std::uint64_t end,
                        std::uint64_t size);
// RFC 6962 §2.1.1, from the leaf's side. `unavailable` beyond the tree.
Result<std::vector<Hash>> inclusion_hashes(const ReadTile& read, std::uint64_t index,
                                           std::uint64_t size);
// `not_found` beyond the tree.
Result<std::string> entry_of(const ReadTile& read, std::uint64_t index, std::uint64_t size);

}  // namespace avow::ledger
