// SPDX-License-Identifier: Apache-2.0
#include "traffic/clickhouse/tables.hh"

#include <algorithm>

#include "traffic/columns.hh"

namespace avow::traffic::clickhouse {

const std::array<Table, 6> kTables{{
    {"words", "kind UInt8, span UInt32, id UInt64, word String", "ReplacingMergeTree", "span",
     "kind, id", "", "", kSpanDays},
    {"views",
     "site UInt64, hour UInt32, page UInt64, name UInt64, source UInt64, campaign UInt64, "
     "browser UInt64, system UInt64, n UInt32, country UInt16, kind UInt8, channel UInt8, "
     "device UInt8, origin UInt8, bot UInt8, known UInt8, today UInt8, week UInt8, month UInt8, "
     "year UInt8, gap UInt8, depth UInt8, entry UInt8, reload UInt8",
     "SummingMergeTree(n)", "intDiv(hour, 24)",
     "site, hour, page, kind, name, source, campaign, browser, system, country, channel, device, "
     "origin, bot, known, today, week, month, year, gap, depth, entry, reload",
     "page", "hour = {day} * 24", 1},
    {"edges", "site UInt64, day UInt32, from_page UInt64, to_page UInt64, n UInt32",
     "SummingMergeTree(n)", "day", "site, day, from_page, to_page", "to_page", "day = {day}", 1},
    {"engagement", "site UInt64, day UInt32, page UInt64, bucket UInt8, n Int32",
     "SummingMergeTree(n)", "day", "site, day, page, bucket", "page", "day = {day}", 1},
    {"properties", "site UInt64, day UInt32, name UInt64, property UInt64, n UInt32",
     "SummingMergeTree(n)", "day", "site, day, name, property", "property", "day = {day}", 1},
    {"imports", "file String, bytes UInt64, lines UInt64, rejected UInt64", "MergeTree", "",
     "file, bytes", "", "", 0},
}};

const Table& table_named(std::string_view name) {
    return *std::find_if(kTables.begin(), kTables.end(),
                         [&](const Table& table) { return table.name == name; });
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    });
}

std::string where_rows_lie(const Table& table, std::string_view cluster) {
    return (cluster.empty() ? "" : "local_") + std::string(table.name);
}

std::vector<std::string> schema(std::string_view database, std::string_view cluster) {
    std::vector<std::string> statements{"create database if not exists " + std::string(database)};
    for (const auto& table : kTables) {
        const auto in = std::string(database) + ".";
        const auto local = where_rows_lie(table, cluster);
        auto made = "create table if not exists " + in + local + " (" + std::string(table.columns) +
                    ") engine = " + std::string(table.engine);
        if (!table.partition.empty()) made += " partition by " + std::string(table.partition);
        statements.push_back(made + " order by (" + std::string(table.order) + ")");
        if (cluster.empty()) continue;
        statements.push_back("create table if not exists " + in + std::string(table.name) + " as " +
                             in + local + " engine = Distributed('" + std::string(cluster) +
                             "', '" + std::string(database) + "', '" + local + "')");
    }
    return statements;
}

std::string insert_once(const Table& table, std::string_view cluster, std::int64_t day,
                        std::uint64_t mark) {
    const auto local = where_rows_lie(table, cluster);
    const auto insert = "insert into " + local + " select * from batch";
    if (mark == 0) return insert;
    std::string of_day(table.day);
    of_day.replace(of_day.find("{day}"), 5, std::to_string(day));
    return insert + " where (select count() from " + local + " where site = 0 and " + of_day +
           " and " + std::string(table.mark) + " = " + std::to_string(mark) + ") = 0";
}

}  // namespace avow::traffic::clickhouse
