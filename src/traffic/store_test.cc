// SPDX-License-Identifier: Apache-2.0
#include "traffic/store.hh"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/testing.hh"
#include "traffic/duckdb.hh"

namespace avow::traffic {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

constexpr std::int64_t kDay = 20'000;

class StoreTest : public ::testing::Test {
  protected:
    void SetUp() override {
        char name[] = "/tmp/avow-traffic-XXXXXX";
        folder_ = mkdtemp(name);
        open();
    }
    void TearDown() override {
        store_.reset();
        columns_.reset();
        std::filesystem::remove_all(folder_);
    }
    void open() {
        store_.reset();
        columns_.reset();
        auto columns = open_duckdb(folder_ / "traffic.db", {});
        ASSERT_THAT(columns, IsOk());
        columns_ = std::move(*columns);
        auto store = Store::create(*columns_);
        ASSERT_THAT(store, IsOk());
        store_ = std::move(*store);
    }
    std::string dump() {
        auto text = store_->dump();
        EXPECT_THAT(text, IsOk());
        return text.value_or("");
    }

    std::filesystem::path folder_;
    std::unique_ptr<Columns> columns_;
    std::unique_ptr<Store> store_;
};

Sighting view(std::string page, std::int64_t day = kDay) {
    Sighting sighting;
    sighting.site = "example.com";
    sighting.hour = day * 24 + 10;
    sighting.page = std::move(page);
    sighting.browser = "Firefox";
    return sighting;
}

TEST_F(StoreTest, WhatWasAppendedIsThereAfterAReopen) {
    const std::vector sightings{view("/a"), view("/b"), view("/a")};
    ASSERT_THAT(store_->append(sightings), IsOk());
    const auto before = dump();
    EXPECT_NE(before.find("/a"), std::string::npos);
    open();
    EXPECT_EQ(dump(), before);
    EXPECT_TRUE(store_->find_word(WordKind::page, "/b"));
}

TEST_F(StoreTest, TheOrderOfArrivalLeavesNoTrace) {
    const std::vector first{view("/a"), view("/b"), view("/c")};
    ASSERT_THAT(store_->append(first), IsOk());
    const auto before = dump();
    TearDown();
    SetUp();
    for (const auto* page : {"/c", "/a", "/b"}) {
        ASSERT_THAT(store_->append(std::vector{view(page)}), IsOk());
    }
    ASSERT_THAT(store_->fold(kDay), IsOk());
    EXPECT_EQ(dump(), before);
}

TEST_F(StoreTest, OnlyKindsOfThingsAreKept) {
    ASSERT_GET(const auto kept, store_->kept_columns());
    EXPECT_THAT(kept, ::testing::IsSubsetOf(published_columns()));
}

TEST_F(StoreTest, RetentionRemovesDaysAndTheirWords) {
    ASSERT_THAT(store_->append(std::vector{view("/old", kDay - 10), view("/new")}), IsOk());
    ASSERT_THAT(store_->forget_before(kDay - 5), IsOk());
    EXPECT_EQ(dump().find("/old"), std::string::npos);
    EXPECT_FALSE(store_->find_word(WordKind::page, "/old"));
    ASSERT_THAT(store_->append(std::vector{view("/old")}), IsOk());
    open();
    EXPECT_NE(dump().find("/old"), std::string::npos);
    EXPECT_NE(dump().find("/new"), std::string::npos);
}

TEST_F(StoreTest, EngagementMovesFromBucketToBucket) {
    auto told = view("/a");
    told.engaged = Engaged{std::nullopt, 10};
    ASSERT_THAT(store_->append(std::vector{told}), IsOk());
    told.engaged = Engaged{10, 20};
    ASSERT_THAT(store_->append(std::vector{told}), IsOk());
    EXPECT_NE(dump().find("|20|1"), std::string::npos);
    EXPECT_EQ(dump().find("|10|"), std::string::npos);
}

TEST_F(StoreTest, ASecondHolderOfTheFileIsRefused) {
    const auto pid = fork();
    if (pid == 0) {
        const auto second = open_duckdb(folder_ / "traffic.db", {});
        _exit(!second && second.error().code() == Code::conflict ? 0 : 1);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace avow::traffic
