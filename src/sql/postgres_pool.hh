// SPDX-License-Identifier: Apache-2.0
// Connections to one PostgreSQL, made when they are first wanted and made again when they are lost.
// Readers and writers share them, each up to a number of their own, so that with a single
// connection left both still get their turn. When the server refuses some, the others serve on;
// when it refuses all, callers hear why within seconds. Thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "sql/postgres_handle.hh"

namespace avow::sql {

class PostgresPool {
  public:
    enum class For { reading, writing };

    PostgresPool(PostgresAddress address, int readers, int writers)
        : address_(std::move(address)), most_{readers, writers}, cold_(readers + writers) {}

    // Waits for a free connection, or makes one.
    Result<std::unique_ptr<PostgresHandle>> take(For use);
    // A lost one is dropped.
    void give(std::unique_ptr<PostgresHandle> handle, For use);

  private:
    using Clock = std::chrono::steady_clock;
    Result<std::unique_ptr<PostgresHandle>> connect();
    bool is_live() const;  // a connection is open, in use or free

    const PostgresAddress address_;
    const std::array<int, 2> most_;  // by use
    mutable std::mutex mutex_;       // guards what follows
    std::condition_variable wake_;
    std::vector<std::unique_ptr<PostgresHandle>> free_;  // last used first
    int cold_;                                           // connections not made
    int out_ = 0;                                        // open, in callers' hands
    std::array<int, 2> busy_{0, 0};                      // callers served or connecting, by use
    Clock::time_point try_again_{};                      // no new connection before
    std::optional<Error> refusal_;                       // the last one
};

}  // namespace avow::sql
