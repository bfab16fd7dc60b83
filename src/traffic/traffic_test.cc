// SPDX-License-Identifier: Apache-2.0
#include "traffic/traffic.hh"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hh"
#include "base/testing.hh"

namespace avow::traffic {
namespace {

using avow::testing::IsOk;

struct Person {
    std::string address;
    std::string agent;
    std::string load;  // how this browser's page loads are named
};

// What a store holds after it was closed: its files, and its rows as text.
struct Kept {
    std::string bytes;
    std::string rows;
};

std::string firefox(std::string_view version) {
    return "Mozilla/5.0 (X11; Linux x86_64; rv:" + std::string(version) +
           ") Gecko/20100101 Firefox/" + std::string(version);
}

Event view(std::string_view page, Telling telling) {
    Event event;
    event.name = "pageview";
    event.url = "https://example.com" + std::string(page);
    event.telling = telling;
    return event;
}

class TrafficTest : public ::testing::Test {
  protected:
    void SetUp() override {
        char name[] = "/tmp/avow-traffic-XXXXXX";
        folder_ = mkdtemp(name);
        random_.emplace(3u);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::unique_ptr<Traffic> open() {
        Options options;
        options.folder = folder_;
        options.sites = {{"example.com", {}}};
        options.tends_itself = false;  // a thread's own time would move blocks of the file
        auto traffic = Traffic::create(std::move(options), clock_, *random_);
        EXPECT_THAT(traffic, IsOk());
        return std::move(*traffic);
    }

    Taken take(Traffic& traffic, const Person& person, Event event) {
        const auto client = std::make_shared<const Client>(
            traffic.client(Fleeting::over(person.address), Fleeting::over(person.agent), {}));
        const std::vector<Incoming> events{{std::move(event), client}};
        const auto taken = traffic.take(events);
        EXPECT_THAT(taken, IsOk());
        return taken ? taken->front() : Taken::nothing_new;
    }

    // Three people who read the same pages, each as long as the one of the other run.
    Kept visits_of(const std::vector<Person>& people) {
        TearDown();
        SetUp();
        Kept kept;
        {
            auto traffic = open();
            for (const auto& person : people) {
                take(*traffic, person, view("/", {true, true, true, true, Gap::longer, 1}));
                auto second = view("/prices", {false, false, false, false, Gap::today, 2});
                second.from = "/";
                take(*traffic, person, second);
                Event engaged;
                engaged.name = "engagement";
                engaged.url = "https://example.com/prices";
                engaged.engaged_ms = 12'000;
                engaged.load = person.load;
                engaged.sequence = 1;
                take(*traffic, person, engaged);
                take(*traffic, person, engaged);  // and once more by a bad line
            }
            EXPECT_THAT(traffic->store().fold(clock_.now().ms / kDayMs), IsOk());
            auto rows = traffic->store().dump();
            EXPECT_THAT(rows, IsOk());
            kept.rows = rows.value_or("");
        }
        for (const auto& item : std::filesystem::recursive_directory_iterator(folder_)) {
            if (!item.is_regular_file()) continue;
            auto bytes = read_file(item.path());
            EXPECT_THAT(bytes, IsOk());
            kept.bytes += item.path().filename().string() + "\n" + bytes.value_or("");
        }
        return kept;
    }

    std::filesystem::path folder_;
    ManualClock clock_{Time{20'000 * kDayMs + 10 * 3'600'000}};
    std::optional<SeededRandom> random_;  // of nobody: it marks what was delivered
};

const std::vector<Person> kSome{{"8.8.8.8", firefox("128.0"), "0.1834775"},
                                {"8.8.8.9", firefox("127.0"), "0.5512907"},
                                {"8.8.4.4", firefox("126.0"), "0.9903112"}};
const std::vector<Person> kOthers{{"4.4.4.4", firefox("115.0"), "0.2200417"},
                                  {"12.0.0.1", firefox("121.0"), "0.7712385"},
                                  {"8.8.8.100", firefox("130.0"), "0.0410938"}};

TEST_F(TrafficTest, OtherPeopleWithTheSameAttributesLeaveTheSameBytes) {
    const auto some = visits_of(kSome);
    const auto others = visits_of(kOthers);
    EXPECT_NE(some.rows.find("/prices"), std::string::npos);
    EXPECT_EQ(some.rows, others.rows);
    ASSERT_EQ(some.bytes.size(), others.bytes.size());
    std::size_t differing = 0;
    for (std::size_t i = 0; i < some.bytes.size(); ++i)
        differing += some.bytes[i] != others.bytes[i];
    EXPECT_EQ(differing, 0u);
}

// The test above can fail: another country is another row.
TEST_F(TrafficTest, OtherAttributesLeaveOtherRows) {
    auto elsewhere = kOthers;
    elsewhere[1].address = "193.99.144.80";
    EXPECT_NE(visits_of(kSome).rows, visits_of(elsewhere).rows);
}

TEST_F(TrafficTest, NothingOfAnyoneIsInTheFiles) {
    const auto kept = visits_of(kSome).bytes;
    for (const auto& person : kSome) {
        EXPECT_EQ(kept.find(person.address), std::string::npos);
        EXPECT_EQ(kept.find(person.load), std::string::npos);
    }
    EXPECT_EQ(kept.find("Gecko"), std::string::npos);
    EXPECT_NE(kept.find("/prices"), std::string::npos);
}

TEST_F(TrafficTest, AResendIsTakenOnce) {
    auto traffic = open();
    Event engaged;
    engaged.name = "engagement";
    engaged.url = "https://example.com/";
    engaged.engaged_ms = 5'000;
    engaged.load = "0.5";
    engaged.sequence = 2;
    EXPECT_EQ(take(*traffic, kSome[0], engaged), Taken::kept);
    EXPECT_EQ(take(*traffic, kSome[0], engaged), Taken::nothing_new);
    engaged.sequence = 1;
    EXPECT_EQ(take(*traffic, kSome[0], engaged), Taken::nothing_new);
}

TEST_F(TrafficTest, DaysThatEndedAreAddedUpAndThoseThatAreTooOldForgotten) {
    auto traffic = open();
    const auto day = clock_.now().ms / kDayMs;
    take(*traffic, kSome[0], view("/prices", {true, true, true, true, Gap::longer, 1}));
    const auto is_added_up = [&] {
        const auto rest = traffic->store().columns().not_added_up(day, day + 1);
        EXPECT_THAT(rest, IsOk());
        return rest && rest->empty();
    };
    EXPECT_THAT(traffic->tend(), IsOk());
    EXPECT_FALSE(is_added_up()) << "it has not ended";
    clock_.advance(kDayMs);
    EXPECT_THAT(traffic->tend(), IsOk());
    EXPECT_TRUE(is_added_up());
    clock_.advance((Options{}.keep_days - 1) * kDayMs);
    EXPECT_THAT(traffic->tend(), IsOk());
    EXPECT_THAT(traffic->store().dump().value(), ::testing::HasSubstr("/prices"));
    clock_.advance(kDayMs);
    EXPECT_THAT(traffic->tend(), IsOk());
    EXPECT_THAT(traffic->store().dump().value(), ::testing::Not(::testing::HasSubstr("/prices")));
}

TEST(RateLimit, AnAddressMaySendSoMuchInAMinuteAndAnotherTheSame) {
    SeededRandom random(1);
    RateLimit limit(20, random);
    const auto allows = [&](std::string_view address, std::int64_t ms) {
        return limit.allows(Fleeting::over(address), Time{ms});
    };
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(allows("192.0.2.1", 60'000 + i));
    EXPECT_FALSE(allows("192.0.2.1", 119'999));
    EXPECT_TRUE(allows("192.0.2.2", 119'999));
    EXPECT_TRUE(allows("192.0.2.1", 120'000));
}

TEST(Loads, WhatCouldNotBeKeptIsNewWhenSentAgain) {
    Loads loads;
    const Time now{1'000'000'000};
    EXPECT_TRUE(loads.is_new("0.5", 1, now));
    EXPECT_TRUE(loads.is_new("0.5", 2, now));
    loads.undo("0.5", 2);
    EXPECT_FALSE(loads.is_new("0.5", 1, now));
    EXPECT_TRUE(loads.is_new("0.5", 2, now));
}

}  // namespace
}  // namespace avow::traffic
