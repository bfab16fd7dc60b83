// SPDX-License-Identifier: Apache-2.0
#include "traffic/bots.hh"

#include <charconv>

#include <boost/json.hpp>

namespace avow::traffic {
namespace {

namespace bj = boost::json;

std::optional<int> number_after(std::string_view text, std::string_view mark) {
    const auto at = text.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    int number = 0;
    const auto* start = text.data() + at + mark.size();
    const auto read = std::from_chars(start, text.data() + text.size(), number);
    return read.ec == std::errc() ? std::optional(number) : std::nullopt;
}

// "rv:109.0" stayed while Firefox went from 110 to 119; else both are the same.
bool firefox_lies(std::string_view agent) {
    const auto revision = number_after(agent, "rv:");
    const auto version = number_after(agent, " Firefox/");
    if (!revision || !version || agent.find("Gecko/") == std::string_view::npos) return false;
    const bool frozen = *revision == 109 && *version >= 110 && *version <= 119;
    return *revision != *version && !frozen && *version > 4;
}

}  // namespace

bool contradicts(const Signs& signs) {
    if (signs.is_prefetch || signs.fetch_navigates) return true;
    if (signs.fetch_from_nowhere && signs.has_referrer) return true;
    return signs.names_fetch && (!signs.has_language || !signs.has_encoding);
}

Result<BotList> BotList::create(std::string_view json) {
    boost::system::error_code error;
    const auto list = bj::parse({json.data(), json.size()}, error);
    if (error || !list.is_array()) {
        return Error(Code::invalid, "the list of crawlers must be a JSON array");
    }
    std::vector<Pattern> patterns;
    for (const auto& item : list.get_array()) {
        const auto* entry = item.if_object();
        const auto* pattern = entry == nullptr ? nullptr : entry->if_contains("pattern");
        if (pattern == nullptr || !pattern->is_string()) {
            return Error(Code::invalid, "each crawler must have a pattern");
        }
        patterns.push_back({std::string(pattern->get_string()), false});
    }
    TRY(auto compiled, PatternList::create(patterns));
    return BotList(std::move(compiled));
}

bool BotList::is_bot(std::string_view agent) const {
    return agent.empty() || firefox_lies(agent) || patterns_.any(agent);
}

}  // namespace avow::traffic
