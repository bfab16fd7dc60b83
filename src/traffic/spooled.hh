// SPDX-License-Identifier: Apache-2.0
// An engine of this process behind a spool: an event is acknowledged when it is in a file on the
// disk, and the engine takes what came within a second in one commit, which costs it little more
// than one event's would. Questions wait for what was acknowledged before them.
// Promises: as ClickHouse's (clickhouse.hh): append() returns when the rows are on this disk; each
// is counted once, whatever is killed.
#pragma once

#include <filesystem>
#include <memory>

#include "base/random.hh"
#include "traffic/columns.hh"

namespace avow::traffic {

struct SpoolOptions {
    std::filesystem::path folder;
    std::uint64_t bytes_max = std::uint64_t{1} << 30;  // LIMIT: of what waits
    bool delivers_itself = true;                       // false: only questions deliver
};

// Brings what an earlier process left there, before it returns. `engine` keeps once what carries a
// mark. `conflict` when another process holds the folder. `random` outlives it.
Result<std::unique_ptr<Columns>> open_spooled(std::unique_ptr<Columns> engine, SpoolOptions options,
                                              Random& random);

}  // namespace avow::traffic
