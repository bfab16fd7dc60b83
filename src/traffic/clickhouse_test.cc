// SPDX-License-Identifier: Apache-2.0
// What is particular to servers that can be away: every row comes once, whatever is killed when;
// and their answers are those of DuckDB.
#include "traffic/clickhouse.hh"

#include <gtest/gtest.h>

#include "traffic/reports.hh"
#include "traffic/testing.hh"
#include "traffic/testing_answers.hh"

namespace avow::traffic {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using testing::ClickHouseShards;
using testing::Engine;
using testing::Place;

constexpr std::int64_t kDay = 20'454;

Sighting view(std::string page) {
    Sighting sighting;
    sighting.site = "example.com";
    sighting.hour = kDay * 24 + 10;
    sighting.page = std::move(page);
    sighting.browser = "Firefox";
    return sighting;
}

std::int64_t views_in(Store& store) {
    Question question;
    question.report = "summary";
    question.site = "example.com";
    question.from = kDay - 40;
    question.to = kDay + 40;
    auto report = Reports(store).answer(question);
    EXPECT_THAT(report, IsOk());
    return report ? std::get<std::int64_t>(report->totals["views"]) : -1;
}

class ClickHouseTest : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!ClickHouseShards::is_installed()) {
            GTEST_SKIP() << ClickHouseShards::kProgram << " is not installed";
        }
        place_ = std::make_unique<Place>(Engine::clickhouse);
        options_ = place_->options();
        open();
    }
    void TearDown() override {
        store_.reset();
        columns_.reset();
    }
    void open() {
        store_.reset();
        columns_.reset();
        auto columns = open_clickhouse(place_->folder() / "spool", options_, random_);
        ASSERT_THAT(columns, IsOk());
        columns_ = std::move(*columns);
        auto store = Store::create(*columns_);
        ASSERT_THAT(store, IsOk());
        store_ = std::move(*store);
    }
    void append(int views) {
        for (int i = 0; i < views; ++i) {
            ASSERT_THAT(store_->append(std::vector{view("/" + std::to_string(i % 7))}), IsOk());
        }
    }

    std::unique_ptr<Place> place_;
    ClickHouseOptions options_;
    SystemRandom random_;
    std::unique_ptr<Columns> columns_;
    std::unique_ptr<Store> store_;
};

TEST_F(ClickHouseTest, WhatIsAppendedWhileServersAreAwayComesOnceTheyAreBack) {
    append(10);
    EXPECT_EQ(views_in(*store_), 10);
    auto& shards = ClickHouseShards::shared();
    for (std::size_t shard = 0; shard < 2; ++shard) shards.stop(shard);
    append(20);
    EXPECT_THAT(columns_->settle(), Fails(Code::unavailable));
    EXPECT_THAT(store_->dump(), Fails(Code::unavailable));
    // Nor does a start wait for them.
    open();
    append(5);
    for (std::size_t shard = 0; shard < 2; ++shard) shards.start(shard);
    EXPECT_EQ(views_in(*store_), 35);
    EXPECT_THAT(columns_->settle(), IsOk());
    EXPECT_EQ(views_in(*store_), 35);
}

// As if this program had been killed after each of the inserts, and before the segment was removed.
TEST_F(ClickHouseTest, ASegmentDeliveredAgainCountsOnce) {
    append(30);
    const auto spool = place_->folder() / "spool";
    const auto kept = place_->folder() / "kept";
    std::filesystem::copy(spool, kept);
    EXPECT_EQ(views_in(*store_), 30);
    for (int again = 0; again < 3; ++again) {
        store_.reset();
        columns_.reset();
        std::filesystem::remove_all(spool);
        std::filesystem::copy(kept, spool);
        // The marks outlive the merging of their parts.
        if (again == 1) {
            for (std::size_t shard = 0; shard < 2; ++shard) {
                ClickHouseShards::shared().tell(
                    shard, "optimize table " + place_->database() + ".local_views final");
            }
        }
        open();
        EXPECT_EQ(views_in(*store_), 30);
    }
}

