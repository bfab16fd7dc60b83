// SPDX-License-Identifier: Apache-2.0
#include "services/factors/totp.hh"

#include "base/text.hh"
#include "crypto/hash.hh"
#include "services/factors/base32.hh"

namespace avow::services {
namespace {

constexpr std::size_t kDigits = 6;
constexpr std::uint32_t kModulus = 1'000'000;

// The ten digits from U+0660 and from U+06F0 are two bytes each in UTF-8.
std::optional<char> arabic_digit(unsigned char first, unsigned char second) {
    if (first == 0xd9 && second >= 0xa0 && second <= 0xa9)
        return static_cast<char>('0' + (second - 0xa0));
    if (first == 0xdb && second >= 0xb0 && second <= 0xb9)
        return static_cast<char>('0' + (second - 0xb0));
    return std::nullopt;
}

// Six digits, or nothing.
std::optional<std::string> read_code(std::string_view typed) {
    const auto folded = fold(typed);  // full-width digits become plain ones
    std::string code;
    for (std::size_t i = 0; i < folded.size(); ++i) {
        const char c = folded[i];
        if (c == ' ') continue;
        if (c >= '0' && c <= '9') {
            code.push_back(c);
        } else if (i + 1 < folded.size()) {
            const auto digit = arabic_digit(static_cast<unsigned char>(c),
                                            static_cast<unsigned char>(folded[++i]));
            if (!digit) return std::nullopt;
            code.push_back(*digit);
        } else {
            return std::nullopt;
        }
    }
    if (code.size() != kDigits) return std::nullopt;
    return code;
}

// RFC 3986 §2.1: everything but the unreserved characters.
std::string percent_encoded(std::string_view text) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            encoded.push_back(c);
        } else {
            encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
        }
    }
    return encoded;
}

}  // namespace

Bytes make_totp_secret(Random& random) {
    Bytes secret(kTotpSecretSize);
    random.fill(secret);
    return secret;
}

std::int64_t totp_step(Time at) {
    return at.ms / kTotpStepMs;
}

std::string totp_code(ByteView secret, std::int64_t step) {
    Bytes counter;
    append_be64(counter, static_cast<std::uint64_t>(step));
    const auto mac = crypto::hmac_sha1(secret, counter);
    // Dynamic truncation (RFC 4226 §5.3): four bytes from where the last one points to.
    const auto from = static_cast<std::size_t>(mac.back() & 15);
    const auto number = read_be32(ByteView(mac).subspan(from, 4)) & 0x7fff'ffff;
    auto digits = std::to_string(number % kModulus);
    return std::string(kDigits - digits.size(), '0') + digits;
}

std::optional<std::int64_t> check_totp(ByteView secret, std::string_view code, Time now,
                                       std::int64_t last) {
    const auto typed = read_code(code);
    if (!typed) return std::nullopt;
    std::optional<std::int64_t> found;
    // All three are looked at whatever matches: the time tells nothing.
    for (const std::int64_t drift : {-1, 0, 1}) {
        const auto step = totp_step(now) + drift;
        if (crypto::equal(as_bytes(totp_code(secret, step)), as_bytes(*typed)) && step > last &&
            !found) {
            found = step;
        }
    }
    return found;
}

std::string totp_uri(std::string_view issuer, std::string_view account, ByteView secret) {
    const auto name = percent_encoded(issuer);
    return "otpauth://totp/" + name + ":" + percent_encoded(account) +
           "?secret=" + base32(secret, Base32::rfc4648) + "&issuer=" + name +
           "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace avow::services
