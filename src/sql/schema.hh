// SPDX-License-Identifier: Apache-2.0
// The schema's language: one script for every engine, in a small part of SQL that this file knows.
//   types     blob, integer, text
//   tables    create table NAME (COLUMN TYPE …, unique (…), primary key (…)) strict;
//   changes   alter table NAME add column COLUMN TYPE …; alter table NAME rename to NAME;
//             drop table NAME;
//   postgres  a line -- postgres: STATEMENT, which SQLite takes for a comment
//   spread    a line before each table: -- distribution: COLUMN | reference
// A table that is spread by a column keeps each customer's rows (or each address's, each session's)
// on one machine; a reference table is small and stands on all of them. Pure: no I/O.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace avow::sql {

// In PostgreSQL's words: bytea, bigint, text that sorts by its bytes, as SQLite's does.
std::string to_postgres(std::string_view script);

struct Table {
    std::string name;
    std::string distribution;  // a column, or "reference"
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> keys;  // of every unique and primary key

    bool is_reference() const { return distribution == "reference"; }
};

// The tables that stand after `script`. `invalid` when one has no distribution line, is spread by a
// column it has not, or has a unique key without that column: no engine could hold such a key on
// many machines.
Result<std::vector<Table>> read_tables(std::string_view script);

// What spreads the tables over a cluster that speaks Citus; a table that is spread already stays.
std::vector<std::string> distribute_statements(const std::vector<Table>& tables);

}  // namespace avow::sql
