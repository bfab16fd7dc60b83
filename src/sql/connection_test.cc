// SPDX-License-Identifier: Apache-2.0
// What every engine promises.
#include <atomic>
#include <map>
#include <thread>

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "sql/testing.hh"

namespace avow::sql {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

class Store : public testing::EngineTest {
  protected:
    void SetUp() override {
        ASSERT_GET(store_, open_store());
        ASSERT_THAT(store_->migrate("test", {"create table t (k integer not null unique, v blob);"
                                             "create table kinds (k integer primary key, b blob, "
                                             "t text) strict;"}),
                    IsOk());
    }
    Status insert(std::int64_t key) {
        return store_->write([&](Writer& unit) -> Status {
            return unit.execute("insert into t (k, v) values ($1, $2)", {key, as_bytes("x")});
        });
    }
    std::int64_t number(std::string_view statement, Parameters parameters = {}) {
        std::int64_t value = -1;
        EXPECT_THAT(store_->read([&](Reader& reader) {
            return reader.query(statement, parameters, [&](const Row& row) -> Status {
                value = row.integer(0);
                return {};
            });
        }),
                    IsOk());
        return value;
    }
    std::int64_t count() { return number("select count(*) from t"); }
    std::unique_ptr<Connection> store_;
};
AVOW_ON_BOTH_ENGINES(Store);

TEST_P(Store, ParametersBindByTheirNumber) {
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

TEST_P(Store, EveryKindOfValueComesBackAsItWasGiven) {
    const std::string text = "Zoë 用户 \\ ' \" \n";
    Bytes blob;
    for (int byte = 0; byte < 256; ++byte) blob.push_back(static_cast<std::uint8_t>(byte));
    const auto store = [&](std::int64_t key, const Parameter& b, const Parameter& t) {
        ASSERT_THAT(store_->write([&](Writer& unit) {
            return unit.execute("insert into kinds (k, b, t) values ($1, $2, $3)", {key, b, t});
        }),
                    IsOk());
    };
    store(INT64_MIN, ByteView(blob), std::string_view(text));
    store(-1, ByteView(), std::string_view(""));
    store(INT64_MAX, nullptr, nullptr);
    int rows = 0;
    ASSERT_THAT(store_->read([&](Reader& reader) {
        return reader.query("select k, b, t from kinds order by k", {},
                            [&](const Row& row) -> Status {
                                switch (rows++) {
                                    case 0:
                                        EXPECT_EQ(row.integer(0), INT64_MIN);
                                        EXPECT_EQ(to_bytes(row.blob(1)), blob);
                                        EXPECT_EQ(row.text(2), text);
                                        break;
                                    case 1:
                                        EXPECT_EQ(row.integer(0), -1);
                                        EXPECT_FALSE(row.is_null(1));
                                        EXPECT_TRUE(row.blob(1).empty());
                                        EXPECT_FALSE(row.is_null(2));
                                        break;
                                    default:
                                        EXPECT_EQ(row.integer(0), INT64_MAX);
                                        EXPECT_TRUE(row.is_null(1));
                                        EXPECT_TRUE(row.is_null(2));
                                }
                                return {};
                            });
    }),
                IsOk());
    EXPECT_EQ(rows, 3);
    EXPECT_EQ(number("select count(*) from kinds where k < $1", {std::int64_t{0}}), 2);
    EXPECT_EQ(number("select sum(k) from kinds where k < 0 and k > -5"), -1);
    EXPECT_EQ(number("select coalesce(sum(k), 0) from kinds where k = 123456789"), 0);
}

TEST_P(Store, TextSortsByItsBytes) {
    for (const auto* word : {"b", "A", "a", "Z", "é"}) {
        ASSERT_THAT(store_->write([&](Writer& unit) {
            return unit.execute(
                "insert into kinds (k, t) values ((select coalesce(max(k), 0) + 1 from kinds), $1)",
                {std::string_view(word)});
        }),
                    IsOk());
    }
    std::string all;
    ASSERT_THAT(store_->read([&](Reader& reader) {
        return reader.query("select t from kinds order by t", {}, [&](const Row& row) -> Status {
            all += row.text(0);
            return {};
        });
    }),
                IsOk());
    EXPECT_EQ(all, "AZabé");
}

TEST_P(Store, AUnitThatFailsTakesNothingOfItsNeighbours) {
    std::atomic<int> kept{0};
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 16; ++caller) {
        callers.emplace_back([&, caller] {
            for (int i = 0; i < 50; ++i) {
                const bool fails = (caller + i) % 3 == 0;
                const auto result = store_->write([&](Writer& unit) -> Status {
                    TRY_OK(unit.execute("insert into t (k, v) values ($1, $2)",
                                        {std::int64_t{caller * 1000 + i}, as_bytes("row")}));
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

TEST_P(Store, AStatementThatFailsIsItsUnitsAloneAmongManyThatShareACommit) {
    ASSERT_THAT(insert(0), IsOk());
    std::vector<std::thread> callers;
    for (int caller = 1; caller <= 16; ++caller) {
        callers.emplace_back([&, caller] {
            for (int i = 0; i < 40; ++i) {
                // Every fourth breaks the unique key, in the middle of what it writes.
                const bool breaks = (caller + i) % 4 == 0;
                const auto result = store_->write([&](Writer& unit) -> Status {
                    const std::int64_t key = caller * 1000 + 2 * i;
                    TRY_OK(unit.execute("insert into t (k) values ($1)", {key}));
                    if (breaks) TRY_OK(unit.execute("insert into t (k) values (0)", {}));
                    return unit.execute("insert into t (k) values ($1)", {key + 1});
                });
                if (breaks) {
                    EXPECT_THAT(result, Fails(Code::conflict));
                } else {
                    EXPECT_THAT(result, IsOk());
                }
            }
        });
    }
    for (auto& caller : callers) caller.join();
    EXPECT_EQ(count(), 1 + 16 * 30 * 2);
}

TEST_P(Store, ADoubledKeyIsAConflict) {
    ASSERT_THAT(insert(1), IsOk());
    EXPECT_THAT(insert(1), Fails(Code::conflict));
    EXPECT_EQ(count(), 1);
}

TEST_P(Store, ARunSaysHowManyRowsItChanged) {
    for (int i = 0; i < 5; ++i) ASSERT_THAT(insert(i), IsOk());
    std::int64_t changed = 0;
    ASSERT_THAT(store_->write([&](Writer& unit) -> Status {
        TRY(changed, unit.run("update t set v = null where k >= $1", {std::int64_t{3}}));
        return {};
    }),
                IsOk());
    EXPECT_EQ(changed, 2);
}

TEST_P(Store, UnitsThatTakeTheSameRowsInAnotherOrderAllSucceed) {
    for (int i = 0; i < 4; ++i) ASSERT_THAT(insert(i), IsOk());
    ASSERT_THAT(store_->write(
                    [](Writer& unit) { return unit.execute("update t set v = $1", {ByteView()}); }),
                IsOk());
    constexpr int kEach = 30;
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 8; ++caller) {
        callers.emplace_back([&, caller] {
            for (int i = 0; i < kEach; ++i) {
                const std::int64_t first = (caller + i) % 4;
                EXPECT_THAT(store_->write([&](Writer& unit) -> Status {
                    TRY_OK(unit.execute("update t set v = v || $2 where k = $1",
                                        {first, as_bytes("x")}));
                    return unit.execute("update t set v = v || $2 where k = $1",
                                        {3 - first, as_bytes("x")});
                }),
                            IsOk());
            }
        });
    }
    for (auto& caller : callers) caller.join();
    EXPECT_EQ(number("select sum(length(v)) from t"), 8 * kEach * 2);
}

TEST_P(Store, WhatAUnitReadForShareStandsUntilItsCommit) {
    ASSERT_THAT(insert(1), IsOk());
    // Each adds a row for the state it read; a change between reading and adding would be one more
    // row under the old state.
    std::atomic<bool> over{false};
    std::thread changer([&] {
        for (int i = 0; i < 60; ++i) {
            EXPECT_THAT(store_->write([&](Writer& unit) -> Status {
                TRY_OK(unit.execute("update t set v = $1 where k = 1", {as_bytes("changed")}));
                TRY_OK(unit.execute("delete from kinds", {}));
                return unit.execute("update t set v = $1 where k = 1", {as_bytes("x")});
            }),
                        IsOk());
        }
        over = true;
    });
    std::vector<std::thread> readers;
    for (int reader = 0; reader < 3; ++reader) {
        readers.emplace_back([&, reader] {
            for (int i = 0; !over; ++i) {
                (void)store_->write([&](Writer& unit) -> Status {
                    bool stands = false;
                    TRY_OK(unit.query("select 1 from t where k = 1 and v = $1 for share",
                                      {as_bytes("x")}, [&](const Row&) -> Status {
                                          stands = true;
                                          return {};
                                      }));
                    EXPECT_TRUE(stands);
                    return unit.execute("insert into kinds (k) values ($1)",
                                        {std::int64_t{reader * 1'000'000 + i}});
                });
            }
        });
    }
    changer.join();
    for (auto& reader : readers) reader.join();
}

TEST_P(Store, AReadSeesOneMoment) {
    ASSERT_THAT(insert(1), IsOk());
    ASSERT_THAT(store_->read([&](Reader& reader) -> Status {
        std::vector<std::int64_t> seen;
        const auto look = [&] {
            return reader.query("select count(*) from t", {}, [&](const Row& row) -> Status {
                seen.push_back(row.integer(0));
                return {};
            });
        };
        TRY_OK(look());
        std::thread([&] { EXPECT_THAT(insert(2), IsOk()); }).join();
        TRY_OK(look());
        EXPECT_EQ(seen, (std::vector<std::int64_t>{1, 1}));
        return {};
    }),
                IsOk());
    EXPECT_EQ(count(), 2);
}

TEST_P(Store, AVisitorMayRunTheStatementItIsCalledFrom) {
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

TEST_P(Store, AStatementOfOursThatIsWrongEndsItsCallAndNothingElse) {
    EXPECT_THAT(store_->read([](Reader& reader) {
        return reader.query("select nothing from nowhere", {}, [](const Row&) { return Status(); });
    }),
                Fails(Code::internal));
    EXPECT_THAT(insert(1), IsOk());
    EXPECT_EQ(count(), 1);
}

TEST_P(Store, AUnitThatThrowsIsUndone) {
    EXPECT_THAT(store_->write([](Writer& unit) -> Status {
        TRY_OK(unit.execute("insert into t (k) values (7)", {}));
        throw std::runtime_error("meant to");
    }),
                Fails(Code::internal));
    EXPECT_EQ(count(), 0);
}

TEST_P(Store, AStoreOfANewerSchemaIsRefused) {
    ASSERT_THAT(store_->migrate("test", {"", "create table u (k integer) strict"}), IsOk());
    EXPECT_THAT(store_->migrate("test", {""}), Fails(Code::conflict));
}

TEST_P(Store, AMigrationThatFailsLeavesNothingBehind) {
    EXPECT_FALSE(store_->migrate(
        "other", {"create table half (k integer) strict; create table t (k integer)"}));
    EXPECT_THAT(store_->migrate("other", {"create table half (k integer) strict"}), IsOk());
}

}  // namespace
}  // namespace avow::sql
