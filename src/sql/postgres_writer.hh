// SPDX-License-Identifier: Apache-2.0
// Groups of units, one transaction each, several side by side. Units go down the pipeline without
// waiting for one another: the server skips all after the first error, so the unit that failed is
// undone to its savepoint and the ones behind it run again.
#pragma once

#include <thread>
#include <vector>

#include "sql/postgres_pool.hh"
#include "sql/unit_queue.hh"

namespace avow::sql {

class PostgresWriter {
  public:
    PostgresWriter(PostgresPool& pool, int threads, int units_per_commit, int waiting_max);
    ~PostgresWriter();  // finishes the units already queued

    // Returns when the unit is durable or has failed.
    Status write(const Unit& unit) { return queue_.write(unit); }

  private:
    using Group = UnitQueue::Group;
    void serve();
    void run_group(Group& group);
    Status try_group(PostgresHandle& handle, const Group& group, Group& again);
    void run_alone(UnitQueue::Waiting& waiting);

    PostgresPool& pool_;
    const std::size_t units_per_commit_;
    UnitQueue queue_;
    std::vector<std::thread> threads_;
};

}  // namespace avow::sql
