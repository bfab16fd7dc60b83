// SPDX-License-Identifier: Apache-2.0
#include "traffic/question.hh"

#include <array>

namespace avow::traffic {
namespace {

constexpr std::array<std::string_view, 10> kDimensions{"page",    "source",  "channel", "campaign",
                                                       "country", "browser", "system",  "device",
                                                       "origin",  "event"};
constexpr std::array<std::string_view, 5> kIntervals{"hour", "day", "week", "month", "year"};

template <typename Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

}  // namespace

std::optional<Dimension> dimension_from(std::string_view name) {
    if (name == "referrer") return Dimension::source;
    return find<Dimension>(kDimensions, name);
}
std::string_view name_of(Dimension dimension) {
    return kDimensions[static_cast<std::size_t>(dimension)];
}
std::optional<Interval> interval_from(std::string_view name) {
    return find<Interval>(kIntervals, name);
}

}  // namespace avow::traffic
