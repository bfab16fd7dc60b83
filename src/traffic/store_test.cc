// SPDX-License-Identifier: Apache-2.0
#include "traffic/store.hh"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/testing.hh"
#include "traffic/testing.hh"

namespace avow::traffic {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

constexpr std::int64_t kDay = 20'000;

class StoreTest : public testing::EngineTest {
  protected:
    void SetUp() override {
        testing::EngineTest::SetUp();
        if (!IsSkipped()) open_new();
    }
    void open_new() {
        store_.reset();
        columns_.reset();
        place_ = std::make_unique<testing::Place>(GetParam());
        open();
    }
    void open() {
        store_.reset();
        columns_.reset();
        auto columns = place_->open();
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

    std::unique_ptr<testing::Place> place_;
    std::unique_ptr<Columns> columns_;
    std::unique_ptr<Store> store_;
};
AVOW_ON_ALL_TRAFFIC_ENGINES(StoreTest);

Sighting view(std::string page, std::int64_t day = kDay) {
    Sighting sighting;
    sighting.site = "example.com";
    sighting.hour = day * 24 + 10;
    sighting.page = std::move(page);
    sighting.browser = "Firefox";
    return sighting;
}

TEST_P(StoreTest, WhatWasAppendedIsThereAfterAReopen) {
    const std::vector sightings{view("/a"), view("/b"), view("/a")};
    ASSERT_THAT(store_->append(sightings), IsOk());
    const auto before = dump();
    EXPECT_NE(before.find("/a"), std::string::npos);
    open();
    EXPECT_EQ(dump(), before);
    EXPECT_TRUE(store_->find_word(WordKind::page, "/b"));
}

TEST_P(StoreTest, TheOrderOfArrivalLeavesNoTrace) {
    const std::vector first{view("/a"), view("/b"), view("/c")};
    ASSERT_THAT(store_->append(first), IsOk());
    const auto before = dump();
    open_new();
    for (const auto* page : {"/c", "/a", "/b"}) {
        ASSERT_THAT(store_->append(std::vector{view(page)}), IsOk());
    }
    ASSERT_THAT(store_->fold(kDay), IsOk());
    EXPECT_EQ(dump(), before);
}

TEST_P(StoreTest, OnlyKindsOfThingsAreKept) {
    ASSERT_GET(const auto kept, store_->kept_columns());
    EXPECT_THAT(kept, ::testing::IsSubsetOf(published_columns()));
}

TEST_P(StoreTest, RetentionRemovesDaysAndTheirWords) {
    ASSERT_THAT(store_->append(std::vector{view("/old", kDay - 100), view("/new")}), IsOk());
    ASSERT_THAT(store_->forget_before(kDay - 5), IsOk());
    EXPECT_EQ(dump().find("/old"), std::string::npos);
    // A shared engine knows every word by its hash.
    if (!columns_->is_shared()) EXPECT_FALSE(store_->find_word(WordKind::page, "/old"));
    ASSERT_THAT(store_->append(std::vector{view("/old")}), IsOk());
    open();
    EXPECT_NE(dump().find("/old"), std::string::npos);
    EXPECT_NE(dump().find("/new"), std::string::npos);
}

TEST_P(StoreTest, EngagementMovesFromBucketToBucket) {
    auto told = view("/a");
    told.engaged = Engaged{std::nullopt, 10};
    ASSERT_THAT(store_->append(std::vector{told}), IsOk());
    told.engaged = Engaged{10, 20};
    ASSERT_THAT(store_->append(std::vector{told}), IsOk());
    EXPECT_NE(dump().find("|20|1"), std::string::npos);
    EXPECT_EQ(dump().find("|10|"), std::string::npos);
}

TEST_P(StoreTest, ASecondHolderIsRefused) {
    const auto pid = fork();
    if (pid == 0) {
        const auto second = place_->open();
        _exit(!second && second.error().code() == Code::conflict ? 0 : 1);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace avow::traffic
