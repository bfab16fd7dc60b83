// SPDX-License-Identifier: Apache-2.0
// The embedded engine: DuckDB over its C API, one process, one file. A commit is flushed to the
// disk before append() returns; a kill loses nothing of it (tests/system/traffic_test.py).
#pragma once

#include <filesystem>
#include <memory>

#include "traffic/columns.hh"

namespace avow::traffic {

struct DuckOptions {
    std::size_t memory_mb = 512;  // LIMIT: of the engine; a query over it fails, the process lives
    unsigned threads = 2;
};

// Creates the file and its tables when absent. `conflict` when another process holds it.
Result<std::unique_ptr<Columns>> open_duckdb(const std::filesystem::path& file,
                                             DuckOptions options);

}  // namespace avow::traffic
