// SPDX-License-Identifier: Apache-2.0
// A segment of the spool as the inserts that bring it to a server, each of one table and one day,
// so that it becomes visible at once or not at all. The same segment always makes the same inserts:
// each says in a row of its own that it was done, and is not done twice. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "traffic/clickhouse/client.hh"
#include "traffic/spool.hh"

namespace avow::traffic::clickhouse {

// What a segment is labelled with: where it goes, and a random number that no other has.
struct Label {
    std::string server;      // "host:port"
    std::uint64_t mark = 0;  // 62 bits, never 0
};
std::string text_of(const Label& label);
std::optional<Label> label_from(std::string_view text);

inline constexpr std::size_t kRowsTogether = 100'000;  // LIMIT: rows of one insert

// In the order in which they must be done: words before the rows that name them, imports last.
// `corrupt` when a record cannot be read.
Result<std::vector<Ask>> inserts_of(const Segment& segment, const Label& label,
                                    std::string_view database, std::string_view cluster);

}  // namespace avow::traffic::clickhouse
