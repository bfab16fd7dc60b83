// SPDX-License-Identifier: Apache-2.0
// The SQLite driver (standards.md, Storage): WAL and synchronous=FULL with one writer thread, or
// for the keyring a rollback journal, because a WAL keeps deleted keys.
#pragma once

#include <filesystem>
#include <memory>

#include "sql/connection.hh"

namespace avow::sql {

struct SqliteOptions {
    enum class Journal { wal, rollback };
    Journal journal = Journal::wal;
    int readers = 8;             // connections in the reader pool
    int units_per_commit = 512;  // LIMIT: units that share one commit
    int waiting_max = 8192;      // LIMIT: units in the queue; more are answered `unavailable`
};

// `conflict` when the file belongs to a newer schema, `corrupt` when it is no database.
Result<std::unique_ptr<Connection>> open_sqlite(const std::filesystem::path& file,
                                                const SqliteOptions& options);

}  // namespace avow::sql
