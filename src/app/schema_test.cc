// SPDX-License-Identifier: Apache-2.0
#include "app/schema.hh"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "app/commands.hh"
#include "base/file.hh"
#include "base/testing.hh"
#include "base/text.hh"
#include "sql/migration.hh"
#include "sql/testing.hh"

namespace avow::app {
namespace {

namespace fs = std::filesystem;
using avow::testing::Fails;
using avow::testing::IsOk;
using sql::testing::PostgresCluster;

TEST(HouseScripts, NameEverySchemaFile) {
    const auto scripts = house_scripts();
    for (const auto& item : fs::recursive_directory_iterator(AVOW_SOURCE_DIR "/src")) {
        const auto name = item.path().stem().string();
        // Traffic's tables stand in a file of their own.
        if (item.path().string().find("/traffic/sql/") != std::string::npos) continue;
        if (item.path().extension() != ".sql" || name.find("schema_") == name.npos) continue;
        const auto text = read_file(item.path());
        ASSERT_THAT(text, IsOk());
        EXPECT_NE(std::find(scripts.begin(), scripts.end(), trimmed(*text)), scripts.end())
            << item.path();
    }
}

class Distribute : public sql::testing::EngineTest {
  protected:
    std::string tell(const std::string& statements) {
        return PostgresCluster::shared().tell(statements, database_);
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, Distribute, ::testing::Values(sql::testing::Engine::postgres),
                         [](const auto&) { return "postgres"; });

// Citus' two functions as far as we use them: what they were asked is written down, as Citus does.
constexpr const char* kCluster =
    "create table pg_dist_partition (logicalrelid regclass, how text);"
    "create function create_distributed_table(t regclass, c text, colocate_with text) returns void "
    "language sql as 'insert into pg_dist_partition values (t, c || '' '' || colocate_with)';"
    "create function create_reference_table(t regclass) returns void "
    "language sql as 'insert into pg_dist_partition values (t, ''reference'')'";

TEST_P(Distribute, SpreadsEveryTableOnceHoweverOftenItRuns) {
    const auto address = PostgresCluster::shared().address(database_);
    setenv("AVOW_STORE", address.c_str(), 1);
    EXPECT_THAT(distribute_store(folder_, Applying::apply), Fails(Code::not_found));
    tell(kCluster);
    EXPECT_THAT(distribute_store(folder_, Applying::apply), Fails(Code::not_found));
    ASSERT_GET(const auto store, open_store());
    for (const auto script : house_scripts())
        ASSERT_THAT(store->migrate(std::to_string(reinterpret_cast<std::uintptr_t>(script.data())),
                                   {script}),
                    IsOk());
    EXPECT_THAT(distribute_store(folder_, Applying::print_only), IsOk());
    EXPECT_EQ(tell("select count(*) from pg_dist_partition"), "0");
    for (int i = 0; i < 2; ++i) {
        ASSERT_THAT(distribute_store(folder_, Applying::apply), IsOk());
        ASSERT_GET(const auto tables, house_tables());
        EXPECT_EQ(tell("select count(*) from pg_dist_partition"), std::to_string(tables.size()));
        EXPECT_EQ(tell("select how from pg_dist_partition where logicalrelid = 'acts'::regclass"),
                  "customer_id customers");
        EXPECT_EQ(tell("select how from pg_dist_partition where logicalrelid = 'tokens'::regclass"),
                  "reference");
    }
    unsetenv("AVOW_STORE");
}

}  // namespace
}  // namespace avow::app
