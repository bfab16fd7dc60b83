// SPDX-License-Identifier: Apache-2.0
#include "traffic/place.hh"

#include <gtest/gtest.h>

namespace avow::traffic {
namespace {

TEST(Place, UrlsAreReadStrictly) {
    const auto url = parse_url("HTTPS://user:secret@WWW.Example.com:8443/a/b?x=1#part");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "example.com");
    EXPECT_EQ(url->path, "/a/b");
    EXPECT_EQ(url->query, "x=1");
    EXPECT_EQ(parse_url("https://example.com")->path, "/");
    for (const auto* wrong :
         {"", "data:text/html,x", "javascript:alert(1)", "/a", "https://", "https:///x",
          "file:///etc", "https://a b/", "https://x/\x01", "https://x/\xff"}) {
        EXPECT_FALSE(parse_url(wrong)) << wrong;
    }
    EXPECT_FALSE(parse_url("https://x/" + std::string(kUrlMax, 'a')));
}

TEST(Place, WhatMayNameAPersonIsMasked) {
    EXPECT_EQ(masked("/u/ada.l+x@mail.example.com/edit"), "/u/[email]/edit");
    EXPECT_EQ(masked("/order/123456/items/12345"), "/order/[number]/items/12345");
    EXPECT_EQ(masked("/call/030 1234567 x"), "/call/[number] x");
    EXPECT_EQ(masked("/reset/9f8e7d6c5b4a39281706f5e4"), "/reset/[token]");
    EXPECT_EQ(masked("/s/550e8400-e29b-41d4-a716-446655440000"), "/s/[token]");
    EXPECT_EQ(masked("/blog/what-we-learned-in-2026-about-forms"),
              "/blog/what-we-learned-in-2026-about-forms");
    EXPECT_EQ(masked("a@b@c.d"), "[email]@c.d");
    EXPECT_EQ(masked("@mention"), "@mention");
}

TEST(Place, EncodedEmailsAreMaskedToo) {
    EXPECT_EQ(page_of(*parse_url("https://x/u/ada%40example.com"), {}), "/u/[email]");
    EXPECT_EQ(page_of(*parse_url("https://x/s?q=ada%40example.com&id=7"), {"q"}), "/s?q=[email]");
}

TEST(Place, QueriesAreDroppedButForWhatIsAllowed) {
    const auto url = *parse_url("https://x/s?token=abc&lang=de&page=2");
    EXPECT_EQ(page_of(url, {}), "/s");
    EXPECT_EQ(page_of(url, {"page", "lang"}), "/s?page=2&lang=de");
}

TEST(Place, SourcesHaveTheirCommonNameAndChannel) {
    const auto page = *parse_url("https://shop.example/");
    const auto of = [&](const char* referrer) { return source_of(page, referrer); };
    EXPECT_EQ(of("https://www.google.de/search?q=secret").source, "Google");
    EXPECT_EQ(of("https://www.google.de/").channel, Channel::search);
    EXPECT_EQ(of("https://mail.google.com/").channel, Channel::email);
    EXPECT_EQ(of("https://old.reddit.com/r/x").source, "Reddit");
    EXPECT_EQ(of("https://chatgpt.com/").channel, Channel::assistant);
    EXPECT_EQ(of("https://blog.example/post/7").source, "blog.example");
    EXPECT_EQ(of("https://blog.example/").channel, Channel::referral);
    EXPECT_EQ(of("https://shop.example/other").channel, Channel::direct);
    EXPECT_EQ(of("").source, "");
    EXPECT_EQ(of("nonsense").channel, Channel::direct);
}

TEST(Place, CampaignsAreTakenFromTheAddress) {
    const auto page =
        *parse_url("https://x/?utm_source=letter&utm_medium=email&utm_campaign=may&utm_id=1");
    const auto found = source_of(page, "");
    EXPECT_EQ(found.source, "letter");
    EXPECT_EQ(found.campaign, "letter\temail\tmay");
    EXPECT_EQ(found.channel, Channel::email);
    EXPECT_EQ(source_of(*parse_url("https://x/?gclid=1"), "https://google.com/").channel,
              Channel::paid);
    EXPECT_EQ(source_of(*parse_url("https://x/?utm_campaign=ada@example.com"), "").campaign,
              "\t\t[email]");
}

}  // namespace
}  // namespace avow::traffic
