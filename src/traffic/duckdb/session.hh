// SPDX-License-Identifier: Apache-2.0
// DuckDB's C API with owners, errors and rows of our own. Private to the engine; with appender.hh
// the only headers that include duckdb.h. Not thread-safe: a session is of one thread at a time.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <duckdb.h>

#include "traffic/columns.hh"

namespace avow::traffic::duck {

// `unavailable` when the engine's memory did not suffice, else `internal`. `why` may be null.
Error failed(std::string_view what, const char* why);

class Answer {
  public:
    Answer() = default;
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer() { duckdb_destroy_result(&result_); }
    duckdb_result* get() { return &result_; }

  private:
    duckdb_result result_{};
};

class Session {
  public:
    explicit Session(duckdb_database database) {
        if (duckdb_connect(database, &connection_) == DuckDBError) connection_ = nullptr;
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() {
        if (connection_ != nullptr) duckdb_disconnect(&connection_);
    }
    duckdb_connection get() const { return connection_; }

    // One statement or several.
    Status run(std::string_view sql, const std::vector<std::int64_t>& numbers = {});
    // One question; its columns are bigint or varchar.
    Status ask(std::string_view sql, const std::vector<std::int64_t>& numbers, const OnRow& on_row);

  private:
    duckdb_connection connection_ = nullptr;
};

}  // namespace avow::traffic::duck