// An insert that was given up may still be done later: it and its repetition count once.
TEST_F(ClickHouseTest, AnInsertThatComesLateCountsOnce) {
    append(5);
    EXPECT_EQ(views_in(*store_), 5);
    options_.patience = std::chrono::milliseconds(300);
    open();
    auto& shards = ClickHouseShards::shared();
    for (std::size_t shard = 0; shard < 2; ++shard) shards.pause(shard, true);
    append(8);
    for (int i = 0; i < 3; ++i) EXPECT_THAT(columns_->settle(), Fails(Code::unavailable));
    for (std::size_t shard = 0; shard < 2; ++shard) shards.pause(shard, false);
    options_.patience = std::chrono::seconds(60);
    open();
    EXPECT_EQ(views_in(*store_), 13);
    EXPECT_EQ(views_in(*store_), 13);
}

TEST_F(ClickHouseTest, AtItsBoundTheSpoolTakesNothingAndLosesNothing) {
    options_.spool_bytes = 4000;
    open();
    auto& shards = ClickHouseShards::shared();
    for (std::size_t shard = 0; shard < 2; ++shard) shards.stop(shard);
    int taken = 0;
    Status last;
    while (last && taken < 1000) {
        last = store_->append(std::vector{view("/a")});
        taken += last.has_value();
    }
    EXPECT_THAT(last, Fails(Code::unavailable));
    EXPECT_GT(taken, 5);
    for (std::size_t shard = 0; shard < 2; ++shard) shards.start(shard);
    EXPECT_EQ(views_in(*store_), taken);
    EXPECT_THAT(store_->append(std::vector{view("/a")}), IsOk());
    EXPECT_EQ(views_in(*store_), taken + 1);
}

// Two programs write to the same servers: each sees the other's rows by their names.
TEST_F(ClickHouseTest, ManyProgramsShareIt) {
    auto other = open_clickhouse(place_->folder() / "other", options_, random_);
    ASSERT_THAT(other, IsOk());
    ASSERT_GET(const auto store, Store::create(**other));
    append(21);
    for (int i = 0; i < 6; ++i) ASSERT_THAT(store->append(std::vector{view("/theirs")}), IsOk());
    ASSERT_THAT(columns_->settle(), IsOk());
    ASSERT_THAT((*other)->settle(), IsOk());
    ASSERT_GET(const auto ours, store_->dump());
    ASSERT_GET(const auto theirs, store->dump());
    EXPECT_EQ(ours, theirs);
    EXPECT_NE(ours.find("/theirs"), std::string::npos);
    EXPECT_EQ(views_in(*store_), 27);
    // Both shards hold some of it.
    append(3);
    ASSERT_THAT(columns_->settle(), IsOk());
    for (std::size_t shard = 0; shard < 2; ++shard) {
        EXPECT_NE(ClickHouseShards::shared().tell(
                      shard, "select count() from " + place_->database() + ".local_views"),
                  "0\n");
    }
}

TEST_F(ClickHouseTest, EveryAnswerIsThatOfDuckdb) {
    Place here(Engine::duckdb);
    ASSERT_GET(const auto columns, here.open());
    ASSERT_GET(const auto duck, Store::create(*columns));
    for (auto* store : {store_.get(), duck.get()}) testing::fill(*store, kDay);
    ASSERT_GET(const auto rows, store_->dump());
    ASSERT_GET(const auto duck_rows, duck->dump());
    EXPECT_EQ(rows, duck_rows);
    EXPECT_EQ(testing::every_answer(*store_, kDay), testing::every_answer(*duck, kDay));
    // And when its days were folded.
    for (std::int64_t day = kDay; day < kDay + 12; day += 5) {
        ASSERT_THAT(store_->fold(day), IsOk());
    }
    EXPECT_EQ(*store_->dump(), duck_rows);
}

TEST(ClickHouseOptions, WhatContradictsItselfIsRefused) {
    SystemRandom random;
    const auto refused = [&](const auto& spoil) {
        ClickHouseOptions options;
        options.servers = {{"a", "1"}};
        spoil(options);
        const auto opened = open_clickhouse("/nonexistent/spool", options, random);
        EXPECT_THAT(opened, Fails(Code::invalid));
    };
    refused([](ClickHouseOptions& options) { options.servers.clear(); });
    refused([](ClickHouseOptions& options) { options.servers.push_back({"b", "1"}); });
    refused([](ClickHouseOptions& options) { options.database = "a; drop"; });
    refused([](ClickHouseOptions& options) { options.login.user = "two\nlines"; });
}

}  // namespace
}  // namespace avow::traffic
