// SPDX-License-Identifier: Apache-2.0
#include "sql/schema.hh"

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>

#include <gtest/gtest.h>

#include "base/file.hh"
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
insert into names (name) values ('a blob, (strict)');
-- postgres: create index names_by_hash on names (hash);
)";

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
insert into names (name) values ('a blob, (strict)');
create index names_by_hash on names (hash);
)");
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

TEST(Schema, FollowsWhatLaterScriptsChange) {
    ASSERT_GET(const auto tables,
               read_tables("create table t (a blob primary key) strict;\n"
                           "alter table t rename to t_1;\n"
                           "-- distribution: a\ncreate table t (a blob, unique (a)) strict;\n"
                           "insert into t (a) select a from t_1;\ndrop table t_1;"));
    ASSERT_EQ(tables.size(), 1u);
    EXPECT_EQ(tables[0].name, "t");
    EXPECT_EQ(tables[0].distribution, "a");
}

TEST(Schema, SpreadsEachTableOnceAndACustomersRowsTogether) {
    const std::vector<Table> tables{{"customers", "customer_id", {}, {}},
                                    {"data", "customer_id", {}, {}},
                                    {"tokens", "reference", {}, {}}};
    const std::string once =
        " where not exists (select 1 from pg_dist_partition where logicalrelid = '";
    EXPECT_EQ(distribute_statements(tables),
              (std::vector<std::string>{
                  "select create_distributed_table('customers', 'customer_id', colocate_with => "
                  "'none')" +
                      once + "customers'::regclass)",
                  "select create_distributed_table('data', 'customer_id', colocate_with => "
                  "'customers')" +
                      once + "data'::regclass)",
                  "select create_reference_table('tokens')" + once + "tokens'::regclass)"}));
}

// ---- the house's own schema and statements

namespace fs = std::filesystem;

bool is_schema(const fs::path& file) {
    return file.stem().string().find("schema_") != std::string::npos;
}

// Traffic has engines of its own.
bool is_of_traffic(const fs::path& file) {
    return file.string().find("/traffic/sql/") != std::string::npos;
}

