// SPDX-License-Identifier: Apache-2.0
// What an agent is told of a request: the protocol's words for our states, and no more than those.
// Pure. Source: Data Rights Protocol 0.9.4 (= 1.0), §3.01 to §3.03.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/rights/rights.hh"

namespace avow::services::drp {

// How long who asks may take to show who they are: the same for everybody, known or not.
inline constexpr std::int64_t kVerificationMs = kUnshownMs;
// A row whose request ended is told of for so long (§3.02: 60 days).
inline constexpr std::int64_t kEndedKeptMs = 60 * kDayMs;

// Rights as the protocol spells them.
enum class Exercise { deletion, access, access_categories, access_specific, opt_out, opt_in };
std::string_view name_of(Exercise exercise);
// Takes sale:opt_out for sale:opt-out, too: the protocol itself writes both.
std::optional<Exercise> exercise_from(std::string_view name);
// What we do of it; nothing of sale:opt-in: a permission is given by the person alone.
std::optional<RightKind> kind_of(Exercise exercise);

// A state with its reason, in the protocol's words; views are of literals.
struct Standing {
    std::string_view name;  // of an end, as it is kept; empty: it is none
    std::string_view status;
    std::string_view reason;   // or empty
    std::string_view details;  // in words, for the person; or empty
    bool is_final() const { return !name.empty(); }
    bool operator==(const Standing&) const = default;
};
// Of a request that this agent may follow.
Standing standing_of(const Right& right, Time received, Time now);
// Of one that joined what was under way already: nothing of that is told to it.
Standing standing_unfollowed(Time received, Time now);
Standing denied_opt_in();
Standing denied_without_address();
Standing revoked();
// As it was when it ended; nothing when no end is called so.
std::optional<Standing> end_from(std::string_view name);

// 2026-11-24T02:29:14.123+00:00: what Python before 3.11 reads as well.
std::string protocol_time(Time time);

}  // namespace avow::services::drp
