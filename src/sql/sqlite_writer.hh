// SPDX-License-Identifier: Apache-2.0
// The writer: one thread that runs units of many callers in one transaction, each in a savepoint of
// its own, and commits them together.
#pragma once

#include <memory>
#include <thread>

#include "sql/sqlite_handle.hh"
#include "sql/sqlite_readers.hh"
#include "sql/unit_queue.hh"

namespace avow::sql {

class SqliteWriter {
  public:
    // `readers` outlives it.
    SqliteWriter(std::unique_ptr<SqliteHandle> handle, SqliteReaders& readers, int units_per_commit,
                 int waiting_max);
    ~SqliteWriter();  // finishes the units already queued

    // Returns when the unit is durable or has failed.
    Status write(const Unit& unit) { return queue_.write(unit); }

  private:
    void serve();
    void run_group(UnitQueue::Group& group);
    Status run_in_savepoint(const Unit& unit);

    std::unique_ptr<SqliteHandle> handle_;
    SqliteReaders& readers_;
    const std::size_t units_per_commit_;
    UnitQueue queue_;
    std::thread thread_;
};

}  // namespace avow::sql
