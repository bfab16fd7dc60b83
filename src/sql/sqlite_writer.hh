// SPDX-License-Identifier: Apache-2.0
// The writer: one thread that runs units of many callers in one transaction and commits them
// together. While a commit waits for the disk the next units gather, so groups grow with the load
// and a lone unit waits for nobody.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "sql/sqlite_handle.hh"

namespace avow::sql {

class SqliteWriter {
  public:
    SqliteWriter(std::unique_ptr<SqliteHandle> handle, int units_per_commit, int waiting_max);
    ~SqliteWriter();  // finishes the units already queued

    // Returns when the unit is durable or has failed.
    Status write(const std::function<Status(Writer&)>& unit);

  private:
    struct Waiting;
    void serve();
    void run_group(std::vector<Waiting*>& group);
    Status run_in_savepoint(const std::function<Status(Writer&)>& unit);

    std::unique_ptr<SqliteHandle> handle_;
    const std::size_t units_per_commit_;
    const std::size_t waiting_max_;
    std::mutex mutex_;  // guards queue_ and stopping_
    std::condition_variable wake_;
    std::deque<Waiting*> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace avow::sql
