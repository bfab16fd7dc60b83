// SPDX-License-Identifier: Apache-2.0
// `avow db distribute`: the statements that spread the store over a cluster that speaks Citus.
#include <cstdio>

#include "app/commands.hh"
#include "app/configuration.hh"
#include "app/schema.hh"
#include "sql/postgres.hh"

namespace avow::app {
namespace {

constexpr std::string_view kFindCluster =
    "select to_regproc('create_distributed_table') is not null, "
    "to_regclass('customers') is not null";

Status check_cluster(sql::Connection& store) {
    bool spreads = false;
    bool is_filled = false;
    TRY_OK(store.read([&](sql::Reader& reader) {
        return reader.query(kFindCluster, {}, [&](const sql::Row& row) -> Status {
            spreads = row.integer(0) != 0;
            is_filled = row.integer(1) != 0;
            return {};
        });
    }));
    if (!spreads) {
        return Error(Code::not_found,
                     "this database cannot be spread: it has no Citus. Run \"create extension "
                     "citus\" in it, on every machine, and try again");
    }
    if (!is_filled) {
        return Error(Code::not_found,
                     "this database holds no tables of avow yet: start `avow serve` with it once, "
                     "stop it, and try again");
    }
    return {};
}

}  // namespace

Result<int> distribute_store(const std::filesystem::path& data, Applying applying) {
    TRY(const auto tables, house_tables());
    const auto statements = sql::distribute_statements(tables);
    if (applying == Applying::print_only) {
        for (const auto& statement : statements) std::printf("%s;\n", statement.c_str());
        return kDone;
    }
    TRY(const auto configuration, read_configuration(data, {}));
    if (configuration.store.empty()) {
        return Error(Code::invalid,
                     "the store is SQLite, which stays on one machine: name a "
                     "PostgreSQL database by `store` in avow.toml, or AVOW_STORE");
    }
    TRY(const auto store, sql::open_postgres(configuration.store, {}));
    TRY_OK(check_cluster(*store));
    for (const auto& statement : statements) {
        bool spread = false;
        TRY_OK(store->write([&](sql::Writer& unit) {
            spread = false;
            return unit.query(statement, {}, [&](const sql::Row&) -> Status {
                spread = true;
                return {};
            });
        }));
        std::printf("%s: %s\n", spread ? "spread" : "was spread", statement.c_str());
    }
    return kDone;
}

}  // namespace avow::app
