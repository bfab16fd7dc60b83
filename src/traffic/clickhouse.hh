// SPDX-License-Identifier: Apache-2.0
// The engine for many machines: ClickHouse over HTTP, one server or the shards of a cluster, which
// many programs write to. What is appended goes to a spool on this machine's disk first and is
// delivered once (decision 54): a cluster that is away delays figures and loses none.
// Promises: append() returns when the rows are on this disk; each is counted once, whatever is
// killed. Does not promise: that a server which loses power keeps what it took just before.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/random.hh"
#include "traffic/clickhouse/client.hh"
#include "traffic/columns.hh"

namespace avow::traffic {

struct ClickHouseOptions {
    std::vector<clickhouse::Address> servers;  // each a shard
    std::string cluster;  // as remote_servers of the servers' configuration calls them; empty: one
    std::string database = "avow";
    clickhouse::Login login;
    std::uint64_t spool_bytes = std::uint64_t{1} << 30;             // LIMIT: of what waits
    std::chrono::milliseconds patience = std::chrono::seconds(60);  // with one question or insert
    bool delivers_itself = true;  // false: only settle() and questions deliver
};

// `invalid` for options that contradict each other, `conflict` when another process holds the
// spool. The servers need not be there yet. `random` outlives it.
Result<std::unique_ptr<Columns>> open_clickhouse(const std::filesystem::path& spool,
                                                 ClickHouseOptions options, Random& random);

}  // namespace avow::traffic
