// SPDX-License-Identifier: Apache-2.0
#include "sql/sqlite.hh"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "base/file.hh"
#include "base/testing.hh"

namespace avow::sql {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

class Sqlite : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() / ("avow-sql-" + std::to_string(getpid()));
        std::filesystem::create_directories(folder_);
        ASSERT_GET(store_, open_sqlite(folder_ / "store.db", {}));
        ASSERT_THAT(
            store_->migrate("test", {"create table t (k integer primary key, v blob) strict"}),
            IsOk());
    }
    void TearDown() override {
        store_.reset();
        std::filesystem::remove_all(folder_);
    }
    Status insert(std::int64_t key) {
        return store_->write([&](Writer& unit) -> Status {
            return unit.execute("insert into t (k, v) values ($1, $2)", {key, as_bytes("x")});
        });
    }
    std::int64_t count() {
        std::int64_t rows = -1;
        EXPECT_THAT(store_->read([&](Reader& reader) {
            return reader.query("select count(*) from t", {}, [&](const Row& row) -> Status {
                rows = row.integer(0);
                return {};
            });
        }),
                    IsOk());
        return rows;
    }
    std::filesystem::path folder_;
    std::unique_ptr<Connection> store_;
};

TEST_F(Sqlite, ParametersBindByTheirNumber) {
    std::string seen;
    ASSERT_THAT(store_->read([&](Reader& reader) {
        return reader.query("select $2 || $1 || '$1'", {"b", "a"}, [&](const Row& row) -> Status {
            seen = row.text(0);
            return {};
        });
    }),
                IsOk());
    EXPECT_EQ(seen, "ab$1");
}

TEST_F(Sqlite, AUnitThatFailsTakesNothingOfItsNeighbours) {
    std::atomic<int> kept{0};
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 16; ++caller) {
        callers.emplace_back([&, caller] {
            for (int i = 0; i < 50; ++i) {
                const bool fails = (caller + i) % 3 == 0;
                const auto result = store_->write([&](Writer& unit) -> Status {
                    TRY_OK(unit.execute("insert into t (v) values ($1)", {as_bytes("row")}));
                    if (fails) return Error(Code::denied, "meant to fail");
                    return {};
                });
                EXPECT_EQ(result.has_value(), !fails);
                if (!fails) ++kept;
            }
        });
    }
    for (auto& caller : callers) caller.join();
    EXPECT_EQ(count(), kept.load());
}

TEST_F(Sqlite, ADoubledKeyIsAConflict) {
    ASSERT_THAT(insert(1), IsOk());
    EXPECT_THAT(insert(1), Fails(Code::conflict));
    EXPECT_EQ(count(), 1);
}

TEST_F(Sqlite, AVisitorMayRunTheStatementItIsCalledFrom) {
    ASSERT_THAT(insert(1), IsOk());
    ASSERT_THAT(insert(2), IsOk());
    static constexpr std::string_view kAll = "select k from t";
    int pairs = 0;
    ASSERT_THAT(store_->read([&](Reader& reader) {
        return reader.query(kAll, {}, [&](const Row&) {
            return reader.query(kAll, {}, [&](const Row&) -> Status {
                ++pairs;
                return {};
            });
        });
    }),
                IsOk());
    EXPECT_EQ(pairs, 4);
}

TEST_F(Sqlite, AStoreOfANewerSchemaIsRefused) {
    ASSERT_THAT(store_->migrate("test", {"", "create table u (k integer) strict"}), IsOk());
    EXPECT_THAT(store_->migrate("test", {""}), Fails(Code::conflict));
}

TEST_F(Sqlite, AFileThatIsNoDatabaseIsCorrupt) {
    ASSERT_THAT(write_file_durably(folder_ / "no.db", as_bytes(std::string(4096, 'x'))), IsOk());
    EXPECT_THAT(open_sqlite(folder_ / "no.db", {}), Fails(Code::corrupt));
}

}  // namespace
}  // namespace avow::sql
