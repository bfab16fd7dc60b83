// SPDX-License-Identifier: Apache-2.0
#include "sql/schema.hh"

#include <gtest/gtest.h>

#include "base/testing.hh"

namespace avow::sql {
namespace {

using avow::testing::Fails;

constexpr std::string_view kScript = R"(-- Words: text, blob; strict
-- distribution: customer_id
create table things (
    customer_id blob not null,
    text        text not null, -- a column named as its type
    position    integer,
    unique (customer_id, text)
) strict;
create index things_by_text on things (text);
-- distribution: name
create table names (name text primary key, hash blob not null) strict, without rowid;
alter table things add column note text;
insert into names (name) values ('a blob, (strict)');)";

TEST(Schema, IsSaidInPostgresWords) {
    EXPECT_EQ(to_postgres(kScript), R"(-- Words: text, blob; strict
-- distribution: customer_id
create table things (
    customer_id bytea not null,
    text        text collate "C" not null, -- a column named as its type
    position    bigint,
    unique (customer_id, text)
);
create index things_by_text on things (text);
-- distribution: name
create table names (name text collate "C" primary key, hash bytea not null);
alter table things add column note text collate "C";
insert into names (name) values ('a blob, (strict)');)");
}

TEST(Schema, TellsTablesWithTheirKeysAndSpread) {
    ASSERT_GET(const auto tables, read_tables(kScript));
    ASSERT_EQ(tables.size(), 2u);
    EXPECT_EQ(tables[0].name, "things");
    EXPECT_EQ(tables[0].distribution, "customer_id");
    EXPECT_EQ(tables[0].columns, (std::vector<std::string>{"customer_id", "text", "position"}));
    EXPECT_EQ(tables[0].keys, (std::vector<std::vector<std::string>>{{"customer_id", "text"}}));
    EXPECT_EQ(tables[1].keys, (std::vector<std::vector<std::string>>{{"name"}}));
}

TEST(Schema, RefusesATableThatNoManyMachinesCouldHold) {
    EXPECT_THAT(read_tables("create table t (a blob) strict;"), Fails(Code::invalid));
    EXPECT_THAT(read_tables("-- distribution: b\ncreate table t (a blob) strict;"),
                Fails(Code::invalid));
    EXPECT_THAT(read_tables("-- distribution: a\ncreate table t (a blob, b text unique) strict;"),
                Fails(Code::invalid));
    EXPECT_THAT(
        read_tables("-- distribution: a\ncreate table t (a blob, b text, unique (b)) strict;"),
        Fails(Code::invalid));
    EXPECT_THAT(
        read_tables("-- distribution: a\ncreate table t (a blob, b text primary key) strict;"),
        Fails(Code::invalid));
    EXPECT_TRUE(
        read_tables("-- distribution: reference\ncreate table t (a blob primary key) strict;"));
}

}  // namespace
}  // namespace avow::sql
