// SPDX-License-Identifier: Apache-2.0
// The tables as ClickHouse keeps them, in words that 18.16 and current ones both take: the columns
// of sql/schema_1.sql, words as hashes. A day is a partition, so that it leaves at once; the order
// is that of the content, and equal rows are added up when parts are merged.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace avow::traffic::clickhouse {

struct Table {
    std::string_view name;
    std::string_view columns;  // with their types
    std::string_view engine;
    std::string_view partition;  // empty: none
    std::string_view order;
    std::string_view mark;  // the column in which a row of no site names what was delivered
    std::string_view day;   // condition of one day, over `{day}`
    std::uint32_t days_of_partition;  // 0: rows stay
};
extern const std::array<Table, 6> kTables;
const Table& table_named(std::string_view name);

// Letters, digits and underscores: nothing else may stand in a statement.
bool is_name(std::string_view text);

// Where rows lie: with a cluster, in local_NAME of each server, and NAME reads them all.
std::string where_rows_lie(const Table& table, std::string_view cluster);
// One statement each; all may run again and again.
std::vector<std::string> schema(std::string_view database, std::string_view cluster);

// Inserts the rows that come along as `batch`, unless a row of no site says that it was done.
// `mark` 0: without such a row, for tables in which a second row changes nothing.
std::string insert_once(const Table& table, std::string_view cluster, std::int64_t day,
                        std::uint64_t mark);

}  // namespace avow::traffic::clickhouse
