// SPDX-License-Identifier: Apache-2.0
#include "traffic/sighting.hh"

#include <algorithm>
#include <array>
#include <cmath>

namespace avow::traffic {
namespace {

constexpr double kFirstBucketMs = 250;
constexpr std::array<std::string_view, kDevices> kDeviceNames{"unknown", "desktop", "mobile",
                                                              "tablet",  "tv",      "other"};
constexpr std::array<std::string_view, kChannels> kChannelNames{
    "direct", "search", "social", "email", "referral", "paid", "assistant"};
constexpr std::array<std::string_view, kOrigins> kOriginNames{"script", "pixel", "log"};

}  // namespace

std::string_view name_of(Device device) {
    return kDeviceNames[static_cast<std::size_t>(device)];
}
std::string_view name_of(Channel channel) {
    return kChannelNames[static_cast<std::size_t>(channel)];
}
std::string_view name_of(Origin origin) {
    return kOriginNames[static_cast<std::size_t>(origin)];
}

Country Country::of(std::string_view letters) {
    const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (letters.size() != 2 || !is_capital(letters[0]) || !is_capital(letters[1])) return {};
    return {static_cast<std::uint16_t>(letters[0] * 256 + letters[1])};
}

std::string Country::letters() const {
    if (code == 0) return {};
    return {static_cast<char>(code / 256), static_cast<char>(code % 256)};
}

std::uint8_t bucket_of(std::int64_t ms) {
    const auto bounded = static_cast<double>(std::clamp<std::int64_t>(ms, 0, kEngagedMaxMs));
    if (bounded < kFirstBucketMs) return 0;
    const auto bucket = 1 + static_cast<int>(std::floor(8 * std::log2(bounded / kFirstBucketMs)));
    return static_cast<std::uint8_t>(std::min(bucket, kBuckets - 1));
}

double bucket_start_ms(int bucket) {
    return bucket == 0 ? 0 : kFirstBucketMs * std::exp2((bucket - 1) / 8.0);
}

}  // namespace avow::traffic
