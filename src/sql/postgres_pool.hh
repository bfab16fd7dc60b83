// SPDX-License-Identifier: Apache-2.0
// Connections to one PostgreSQL, made when they are first wanted and made again when they are lost.
// When the server refuses some, the others serve on; when it refuses all, callers hear why within
// seconds. Thread-safe.
#pragma once

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
    PostgresPool(PostgresAddress address, int size) : address_(std::move(address)), cold_(size) {}

    // Waits for a free connection, or makes one.
    Result<std::unique_ptr<PostgresHandle>> take();
    // A lost one is dropped.
    void give(std::unique_ptr<PostgresHandle> handle);
    // A connection is open, in use or free.
    bool is_live() const;

  private:
    using Clock = std::chrono::steady_clock;
    Result<std::unique_ptr<PostgresHandle>> connect();

    const PostgresAddress address_;
    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::vector<std::unique_ptr<PostgresHandle>> free_;  // last used first
    int cold_;                                           // connections not made
    int busy_ = 0;                                       // in a caller's hands
    Clock::time_point try_again_{};                      // no new connection before
    std::optional<Error> refusal_;                       // the last one
};

}  // namespace avow::sql
