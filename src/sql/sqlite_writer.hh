// SPDX-License-Identifier: Apache-2.0
// The writer: one thread that runs units of many callers in one transaction and commits them
// together. A unit that fails takes nothing of its neighbours with it. A savepoint for each is dear
// (a copy of every page a unit touches) and few fail after they have written: the group runs
// without, and only when one does, it is rolled back and runs again with a savepoint each.
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
    enum class Guard { none, savepoints };
    // False when a unit without a savepoint failed after it had written: nothing is left of the
    // group, and it has to run again.
    bool try_group(UnitQueue::Group& group, Guard guard);
    Status run_in_savepoint(const Unit& unit);

    std::unique_ptr<SqliteHandle> handle_;
    SqliteReaders& readers_;
    const std::size_t units_per_commit_;
    UnitQueue queue_;
    std::thread thread_;
};

}  // namespace avow::sql
