// SPDX-License-Identifier: Apache-2.0
// Rows on their way into DuckDB. Private to the engine.
#pragma once

#include "traffic/columns.hh"
#include "traffic/duckdb/session.hh"

namespace avow::traffic::duck {

// All that `batch` holds but its mark, in the session's transaction.
Status append(Session& session, const Batch& batch);

}  // namespace avow::traffic::duck
