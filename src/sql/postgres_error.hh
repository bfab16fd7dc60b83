// SPDX-License-Identifier: Apache-2.0
// What PostgreSQL's error codes mean to our callers (PostgreSQL manual, appendix A). Of the
// server's words only those that cannot hold a value of ours go on into the log.
#pragma once

#include <string_view>

#include <libpq-fe.h>

#include "base/result.hh"

namespace avow::sql {

struct PostgresFailure {
    Error error;
    bool try_again = false;  // the same unit may succeed: a deadlock, a lock held too long
    bool lost = false;       // the connection is of no use any more
};

PostgresFailure failure_of(const PGresult* result);
// Of a connection that was lost, or could not be made. `connection` may hold the server's refusal.
PostgresFailure failure_of(PGconn* connection);
PostgresFailure failure_of_state(std::string_view sqlstate, std::string_view message);

}  // namespace avow::sql
