// SPDX-License-Identifier: Apache-2.0
#include "services/rights/states.hh"

#include <algorithm>
#include <chrono>

namespace avow::services {
namespace {

using S = RightState;
using E = RightEvent;

struct Way {
    E event;
    S from;
    S to;
};

// tests/model/rights.pml has these same lines.
constexpr Way kWays[]{
    {E::tell, S::received, S::unshown},
    {E::identify, S::received, S::open},
    {E::identify, S::unshown, S::open},
    {E::collect, S::open, S::collecting},
    {E::collected, S::collecting, S::review},
    {E::fail, S::collecting, S::open},
    {E::again, S::review, S::open},
    {E::approve, S::review, S::approved},
    {E::carry, S::approved, S::carrying},
    {E::keep, S::approved, S::review},
    {E::unfit, S::carrying, S::review},
    {E::carried, S::carrying, S::done},
    {E::deliver, S::approved, S::ready},
    {E::stale, S::approved, S::open},
    {E::stale, S::ready, S::open},
    {E::fetched, S::ready, S::done},
    {E::lapse, S::ready, S::done},
    {E::refuse, S::unshown, S::refused},
    {E::refuse, S::open, S::refused},
    {E::refuse, S::collecting, S::refused},
    {E::refuse, S::review, S::refused},
    {E::withdraw, S::received, S::withdrawn},
    {E::withdraw, S::unshown, S::withdrawn},
    {E::withdraw, S::open, S::withdrawn},
    {E::withdraw, S::collecting, S::withdrawn},
    {E::withdraw, S::review, S::withdrawn},
    {E::withdraw, S::approved, S::withdrawn},
    {E::withdraw, S::ready, S::withdrawn},
    {E::expire, S::unshown, S::expired},
    {E::extend, S::unshown, S::unshown},
    {E::extend, S::open, S::open},
    {E::extend, S::collecting, S::collecting},
    {E::extend, S::review, S::review},
    {E::extend, S::approved, S::approved},
};

// Access is handed over, the others are carried out.
bool fits(E event, RightKind kind) {
    switch (event) {
        case E::deliver:
        case E::stale:
        case E::fetched:
        case E::lapse:
            return kind == RightKind::access;
        case E::carry:
        case E::carried:
            return kind != RightKind::access;
        case E::unfit:
            return kind == RightKind::correction;
        case E::keep:
            return kind == RightKind::erasure;
        case E::tell:
        case E::identify:
        case E::collect:
        case E::collected:
        case E::fail:
        case E::again:
        case E::approve:
        case E::refuse:
        case E::withdraw:
        case E::expire:
        case E::extend:
            return true;
    }
    return false;
}

template <typename T, std::size_t N>
std::optional<T> named(const std::array<T, N>& all, std::string_view name) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const T& one) { return name_of(one) == name; });
    if (found == all.end()) return std::nullopt;
    return *found;
}

constexpr std::array kRegimes{RightRegime::gdpr, RightRegime::ccpa};
constexpr std::array kReasons{ExtensionReason::complexity, ExtensionReason::number};
constexpr std::array kGrounds{RefusalGround::not_identified, RefusalGround::unfounded,
                              RefusalGround::excessive, RefusalGround::others_rights,
                              RefusalGround::legal_duty};

}  // namespace

std::string_view name_of(RightKind kind) {
    switch (kind) {
        case RightKind::access:
            return "access";
        case RightKind::correction:
            return "correction";
        case RightKind::erasure:
            return "erasure";
        case RightKind::objection:
            return "objection";
    }
    return {};
}

std::string_view name_of(RightState state) {
    static constexpr std::array<std::string_view, 12> kNames{
        "received", "unshown", "open", "collecting", "review",    "approved",
        "carrying", "ready",   "done", "refused",    "withdrawn", "expired"};
    return kNames[static_cast<std::size_t>(state)];
}

std::string_view name_of(RightEvent event) {
    static constexpr std::array<std::string_view, 19> kNames{
        "tell",  "identify", "collect",  "collected", "fail",    "again", "approve",
        "carry", "keep",     "unfit",    "carried",   "deliver", "stale", "fetched",
        "lapse", "refuse",   "withdraw", "expire",    "extend"};
    return kNames[static_cast<std::size_t>(event)];
}

std::string_view name_of(RightRegime regime) {
    return regime == RightRegime::gdpr ? "gdpr" : "ccpa";
}

std::string_view name_of(ExtensionReason reason) {
    return reason == ExtensionReason::complexity ? "complexity" : "number";
}

std::string_view name_of(RefusalGround ground) {
    switch (ground) {
        case RefusalGround::not_identified:
            return "not_identified";
        case RefusalGround::unfounded:
            return "unfounded";
        case RefusalGround::excessive:
            return "excessive";
        case RefusalGround::others_rights:
            return "others_rights";
        case RefusalGround::legal_duty:
            return "legal_duty";
    }
    return {};
}

std::optional<RightKind> right_kind_from(std::string_view name) {
    return named(kRightKinds, name);
}
std::optional<RightState> right_state_from(std::string_view name) {
    return named(kRightStates, name);
}
std::optional<RightRegime> right_regime_from(std::string_view name) {
    return named(kRegimes, name);
}
std::optional<ExtensionReason> extension_reason_from(std::string_view name) {
    return named(kReasons, name);
}
std::optional<RefusalGround> refusal_ground_from(std::string_view name) {
    return named(kGrounds, name);
}

std::optional<RightState> next(RightState from, RightEvent event) {
    for (const auto& way : kWays) {
        if (way.from == from && way.event == event) return way.to;
    }
    return std::nullopt;
}

std::optional<RightState> next(RightState from, RightEvent event, RightKind kind) {
    return fits(event, kind) ? next(from, event) : std::nullopt;
}

bool is_closed(RightState state) {
    return state == S::done || state == S::refused || state == S::withdrawn || state == S::expired;
}

bool is_running(RightState state) {
    return !is_closed(state) && state != S::ready;
}

std::vector<RightEvent> officer_acts(RightState state) {
    std::vector<RightEvent> acts;
    for (const auto event : {E::identify, E::approve, E::again, E::extend, E::refuse}) {
        if (next(state, event)) acts.push_back(event);
    }
    return acts;
}

Time after_months(Time from, int months) {
    using namespace std::chrono;
    const sys_time<milliseconds> instant{milliseconds(from.ms)};
    const auto midnight = floor<days>(instant);
    const year_month_day start{midnight};
    auto day = start + std::chrono::months(months);
    if (!day.ok()) day = day.year() / day.month() / last;
    const auto end = sys_days(day) + (instant - midnight);
    return {duration_cast<milliseconds>(end.time_since_epoch()).count()};
}

Time deadline_of(Time received, RightRegime regime) {
    return regime == RightRegime::gdpr ? after_months(received, 1) : received + 45 * kDayMs;
}

Time extended_deadline_of(Time received, RightRegime regime) {
    return regime == RightRegime::gdpr ? after_months(received, 3) : received + 90 * kDayMs;
}

}  // namespace avow::services
