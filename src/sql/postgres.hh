// SPDX-License-Identifier: Apache-2.0
// The PostgreSQL driver (15 and later, over libpq): a small pool, statements prepared once a
// connection, binary values, pipelined writes. Units of many callers share one commit; several
// groups commit side by side. A connection that is lost is made again, with bounded patience; a
// unit is run again unless its commit was already on its way, when nobody can know: `unavailable`.
// Promises durability as the server is set up: synchronous_commit is put on where it was off.
// TLS, several hosts and timeouts go by the address (libpq's connection parameters); its password
// reaches no log and no error.
#pragma once

#include <memory>
#include <string>

#include "sql/connection.hh"

namespace avow::sql {

struct PostgresOptions {
    int readers = 4;             // connections that read at a time
    int writers = 4;             // connections that write at a time, one thread each
    int units_per_commit = 128;  // LIMIT: units that share one commit
    int waiting_max = 8192;      // LIMIT: units in the queue; more are answered `unavailable`
};

// `address` is a postgresql:// URL or a conninfo string. `invalid` when it is neither, `denied`
// when the server refuses the user, `not_found` when it has no such database, `unavailable` with
// the reason when it cannot be reached.
Result<std::unique_ptr<Connection>> open_postgres(const std::string& address,
                                                  const PostgresOptions& options);

}  // namespace avow::sql
