// SPDX-License-Identifier: Apache-2.0
#include "traffic/logs/places.hh"

#include <random>

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "traffic/visit_reader.hh"

namespace avow::traffic {
namespace {

// A line of a log comes to what its event would, the first time and when it comes again.
TEST(Places, FillAViewAsTheReaderDoes) {
    SystemRandom random;
    ASSERT_GET(const auto reader, VisitReader::create({}, random));
    const std::vector<std::string> kept{"q"};
    Places places(kept);
    const std::vector<std::string> targets{"/",
                                           "/a",
                                           "/a?q=shoes",
                                           "/%C3%BC",
                                           "/mail/jane@example.org",
                                           "/n/12345678",
                                           "no-slash",
                                           "/x?utm_source=letter&utm_medium=email&utm_campaign=may",
                                           "/x?gclid=1",
                                           "/?ref=hn",
                                           "/\x01",
                                           std::string(3000, 'a'),
                                           "*",
                                           "/a#b",
                                           "/?q=%ff"};
    const std::vector<std::string> referrers{"",
                                             "https://www.google.de/search?q=x",
                                             "https://example.com/before?q=1",
                                             "https://mygoogle.google.com/",
                                             "https://notgoogle.com/",
                                             "http://news.ycombinator.com/",
                                             "https://user:secret@blog.example/x",
                                             "no address",
                                             "https://t.co/abc",
                                             "https://www.example.com:8443/a",
                                             "https://mail.google.com/"};
    std::mt19937 dice(5);
    int placed = 0;
    for (int i = 0; i < 2000; ++i) {
        const auto& target = targets[dice() % targets.size()];
        const auto& referrer = referrers[dice() % referrers.size()];
        const std::string site = dice() % 2 == 0 ? "example.com" : "example.org";
        Event event;
        event.name = "pageview";
        event.url = "https://" + site + (target.starts_with('/') ? "" : "/") + target;
        event.referrer = referrer;
        const auto wanted = reader->sighting(event, {}, site, Time{}, kept);
        Sighting got;
        ASSERT_EQ(places.fill(got, site, target, referrer), wanted.has_value()) << target;
        if (!wanted) continue;
        ++placed;
        EXPECT_EQ(got.page, wanted->page);
        EXPECT_EQ(got.source, wanted->source) << referrer;
        EXPECT_EQ(got.campaign, wanted->campaign);
        EXPECT_EQ(got.channel, wanted->channel);
        EXPECT_EQ(got.from, wanted->from);
    }
    EXPECT_GT(placed, 500);
}

}  // namespace
}  // namespace avow::traffic
