// SPDX-License-Identifier: Apache-2.0
#include "app/traffic_store.hh"

#include "app/mail_place.hh"

namespace avow::app {

Result<std::optional<traffic::ClickHouseOptions>> clickhouse_of(
    const Configuration::Traffic& configured) {
    if (configured.store == "duckdb") {
        if (configured.clickhouse_servers.empty()) return std::nullopt;
        return wrong("traffic.clickhouse_servers",
                     "are named, and traffic.store is duckdb: set it to clickhouse");
    }
    if (configured.store != "clickhouse") {
        return wrong("traffic.store", "must be duckdb or clickhouse");
    }
    traffic::ClickHouseOptions options;
    auto servers = traffic::clickhouse::parse_addresses(configured.clickhouse_servers);
    if (!servers) {
        return wrong("traffic.clickhouse_servers",
                     "must name servers as http://host:8123, separated by commas");
    }
    options.servers = std::move(*servers);
    options.cluster = configured.clickhouse_cluster;
    options.database = configured.clickhouse_database;
    options.login.user = configured.clickhouse_user;
    if (!configured.clickhouse_password_file.empty()) {
        TRY(options.login.password,
            password_in(configured.clickhouse_password_file, "traffic.clickhouse_password_file"));
    }
    options.spool_bytes = std::uint64_t{configured.spool_mb} << 20;
    return options;
}

}  // namespace avow::app
