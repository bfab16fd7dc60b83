// SPDX-License-Identifier: Apache-2.0
#include "api/reading.hh"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/once.hh"
#include "api/shapes.hh"
#include "base/testing.hh"

namespace avow::api {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::Pair;

http::Request with(std::string body, std::string type = "application/json") {
    http::Request request;
    request.body = std::move(body);
    request.headers.push_back({"content-type", std::move(type)});
    return request;
}

// What was wrong, as "pointer: detail".
std::vector<std::string> found(const Wrongs& wrongs) {
    std::vector<std::string> all;
    const auto result = wrongs.result();
    if (result) return all;
    for (const auto& input : result.error().inputs())
        all.push_back(input.pointer + ": " + input.detail);
    return all;
}

TEST(Reading, ABodyMustSayThatItIsJsonAndBeIt) {
    EXPECT_THAT(read_body(with("{}")), IsOk());
    EXPECT_THAT(read_body(with("{}", "application/json; charset=utf-8")), IsOk());
    EXPECT_THAT(read_body(with("{}", "text/plain")), Fails(Code::denied));
    EXPECT_THAT(read_body(http::Request{}), Fails(Code::denied));
    for (const auto* bad : {"", "{", R"({"a":1,"a":2})", "{} {}", "[1e999]"}) {
        EXPECT_THAT(read_body(with(bad)), Fails(Code::invalid)) << bad;
    }
}

TEST(Reading, EveryWrongPlaceIsNamedAtOnceAndNoValueRepeated) {
    const auto body = boost::json::parse(
        R"({"text":7,"flag":"secret","list":["a",1],"map":{"x/y":2,"ok":"v"},"flags":{"n":0},"colour":"secret"})");
    Wrongs wrongs;
    ObjectReader reader(body, "/0", wrongs);
    EXPECT_EQ(reader.text("text", Need::required), std::nullopt);
    EXPECT_EQ(reader.flag("flag", Need::required), std::nullopt);
    EXPECT_THAT(reader.texts("list", Need::optional), ElementsAre("a"));
    EXPECT_THAT(reader.text_members("map", Need::optional), ElementsAre(Pair("ok", "v")));
    EXPECT_THAT(reader.flag_members("flags", Need::optional), ElementsAre());
    EXPECT_EQ(reader.text("gone", Need::required), std::nullopt);
    EXPECT_EQ(reader.text("color", Need::optional), std::nullopt);
    reader.finish();
    EXPECT_THAT(found(wrongs),
                ElementsAre("/0/text: must be a string", "/0/flag: must be true or false",
                            "/0/list/1: must be a string", "/0/map/x~1y: must be a string",
                            "/0/flags/n: must be true or false", "/0/gone: is missing",
                            "/0/colour: is not known here; did you mean \"color\"?"));
}

TEST(Reading, WhatIsNoObjectIsNamedOnce) {
    Wrongs wrongs;
    const boost::json::value list = boost::json::array{};
    ObjectReader reader(list, "", wrongs);
    reader.text("a", Need::optional);
    reader.finish();
    EXPECT_THAT(found(wrongs), ElementsAre(": must be an object"));
}

TEST(Reading, NullIsAsGoodAsAbsent) {
    Wrongs wrongs;
    const auto body = boost::json::parse(R"({"a":null})");
    ObjectReader reader(body, "", wrongs);
    EXPECT_EQ(reader.text("a", Need::optional), std::nullopt);
    reader.finish();
    EXPECT_TRUE(wrongs.none());
}

TEST(Once, AKeyIsVisibleAndBoundToWholeRequest) {
    auto request = with("{}");
    request.path = "/a";
    EXPECT_EQ(read_once(request, "who")->has_value(), false);
    request.headers.push_back({"idempotency-key", "k"});
    const auto first = **read_once(request, "who");
    EXPECT_EQ(first.key + first.caller, "kwho");
    request.path = "/b";
    EXPECT_NE((*read_once(request, "who"))->digest, first.digest);
    for (const std::string& bad : {std::string(), std::string(kOnceKeyMax + 1, 'k'),
                                   std::string("a b"), std::string("\xc3\xa9")}) {
        request.headers.back().value = bad;
        EXPECT_THAT(read_once(request, "who"), Fails(Code::invalid)) << bad;
    }
}

TEST(Shapes, APageHasALimitAndACursorOfOurs) {
    http::Request request;
    EXPECT_EQ(read_page(request)->limit, 50);
    request.query = "limit=200";
    EXPECT_EQ(read_page(request)->limit, 200);
    for (const auto* bad :
         {"limit=0", "limit=201", "limit=x", "limit=1x", "limit=", "cursor=x", "cursor="}) {
        request.query = bad;
        EXPECT_THAT(read_page(request), Fails(Code::invalid)) << bad;
    }
}

TEST(Shapes, OfTheLanguagesThatWeHaveTheOneWantedMostIsTaken) {
    const auto language = [](const char* accepted, const char* query = "") {
        http::Request request;
        request.query = query;
        request.headers.push_back({"accept-language", accepted});
        return language_of(request);
    };
    EXPECT_EQ(language("it, fr-CA;q=0.8, de"), "de");
    EXPECT_EQ(language("it, fr-CA;q=0.8, de;q=0.801"), "de");
    EXPECT_EQ(language("it, fr, de"), "fr");
    EXPECT_EQ(language("de;q=0, fr;q=0.001"), "fr");
    EXPECT_EQ(language("de;q=0"), "en");
    EXPECT_EQ(language("en;q=0.5, ja ; q=0.7"), "ja");
    EXPECT_EQ(language("de;q=nonsense, fr;q=0.9"), "de");
    EXPECT_EQ(language(";;q=,,;q=-1"), "en");
    EXPECT_EQ(language("AR"), "ar");
    EXPECT_EQ(language("it"), "en");
    EXPECT_EQ(language("fr", "lang=ja"), "ja");
    EXPECT_EQ(language("fr", "lang=xx"), "fr");
}

}  // namespace
}  // namespace avow::api
