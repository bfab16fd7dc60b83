// SPDX-License-Identifier: Apache-2.0
#include "traffic/visit_reader.hh"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/testing.hh"
#include "traffic/data.hh"
#include "traffic/network.hh"
#include "traffic/siphash.hh"

namespace avow::traffic {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

constexpr std::string_view kFirefox =
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

const VisitReader& reader() {
    static SeededRandom random(1);
    static const auto made = VisitReader::create({}, random);
    return **made;
}

Client client(std::string_view address, std::string_view agent, Signs signs = {}) {
    return reader().client(Fleeting::over(address), Fleeting::over(agent), signs);
}

TEST(VisitReader, AnAddressBecomesACountryAndAnAgentItsNames) {
    const auto read = client("8.8.8.8", kFirefox);
    EXPECT_EQ(read.country.letters(), "US");
    EXPECT_EQ(read.browser, "Firefox");
    EXPECT_EQ(read.system, "Linux");
    EXPECT_EQ(read.device, Device::desktop);
    EXPECT_FALSE(read.bot);
    EXPECT_EQ(client("::ffff:8.8.8.8", kFirefox).country.letters(), "US");
    EXPECT_EQ(client("127.0.0.1", kFirefox).country.letters(), "");
    EXPECT_EQ(client("nonsense", kFirefox).country.letters(), "");
}

TEST(VisitReader, DevicesAreToldApart) {
    const auto device = [](std::string_view agent) { return client("", agent).device; };
    EXPECT_EQ(device("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 "
                     "(KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"),
              Device::mobile);
    EXPECT_EQ(device("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
                     "like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"),
              Device::tablet);
    EXPECT_EQ(device("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like "
                     "Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"),
              Device::mobile);
    EXPECT_EQ(device("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
                     "Gecko) Chrome/126.0.0.0 Safari/537.36"),
              Device::desktop);
}

// The list's own examples, each a real crawler.
TEST(VisitReader, KnownCrawlersAreCaught) {
    const auto text = traffic_data("crawlers.json");
    const auto list = boost::json::parse({text.data(), text.size()});
    int examples = 0;
    int caught = 0;
    for (const auto& entry : list.as_array()) {
        const auto* instances = entry.as_object().if_contains("instances");
        if (instances == nullptr) continue;
        for (const auto& agent : instances->as_array()) {
            ++examples;
            caught += client("", {agent.as_string().data(), agent.as_string().size()}).bot;
        }
    }
    EXPECT_GT(examples, 2000);
    EXPECT_GE(caught * 100, examples * 99) << caught << " of " << examples;
}

TEST(VisitReader, PeopleAreNoBots) {
    for (const std::string_view agent :
         {kFirefox,
          std::string_view("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
                           "(KHTML, like Gecko) Version/17.5 Safari/605.1.15"),
          std::string_view("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:109.0) Gecko/20100101 "
                           "Firefox/115.0")}) {
        EXPECT_FALSE(client("", agent).bot) << agent;
    }
}

TEST(VisitReader, HeadersThatContradictEachOtherAreABots) {
    EXPECT_TRUE(client("", "").bot);
    Signs signs;
    signs.names_fetch = signs.fetch_from_nowhere = signs.has_referrer = true;
    EXPECT_TRUE(client("", kFirefox, signs).bot);
    Signs navigates;
    navigates.fetch_navigates = true;
    EXPECT_TRUE(client("", kFirefox, navigates).bot);
    EXPECT_TRUE(
        client("", "Mozilla/5.0 (X11; Linux x86_64; rv:100.0) Gecko/20100101 Firefox/128.0").bot);
}

TEST(VisitReader, AMovedPageKnowsWhereItCameFrom) {
    Event event;
    event.name = "pageview";
    event.url = "https://x.example/b";
    event.referrer = "https://x.example/a?secret=1";
    const auto seen = reader().sighting(event, {}, "x.example", {0}, {});
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->from, "/a");
    EXPECT_EQ(seen->source, "");
    event.from = "/c";
    EXPECT_EQ(reader().sighting(event, {}, "x.example", {0}, {})->from, "/c");
}

TEST(Fleeting, SlotsAreBoundedAndGivenBack) {
    LockedMemory memory;
    std::vector<Fleeting> all;
    for (std::size_t i = 0; i < LockedMemory::kSlotsMax; ++i) {
        ASSERT_GET(auto held, memory.hold("x"));
        all.push_back(std::move(held));
    }
    EXPECT_THAT(memory.hold("one more"), Fails(Code::unavailable));
    all.pop_back();
    EXPECT_THAT(memory.hold("again"), IsOk());
}

TEST(Network, OnlyTrustedProxiesAreBelieved) {
    ASSERT_GET(const auto trusted, parse_networks("127.0.0.0/8, 10.0.0.0/8, fd00::/8"));
    EXPECT_EQ(visitor_address("203.0.113.9", "192.0.2.1", trusted), "203.0.113.9");
    EXPECT_EQ(visitor_address("127.0.0.1", "6.6.6.6, 192.0.2.1", trusted), "192.0.2.1");
    EXPECT_EQ(visitor_address("127.0.0.1", "6.6.6.6, 192.0.2.1, 10.1.1.1", trusted), "192.0.2.1");
    EXPECT_EQ(visitor_address("::ffff:127.0.0.1", "192.0.2.1:4711", trusted), "192.0.2.1");
    EXPECT_EQ(visitor_address("fd00::1", "[2001:db8::1]:80", trusted), "2001:db8::1");
    EXPECT_EQ(visitor_address("127.0.0.1", "", trusted), "127.0.0.1");
    EXPECT_EQ(visitor_address("127.0.0.1", "192.0.2.1", {}), "127.0.0.1");
}

TEST(Network, NetworksAreReadStrictly) {
    for (const auto* wrong : {"10.0.0.0/33", "::1/129", "x", "10.0.0.0/", "10.0.0.0/8x", "1.2.3"}) {
        EXPECT_THAT(parse_networks(wrong), Fails(Code::invalid)) << wrong;
    }
}

// The first vectors of the paper's reference implementation.
TEST(SipHash, IsTheOneOfThePaper) {
    ByteArray<16> key;
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
    EXPECT_EQ(siphash(key, ""), 0x726fdb47dd0e0e31u);
    EXPECT_EQ(siphash(key, std::string_view("\0", 1)), 0x74f839c593dc67fdu);
    EXPECT_EQ(siphash(key, std::string_view("\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16", 15)),
              0xa129ca6149be45e5u);
}

}  // namespace
}  // namespace avow::traffic