std::vector<fs::path> sql_files() {
    std::vector<fs::path> files;
    for (const auto& item : fs::recursive_directory_iterator(AVOW_SOURCE_DIR "/src")) {
        const auto& path = item.path();
        if (path.extension() == ".sql" && !is_of_traffic(path)) files.push_back(path);
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<Table> tables_of_the_house() {
    std::string script;
    for (const auto& file : sql_files()) {
        if (is_schema(file)) script += *read_file(file) + "\n";
    }
    auto tables = read_tables(script);
    EXPECT_THAT(tables, avow::testing::IsOk());
    return tables ? *tables : std::vector<Table>();
}

bool has_word(const std::string& text, const std::string& pattern) {
    return std::regex_search(text, std::regex("\\b" + pattern));
}

// Nothing when the statement asks one machine; else what it does instead.
std::string wrong_with(const std::string& statement, const std::vector<Table>& tables) {
    for (const std::string word : {"nextval", "currval", "serial", "pg_advisory", "listen",
                                   "notify", "deferrable", "now\\(\\)", "current_timestamp"}) {
        if (has_word(statement, word)) return "uses " + word;
    }
    for (const auto& table : tables) {
        if (table.is_reference() || !has_word(statement, table.name + "\\b")) continue;
        const auto& column = table.distribution;
        const bool inserts =
            has_word(statement, "insert into " + table.name + " \\([^)]*\\b" + column + "\\b");
        const bool by_key = has_word(statement, column + " = \\$[0-9]");
        if (!inserts && !by_key) return "asks every machine for " + table.name;
    }
    return "";
}

// Off the hot path, and why each may ask every machine.
const std::map<std::string, std::string>& sweeps() {
    static const std::map<std::string, std::string> all{
        {"list_customers", "the whole-store check"},
        {"file_acts", "where one node has the store to itself"},
        {"delete_filed_acts", "where one node has the store to itself"},
        {"read_disclosures", "evidence, every ten seconds at most"},
        {"read_newest_passwords", "evidence, every ten seconds at most"},
        {"delete_old_answers", "once an hour"},
        {"count_password_ages", "evidence, every ten seconds at most"},
        {"count_accounts", "evidence, every ten seconds at most"},
        {"count_sealed", "evidence, every ten seconds at most"},
        {"delete_old_sessions", "once at start"},
        {"delete_index", "a customer's change of address"},
        {"count_indexed", "one node's own ledger"},
        {"read_pending", "one node's own ledger"},
        {"delete_pending", "one node's own ledger"},
        {"read_oldest_pending", "the sequencer alone"},
        {"delete_batch", "the sequencer alone"},
        {"find_newest_pending", "the sequencer alone"},
        {"find_pending_until", "who waits for a publication"},
        {"find_pending", "a proof that is not ready"},
        {"delete_pending_entry", "a restored store, before it serves"},
        {"count_sessions_of_customer", "what an erasure would take"},
        {"delete_sessions_of_customer", "a customer's erasure"},
        {"delete_customer_index", "a customer's erasure"},
        {"count_rows_of_customer", "the proof of a customer's erasure"},
        {"list_sessions", "a customer who looks at them"},
        {"delete_links_of_customer", "a customer's erasure, or a change of address"},
        {"delete_links_of_kind", "a customer who asks for a link"},
        {"find_newest_link", "a customer who asks for a link"},
        {"delete_old_links", "once at start"},
        {"delete_other_sessions", "a change of password"},
        {"delete_answers", "a customer's erasure"},
        {"list_whole_erasures", "the whole-store check"},
        {"read_due_letters", "who sends letters, once a second, over the waiting ones"},
        {"release_letters", "once at start"},
        {"find_letter_by_message", "a letter that came back"},
        {"count_letters", "the operator's question"},
        {"delete_old_letters", "once an hour"},
        {"delete_old_letter_stops", "once an hour"},
        {"delete_letter_stops_of_customer", "a customer's erasure"},
        {"read_queue", "an employee who looks at the queue"},
        {"read_request_terms", "an employee who seeks requests by their words"},
        {"count_requests_waiting", "an employee who looks at what waits"},
        {"find_overdue_requests", "once a minute, while somebody asked to be told"},
        {"list_overdue_assignees", "once a minute"},
        {"find_overdue_rights", "once a minute, while somebody asked to be told"},
        {"delete_request_owners_of_customer", "a customer's erasure"},
        {"delete_mail_threads_of_customer", "a customer's erasure"},
        {"move_mail_threads", "an employee who merges two requests"},
        {"move_mail_threads_of_messages", "an employee who splits a request"},
        {"count_waiting_letters", "who asks how mail stands, over those that wait"},
        {"delete_old_mails", "once an hour"},
        {"delete_old_quarantined", "once an hour"},
        {"count_quarantined", "the operator's question, and a mail that is set aside"},
        {"list_quarantined", "the operator's question"},
        {"delete_sign_ups_of_customer", "an address that is shown to be somebody's"},
        {"list_leftovers", "once at start"},
        {"find_waiting_export", "who makes archives, every two seconds, over the waiting ones"},
        {"list_old_exports", "who makes archives, every two seconds, over those of a day"},
        {"resume_exports", "once at start"},
        {"read_due_rights",
         "who moves requests under the policy, once a second, over the due ones"},
        {"read_rights", "an officer who looks at the requests under the policy"},
        {"count_rights_waiting", "an officer who looks at the requests under the policy"},
        {"list_old_rights", "once an hour"},
        {"delete_old_list_askings", "once an hour"},
        {"list_standing_answers", "a researcher who looks at results"},
        {"read_answers_to_survey", "a researcher who reads answers"},
        {"list_withdrawn_survey_answers", "once at start"},
        {"delete_survey_codes_of_customer", "a customer's erasure"},
    };
    return all;
}

TEST(HouseSchema, IsReadByBothEnginesAndSpreadsAsItStands) {
    const auto tables = tables_of_the_house();
    EXPECT_GE(tables.size(), 13u);
    const auto is_spread_by_customer = [&](const std::string& name) {
        return std::any_of(tables.begin(), tables.end(), [&](const Table& table) {
            return table.name == name && table.distribution == "customer_id" &&
                   table.columns[0] == "customer_id";
        });
    };
    for (const auto* hot :
         {"customers", "data", "collections", "permissions", "acts", "accounts", "ledger_pending"})
        EXPECT_TRUE(is_spread_by_customer(hot)) << hot;
}

TEST(HouseSchema, NoStatementOfTheHotPathAsksMoreThanOneMachine) {
    const auto tables = tables_of_the_house();
    int statements = 0;
    for (const auto& file : sql_files()) {
        if (is_schema(file)) continue;
        ++statements;
        const auto name = file.stem().string();
        const auto wrong = wrong_with(*read_file(file), tables);
        if (sweeps().contains(name)) {
            EXPECT_NE(wrong, "") << name << " is no sweep: take it off the list";
        } else {
            EXPECT_EQ(wrong, "") << file;
        }
    }
    EXPECT_GE(statements, 40);
}

TEST(HouseSchema, TheRuleFindsStatementsThatBreakIt) {
    const auto tables = tables_of_the_house();
    EXPECT_EQ(wrong_with("select sealed from acts where customer_id = $1", tables), "");
    EXPECT_NE(wrong_with("select sealed from acts where entry_id = $1", tables), "");
    EXPECT_NE(wrong_with("insert into acts (entry_id) values ($1)", tables), "");
    EXPECT_NE(wrong_with("delete from sessions where seen_ms < $1", tables), "");
    EXPECT_NE(wrong_with("select nextval('s')", tables), "");
    EXPECT_EQ(wrong_with("select version from policies", tables), "");
}

}  // namespace
}  // namespace avow::sql
