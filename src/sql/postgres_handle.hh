// SPDX-License-Identifier: Apache-2.0
// One connection to PostgreSQL, always in pipeline mode: what need not be waited for is only sent,
// and its result is read before the next one that is asked for. After the first error the server
// skips all that follows until recover(); `failed_tag()` says whose statement it was.
// Used by one thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include <libpq-fe.h>

#include "sql/connection.hh"
#include "sql/postgres_address.hh"
#include "sql/postgres_error.hh"

namespace avow::sql {

struct ResultEnd {
    void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ResultEnd>;

class PostgresHandle final : public Writer {
  public:
    static Result<std::unique_ptr<PostgresHandle>> create(const PostgresAddress& address);
    ~PostgresHandle() override { PQfinish(connection_); }

    Status query(std::string_view statement, Parameters parameters,
                 const RowVisitor& visit) override;
    Result<std::int64_t> run(std::string_view statement, Parameters parameters) override;
    Status execute(std::string_view statement, Parameters parameters) override;

    // Several statements without parameters, outside the pipeline: the schema.
    Status run_script(const std::string& script);

    // Sends what is queued to the server, and an end of the pipeline's segment, without waiting.
    Status send_sync();
    // Waits for everything that was sent. An error if any of it failed.
    Status settle();
    // After an error: the server listens again. False when the connection is lost.
    bool recover();

    void tag(std::size_t tag) { tag_ = tag; }  // of what is sent from now on
    bool has_failed() const { return failure_.has_value(); }
    const PostgresFailure& failure() const { return *failure_; }
    std::size_t failed_tag() const { return failed_tag_; }
    bool is_lost() const { return lost_; }
    void abandon() { lost_ = true; }
    // Whether a visitor was given a row since the last call.
    bool took_rows() { return std::exchange(took_rows_, false); }
    // How the server ended the last command: "COMMIT", "ROLLBACK" …
    const std::string& last_command() const { return last_command_; }

  private:
    struct Sent {
        enum class Kind { prepare, statement, sync };
        Kind kind;
        std::size_t tag;
        const char* statement;  // its address: the key of statements_
    };
    enum class Stand { sent, ready };

    explicit PostgresHandle(PGconn* connection) : connection_(connection) {}
    Status begin_session();
    Status send(std::string_view statement, Parameters parameters);
    Status prepare(std::string_view statement, Parameters parameters, std::string& name);
    Result<ResultPtr> wait();  // the result of the last statement sent
    ResultPtr read_one();      // of the oldest in flight
    void note_failure(PostgresFailure failure, std::size_t tag);
    Error lose();

    PGconn* connection_;
    std::deque<Sent> in_flight_;
    std::unordered_map<const char*, Stand> statements_;  // by address of their text
    std::size_t tag_ = 0;
    std::optional<PostgresFailure> failure_;
    std::size_t failed_tag_ = 0;
    bool lost_ = false;
    bool took_rows_ = false;
    std::string last_command_;
};

}  // namespace avow::sql
