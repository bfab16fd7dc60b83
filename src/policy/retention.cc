// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "policy/policy.hh"

namespace avow::policy {

std::optional<Time> Retention::over_at(Time collected) const {
    if (kind != Kind::duration) return std::nullopt;
    using std::chrono::sys_days;
    const std::chrono::sys_time<std::chrono::milliseconds> instant{
        std::chrono::milliseconds{collected.ms}};
    const auto midnight = std::chrono::floor<std::chrono::days>(instant);
    auto date = std::chrono::year_month_day{midnight};
    date += std::chrono::years{static_cast<int>(years)};
    date += std::chrono::months{static_cast<int>(months)};
    if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
    const auto day = sys_days{date} + std::chrono::weeks{static_cast<int>(weeks)} +
                     std::chrono::days{static_cast<int>(days)};
    const auto over = day + (instant - midnight);
    return Time{
        std::chrono::duration_cast<std::chrono::milliseconds>(over.time_since_epoch()).count()};
}

}  // namespace avow::policy
