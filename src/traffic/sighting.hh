// SPDX-License-Identifier: Apache-2.0
// What is kept of an event: a page and an hour, and kinds of things that many share. Nobody is in
// it: no address, no user agent, no id, no time finer than the hour, and nothing that ties one
// sighting to another. A test holds the stored columns to this list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hh"
#include "traffic/alphabet.hh"

namespace avow::traffic {

enum class Kind : std::uint8_t { view, event, outbound, download };
enum class Device : std::uint8_t { unknown, desktop, mobile, tablet, tv, other };
enum class Channel : std::uint8_t { direct, search, social, email, referral, paid, assistant };
enum class Origin : std::uint8_t { script, pixel, log };
std::string_view name_of(Device device);
std::string_view name_of(Channel channel);
std::string_view name_of(Origin origin);
inline constexpr int kDevices = 6;
inline constexpr int kChannels = 7;
inline constexpr int kOrigins = 3;

// Two capital letters; 0 is unknown.
struct Country {
    std::uint16_t code = 0;
    static Country of(std::string_view letters);
    std::string letters() const;  // "DE"; empty when unknown
    friend bool operator==(const Country&, const Country&) = default;
};

// Time spent on a page, told again and again as it grows: moves one page load from the bucket it
// was last told in (none at first) to the one it is in now.
struct Engaged {
    std::optional<std::uint8_t> was;
    std::uint8_t now = 0;
};

struct Sighting {
    std::string site;
    std::int64_t hour = 0;  // since the epoch
    Kind kind = Kind::view;
    std::string page;
    std::string name;      // of an event, or where an outbound link or download leads
    std::string source;    // of the visit: a site, a campaign's source; empty: none
    std::string campaign;  // source, medium and name, joined by kCampaignJoin; empty: none
    std::string browser;
    std::string system;
    std::vector<std::string> properties;  // "key=value", of an event
    Channel channel = Channel::direct;
    Country country;
    Device device = Device::unknown;
    Origin origin = Origin::script;
    bool bot = false;
    std::optional<Telling> telling;   // nothing: this browser tells nothing
    std::optional<std::string> from;  // the page before, on the same site
    std::optional<Engaged> engaged;   // then only site, hour and page count
};

inline constexpr char kCampaignJoin = '\t';

// Buckets of time, eight to each doubling from a quarter of a second: a bucket's middle is within
// 4.5 percent of everything in it.
inline constexpr int kBuckets = 128;
inline constexpr std::int64_t kEngagedMaxMs = 4 * 60 * 60 * 1000;  // LIMIT: of one page load
std::uint8_t bucket_of(std::int64_t ms);
double bucket_start_ms(int bucket);

constexpr std::int64_t hour_of(Time time) {
    return time.ms / kHourMs;
}

}  // namespace avow::traffic
