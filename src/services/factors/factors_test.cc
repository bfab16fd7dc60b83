// SPDX-License-Identifier: Apache-2.0
// Codes of an authenticator, recovery codes and their spellings.
#include <array>
#include <set>

#include <gtest/gtest.h>

#include "services/factors/base32.hh"
#include "services/factors/recovery.hh"
#include "services/factors/totp.hh"

namespace avow::services {
namespace {

constexpr std::string_view kRfcSecret = "12345678901234567890";

Bytes rfc_secret() {
    return to_bytes(as_bytes(kRfcSecret));
}

// The characters of `text`, one code point each, by `digits` instead of 0 to 9.
std::string in_digits(std::string_view code, const std::array<const char*, 10>& digits) {
    std::string text;
    for (const char c : code) text += digits[static_cast<std::size_t>(c - '0')];
    return text;
}

TEST(Totp, GivesTheValuesOfRfc4226AppendixD) {
    constexpr std::array<std::string_view, 10> kValues{"755224", "287082", "359152", "969429",
                                                       "338314", "254676", "287922", "162583",
                                                       "399871", "520489"};
    for (std::size_t counter = 0; counter < kValues.size(); ++counter) {
        EXPECT_EQ(totp_code(rfc_secret(), static_cast<std::int64_t>(counter)), kValues[counter]);
    }
}

// The appendix has eight digits: ours are the last six of them.
TEST(Totp, GivesTheValuesOfRfc6238AppendixB) {
    const std::pair<std::int64_t, std::string_view> values[] = {
        {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
        {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    for (const auto& [second, code] : values) {
        const Time at{second * kSecondMs};
        EXPECT_EQ(totp_code(rfc_secret(), totp_step(at)), code) << second;
        EXPECT_EQ(check_totp(rfc_secret(), code, at, kTotpNever), totp_step(at));
    }
}

TEST(Totp, TakesTheStepBeforeAndTheStepAfterAndNoOther) {
    const Time now{1'700'000'000'000};
    const auto step = totp_step(now);
    for (std::int64_t drift = -3; drift <= 3; ++drift) {
        const auto found =
            check_totp(rfc_secret(), totp_code(rfc_secret(), step + drift), now, kTotpNever);
        EXPECT_EQ(found.has_value(), drift >= -1 && drift <= 1) << drift;
    }
}

TEST(Totp, ACodeWorksOnceAndNoneThatIsOlderWorksAfterIt) {
    const Time now{1'700'000'000'000};
    const auto code = totp_code(rfc_secret(), totp_step(now));
    const auto taken = check_totp(rfc_secret(), code, now, kTotpNever);
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(check_totp(rfc_secret(), code, now, *taken), std::nullopt);
    const auto before = totp_code(rfc_secret(), *taken - 1);
    EXPECT_EQ(check_totp(rfc_secret(), before, now, *taken), std::nullopt);
    const auto after = totp_code(rfc_secret(), *taken + 1);
    EXPECT_EQ(check_totp(rfc_secret(), after, now, *taken), *taken + 1);
}

TEST(Totp, ReadsTheDigitsOfEveryKeyboardThatTheFiveLanguagesHave) {
    const Time at{59 * kSecondMs};
    for (const auto& typed :
         {std::string("287082"), std::string(" 287 082 "), std::string("287\u00a0082"),
          in_digits("287082", {"０", "１", "２", "３", "４", "５", "６", "７", "８", "９"}),
          in_digits("287082", {"٠", "١", "٢", "٣", "٤", "٥", "٦", "٧", "٨", "٩"}),
          in_digits("287082", {"۰", "۱", "۲", "۳", "۴", "۵", "۶", "۷", "۸", "۹"})}) {
        EXPECT_EQ(check_totp(rfc_secret(), typed, at, kTotpNever), 1) << typed;
    }
}

TEST(Totp, RefusesWhatIsNoCode) {
    const Time at{59 * kSecondMs};
    for (const std::string_view typed : {"", "28708", "2870821", "94287082", "28708a", "-287082",
                                         "287082\xd9", "\xff\xfe", "٢٨٧٠٨"}) {
        EXPECT_EQ(check_totp(rfc_secret(), typed, at, kTotpNever), std::nullopt) << typed;
    }
}

TEST(Totp, ItsAddressNamesIssuerAndAccountSafely) {
    EXPECT_EQ(totp_uri("Nordlicht & Co", "ada@example.org", rfc_secret()),
              "otpauth://totp/Nordlicht%20%26%20Co:ada%40example.org"
              "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Nordlicht%20%26%20Co"
              "&algorithm=SHA1&digits=6&period=30");
}

TEST(Totp, ASecretIsAsLongAsItsHashAndNeverTheSame) {
    SeededRandom random(7);
    const auto one = make_totp_secret(random);
    EXPECT_EQ(one.size(), kTotpSecretSize);
    EXPECT_NE(one, make_totp_secret(random));
}

TEST(Base32, GivesTheValuesOfRfc4648WithoutTheirPadding) {
    const std::pair<std::string_view, std::string_view> values[] = {{"", ""},
                                                                    {"f", "MY"},
                                                                    {"fo", "MZXQ"},
                                                                    {"foo", "MZXW6"},
                                                                    {"foob", "MZXW6YQ"},
                                                                    {"fooba", "MZXW6YTB"},
                                                                    {"foobar", "MZXW6YTBOI"}};
    for (const auto& [bytes, text] : values) {
        EXPECT_EQ(base32(as_bytes(bytes), Base32::rfc4648), text);
        EXPECT_EQ(from_base32(text, Base32::rfc4648), to_bytes(as_bytes(bytes))) << text;
    }
}

TEST(Base32, RefusesWhatNoEncoderMakes) {
    // "MZXW6YT": 35 bits, of which three belong to no byte and are not zero.
    for (const std::string_view text : {"M", "MZ1", "MZ0Q", "MZXW6YT", "MY======", "M\xff"}) {
        EXPECT_EQ(from_base32(text, Base32::rfc4648), std::nullopt) << text;
    }
}

TEST(RecoveryCodes, AreTenOfOneHundredAndTwentyBitsInGroups) {
    SeededRandom random(7);
    std::set<std::string> texts;
    for (const auto& code : make_recovery_codes(random)) {
        EXPECT_EQ(code.text.size(), 29u);  // 24 characters and five hyphens
        EXPECT_EQ(code.text.find_first_of("ILOU"), std::string::npos);
        EXPECT_EQ(hash_of_recovery_code(code.text), code.hash);
        texts.insert(code.text);
    }
    EXPECT_EQ(texts.size(), static_cast<std::size_t>(kRecoveryCodes));
}

TEST(RecoveryCodes, AreReadHoweverTheyAreTyped) {
    const auto hash = hash_of_recovery_code("0123-4567-89AB-CDEF-GH10-0000");
    ASSERT_TRUE(hash.has_value());
    for (const std::string_view typed :
         {"0123456789abcdefgh100000", " o123 4567 89ab cdef ghio oooo ",
          "O123-4567-89AB-CDEF-GHL0-0000", "０１２３４５６７８９ＡＢＣＤＥＦＧＨ１０００００"}) {
        EXPECT_EQ(hash_of_recovery_code(typed), hash) << typed;
    }
}

TEST(RecoveryCodes, WhatIsTooShortTooLongOrOfOtherLettersIsNone) {
    for (const std::string_view typed :
         {"", "0123-4567-89AB-CDEF-GH10-000", "0123-4567-89AB-CDEF-GH10-00000",
          "U123-4567-89AB-CDEF-GH10-0000", "287082"}) {
        EXPECT_EQ(hash_of_recovery_code(typed), std::nullopt) << typed;
    }
}

}  // namespace
}  // namespace avow::services
