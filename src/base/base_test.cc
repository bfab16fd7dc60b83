// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/id.hh"
#include "base/json.hh"
#include "base/testing.hh"
#include "base/text.hh"

namespace avow {
namespace {

using testing::Fails;
using testing::IsOk;

TEST(Id, SpellsAndReadsBackTheSameBytes) {
    SeededRandom random(7);
    const auto id = CustomerId::make({1'790'000'000'000}, random);
    EXPECT_EQ(id.text().size(), 4u + 26u);
    EXPECT_EQ(CustomerId::parse(id.text()), id);
    EXPECT_EQ(CollectionId::parse(id.text()), std::nullopt);
    EXPECT_EQ(CustomerId::parse("cus_zzzzzzzzzzzzzzzzzzzzzzzzzz"), std::nullopt);
}

TEST(Json, DuplicateKeysDepthAndTailsAreErrorsWithAPlace) {
    EXPECT_THAT(json::parse(R"({"a":1,"b":{"a":2}})"), IsOk());
    EXPECT_THAT(json::parse(R"({"a":1,"\u0061":2})"), Fails(Code::invalid));
    EXPECT_THAT(json::parse("{\"a\":1} x"), Fails(Code::invalid));
    EXPECT_THAT(json::parse(R"({"a":)"), Fails(Code::invalid));
    EXPECT_THAT(json::parse("\"\xff\""), Fails(Code::invalid));
    EXPECT_THAT(json::parse("1E555"), Fails(Code::invalid));
    const auto deep = json::parse(std::string(10'000, '[') + std::string(10'000, ']'));
    ASSERT_THAT(deep, Fails(Code::invalid));
    EXPECT_NE(deep.error().words().value.find("line 1, column"), std::string::npos);
}

// The sorting example of RFC 8785 §3.2.3.
TEST(Json, CanonicalSortsByUtf16) {
    const auto value = boost::json::parse(
        R"({"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7})");
    EXPECT_EQ(json::canonical(value),
              "{\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"\xc3\xb6\":7,\"\xe2\x82\xac\":1,"
              "\"\xf0\x9f\x98\x80\":5,\"\xef\xac\xb3\":3}");
}

TEST(Time, Rfc3339RoundTripsAndRefusesWhatIsNot) {
    EXPECT_EQ(rfc3339({0}), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(from_rfc3339("2026-11-24T02:29:14.5+01:00"),
              from_rfc3339("2026-11-24T01:29:14.500Z"));
    for (const auto* bad : {"2026-02-30T00:00:00Z", "2026-11-24 02:29:14Z", "2026-11-24T24:00:00Z",
                            "2026-11-24T02:29:14", "2026-11-24T02:29:14.Z", ""}) {
        EXPECT_EQ(from_rfc3339(bad), std::nullopt) << bad;
    }
}

TEST(Bytes, SpellingsAreStrictAndRoundTrip) {
    SeededRandom random(1);
    for (std::size_t size = 0; size < 40; ++size) {
        Bytes bytes(size);
        random.fill(bytes);
        EXPECT_EQ(from_base64(base64(bytes)), bytes);
        EXPECT_EQ(from_base64url(base64url(bytes)), bytes);
        EXPECT_EQ(from_hex(hex(bytes)), bytes);
    }
    for (const auto* bad : {"a", "ab", "ab=c", "ab==c", "a===", "aB=="}) {
        EXPECT_EQ(from_base64(bad), std::nullopt) << bad;
    }
}

TEST(Text, FoldMakesOneSpellingOfOneAddress) {
    EXPECT_EQ(fold("Straße@EXAMPLE.com"), fold("STRASSE@example.COM"));
    EXPECT_EQ(fold("Ｍüller"), fold("mu\u0308ller"));
    EXPECT_EQ(first_invalid_utf8("ab\xc3(").value(), 2u);
    EXPECT_EQ(first_invalid_utf8("日本語"), std::nullopt);
}

TEST(Text, NearestFindsTheWordThatWasMeant) {
    const std::vector<std::string> rules{"use.stated-purpose", "use.new-purpose", "transport.tls"};
    EXPECT_EQ(nearest("use.stated-purposes", rules), "use.stated-purpose");
    EXPECT_EQ(nearest("zzzz", rules), std::nullopt);
}

}  // namespace
}  // namespace avow
