// SPDX-License-Identifier: Apache-2.0
// Addresses of pages as we keep them: pure functions of bytes. What may name a person is masked
// before anything else sees it: email addresses become [email], runs of six digits or more
// [number], long tokens [token]. Queries are dropped but for the parameters that a site allows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "traffic/sighting.hh"

namespace avow::traffic {

inline constexpr std::size_t kUrlMax = 2000;  // LIMIT: bytes of an address, as Plausible has it
inline constexpr std::size_t kPageMax = 500;  // LIMIT: bytes of a page as kept
inline constexpr std::size_t kWordMax = 120;  // LIMIT: bytes of a name, source or campaign part

struct Url {
    std::string host;  // lower case, without port and www.
    std::string path;  // starts with /
    std::string query;
};
// http and https only; nothing for anything else, invalid UTF-8 or control characters.
std::optional<Url> parse_url(std::string_view text);

std::string masked(std::string_view text);
// Cut to `most` bytes, at a character's end.
std::string cut(std::string_view text, std::size_t most);

// Path and allowed parameters, masked; "+" for spaces in the query stays.
std::string page_of(const Url& url, const std::vector<std::string>& kept_parameters);
// Decoded; nothing when the query has no such parameter.
std::optional<std::string> find_parameter(std::string_view query, std::string_view name);

// Where a visit came from: the referrer's site by its common name, the campaign of the address.
struct Source {
    std::string source;    // "Google", "news.example", or utm_source
    std::string campaign;  // joined by kCampaignJoin
    Channel channel = Channel::direct;
};
Source source_of(const Url& page, std::string_view referrer);
// The page that the referrer names, if it is of the same site.
std::optional<std::string> page_before(const Url& page, std::string_view referrer,
                                       const std::vector<std::string>& kept_parameters);

}  // namespace avow::traffic
