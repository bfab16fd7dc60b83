// SPDX-License-Identifier: Apache-2.0
// Forward-only migrations, the same for every engine: which scripts of a room are still to run.
#pragma once

#include <functional>
#include <initializer_list>
#include <string_view>

#include "sql/connection.hh"

namespace avow::sql {

inline constexpr std::string_view kMigrationsTable =
    "-- distribution: reference\n"
    "create table if not exists migrations (room text primary key, version integer not null) "
    "strict;";

// `conflict` when the store was written by a newer avow.
Status run_migrations(Writer& unit, std::string_view room,
                      std::initializer_list<std::string_view> scripts,
                      const std::function<Status(std::string_view script)>& run_script);

}  // namespace avow::sql
