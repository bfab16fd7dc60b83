// SPDX-License-Identifier: Apache-2.0
#include "policy/words.hh"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hh"
#include "base/time.hh"

namespace avow::policy {
namespace {

constexpr std::size_t kNameMax = 64;           // LIMIT: bytes of a name
constexpr std::uint32_t kYearsMax = 100;       // LIMIT: longer is no retention at all
constexpr std::uint32_t kNoticeDaysMax = 365;  // LIMIT: a notice older than this is forgotten

struct Duration {
    std::uint32_t count;
    std::string_view unit;  // singular
};

std::optional<Duration> duration_from(std::string_view words) {
    const auto parts = split(words, ' ');
    if (parts.size() != 2 || parts[0].empty() || parts[0].front() == '0') return std::nullopt;
    std::uint32_t count = 0;
    const auto* end = parts[0].data() + parts[0].size();
    const auto read = std::from_chars(parts[0].data(), end, count);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    auto unit = parts[1];
    if (unit.ends_with('s')) unit.remove_suffix(1);
    return Duration{count, unit};
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

}  // namespace

std::optional<Retention> retention_from(std::string_view words) {
    Retention retention;
    retention.words = words;
    if (words == "until withdrawn" || words == "until closed") {
        retention.kind = words == "until closed" ? Retention::Kind::until_closed
                                                 : Retention::Kind::until_withdrawn;
        return retention;
    }
    const auto duration = duration_from(words);
    if (!duration) return std::nullopt;
    struct Unit {
        std::string_view name;
        std::uint32_t Retention::* member;
        std::uint32_t max;
    };
    static constexpr std::array<Unit, 4> kUnits{{{"year", &Retention::years, kYearsMax},
                                                 {"month", &Retention::months, kYearsMax * 12},
                                                 {"week", &Retention::weeks, kYearsMax * 52},
                                                 {"day", &Retention::days, kYearsMax * 365}}};
    for (const auto& unit : kUnits) {
        if (unit.name != duration->unit || duration->count > unit.max) continue;
        retention.*unit.member = duration->count;
        return retention;
    }
    return std::nullopt;
}

std::optional<std::uint32_t> notice_period_from(std::string_view words) {
    const auto duration = duration_from(words);
    if (!duration || duration->count > kNoticeDaysMax) return std::nullopt;
    auto days = duration->count;
    if (duration->unit == "week") {
        days *= 7;
    } else if (duration->unit != "day") {
        return std::nullopt;
    }
    if (days > kNoticeDaysMax) return std::nullopt;
    return days;
}

std::optional<Basis> basis_from(std::string_view word) {
    for (const auto basis : {Basis::contract, Basis::legal_obligation, Basis::legitimate_interest,
                             Basis::permission}) {
        if (name_of(basis) == word) return basis;
    }
    return std::nullopt;
}

bool is_date(std::string_view text) {
    return text.size() == 10 && from_rfc3339(std::string(text) + "T00:00:00Z").has_value();
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kNameMax &&
           std::all_of(text.begin(), text.end(), is_name_character);
}

bool is_version(std::string_view text) {
    return !text.empty() && text.size() <= kNameMax && text.front() != '.' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return c == '.' || is_name_character(c); });
}

}  // namespace avow::policy
