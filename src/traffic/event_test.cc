// SPDX-License-Identifier: Apache-2.0
#include "traffic/event.hh"

#include <gtest/gtest.h>

#include "base/testing.hh"

namespace avow::traffic {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

std::string pointer_of(std::string_view body) {
    const auto parsed = parse_event(body);
    if (parsed || parsed.error().inputs().empty()) return "";
    return parsed.error().inputs()[0].pointer;
}

TEST(Event, ShortAndLongKeysSayTheSame) {
    ASSERT_GET(const auto brief,
               parse_event(R"({"n":"pageview","u":"https://x/a","d":"x","r":"https://y/"})"));
    ASSERT_GET(
        const auto full,
        parse_event(
            R"({"name":"pageview","url":"https://x/a","domain":"x","referrer":"https://y/","screen_width":3})"));
    ASSERT_EQ(brief.size(), 1u);
    EXPECT_EQ(brief[0].url, full[0].url);
    EXPECT_EQ(brief[0].site, full[0].site);
    EXPECT_EQ(brief[0].referrer, full[0].referrer);
}

TEST(Event, EveryWrongPartIsNamed) {
    EXPECT_EQ(pointer_of(R"({"u":"https://x/"})"), "/n");
    EXPECT_EQ(pointer_of(R"({"n":"pageview"})"), "/u");
    EXPECT_EQ(pointer_of(R"({"n":"pageview","u":"data:,x"})"), "/u");
    EXPECT_EQ(pointer_of(R"({"n":{},"u":"https://x/"})"), "/n");
    EXPECT_EQ(pointer_of(R"({"n":"a","u":"https://x/","p":{"k":[1]}})"), "/p");
    EXPECT_EQ(pointer_of(R"({"n":"a","u":"https://x/","p":"{"})"), "/p");
    EXPECT_EQ(pointer_of(R"({"n":"a","u":"https://x/","e":-1})"), "/e");
    EXPECT_EQ(pointer_of(R"({"n":"pageview","u":"https://x/","s":1,"g":0,"k":1})"), "/s");
    EXPECT_EQ(pointer_of(R"({"n":"pageview","u":"https://x/","s":15})"), "/s");
    EXPECT_EQ(pointer_of("{\"n\":\"" + std::string(121, 'x') + "\",\"u\":\"https://x/\"}"), "/n");
    EXPECT_EQ(pointer_of("{\"n\":\"a\",\"u\":\"https://x/" + std::string(2000, 'x') + "\"}"), "/u");
}

TEST(Event, WhatIsNoObjectIsRefused) {
    for (const auto* body : {"", "[]", "1", "{", "{\"n\":1,\"n\":2}", "\xff"}) {
        EXPECT_THAT(parse_event(body), Fails(Code::invalid)) << body;
    }
    EXPECT_THAT(parse_event(std::string(kEventBytesMax + 1, ' ')), Fails(Code::too_large));
}

TEST(Event, PropertiesAreScalarsAndMasked) {
    ASSERT_GET(
        const auto events,
        parse_event(
            R"({"n":"Sign up","u":"https://x/","p":{"plan":"pro","seats":3,"by":"ada@example.com"}})"));
    EXPECT_EQ(events[0].properties,
              (std::vector<std::string>{"plan=pro", "seats=3", "by=[email]"}));
}

TEST(Event, ADomainMayBeAList) {
    ASSERT_GET(const auto events, parse_event(R"({"n":"pageview","u":"https://x/","d":"a, b"})"));
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[1].site, "b");
}

TEST(Event, UmamisBodyIsTheSameEvent) {
    ASSERT_GET(
        const auto event,
        parse_umami(
            R"({"type":"event","payload":{"website":"w","hostname":"x","url":"/a?b","referrer":"","ip":"192.0.2.1"}})"));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->name, "pageview");
    EXPECT_EQ(event->url, "https://x/a?b");
    ASSERT_GET(const auto other, parse_umami(R"({"type":"identify","payload":{"id":"ada"}})"));
    EXPECT_FALSE(other);
    EXPECT_THAT(parse_umami(R"({"type":"event"})"), Fails(Code::invalid));
}

}  // namespace
}  // namespace avow::traffic
