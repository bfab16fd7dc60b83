// SPDX-License-Identifier: Apache-2.0
// The states of a request under the policy, and the only table of the ways between them. Pure.
//   received   asked; whoever asked is to be told how to show who they are      our turn (program)
//   unshown    told; waiting for them to show it                                the customer's turn
//   open       who asks is known                                                our turn (program)
//   collecting the answer is being made                                         our turn (program)
//   review     the answer is there to be looked at                              our turn (officer)
//   approved   an officer let it go                                             our turn (program)
//   carrying   the act itself is under way: an erasure, an objection, a correction
//   ready      an archive waits for the customer                                the customer's turn
//   done · refused · withdrawn · expired: the ends; nothing leaves them
// Source: docs/rights.md; proved by tests/model/rights.pml, whose ways a test holds to these.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.hh"

namespace avow::services {

// What is asked for. Access is the archive of exports: to read, and for programs.
enum class RightKind { access, correction, erasure, objection };

enum class RightState {
    received,
    unshown,
    open,
    collecting,
    review,
    approved,
    carrying,
    ready,
    done,
    refused,
    withdrawn,
    expired,
};

enum class RightEvent {
    tell,       // the letter that says how to show who asks is written
    identify,   // who asks was shown
    collect,    // making the answer began
    collected,  // it is there
    fail,       // it could not be made: again, later
    again,      // an officer wants it anew
    approve,    // an officer
    carry,      // the act begins
    keep,       // all of it is under a hold or a duty: the officer's turn
    unfit,      // what is to be right is not taken by the policy: the officer's turn
    carried,    // and it was done whole, as was looked up after it
    deliver,    // the archive is there and the letter that says so is written
    stale,      // the archive went: it is made anew
    fetched,    // handed out whole
    lapse,      // it waited as long as the letter said
    refuse,     // an officer, with a ground
    withdraw,   // whoever asked
    expire,     // nobody showed who they are
    extend,     // the deadline moves, once, with a reason
};

inline constexpr std::array<RightKind, 4> kRightKinds{RightKind::access, RightKind::correction,
                                                      RightKind::erasure, RightKind::objection};
inline constexpr std::array<RightState, 12> kRightStates{
    RightState::received, RightState::unshown,  RightState::open,      RightState::collecting,
    RightState::review,   RightState::approved, RightState::carrying,  RightState::ready,
    RightState::done,     RightState::refused,  RightState::withdrawn, RightState::expired};
inline constexpr std::array<RightEvent, 19> kRightEvents{
    RightEvent::tell,     RightEvent::identify, RightEvent::collect, RightEvent::collected,
    RightEvent::fail,     RightEvent::again,    RightEvent::approve, RightEvent::carry,
    RightEvent::keep,     RightEvent::unfit,    RightEvent::carried, RightEvent::deliver,
    RightEvent::stale,    RightEvent::fetched,  RightEvent::lapse,   RightEvent::refuse,
    RightEvent::withdraw, RightEvent::expire,   RightEvent::extend};

std::string_view name_of(RightKind kind);
std::optional<RightKind> right_kind_from(std::string_view name);
std::string_view name_of(RightState state);
std::optional<RightState> right_state_from(std::string_view name);
std::string_view name_of(RightEvent event);

// Where an event leads; nothing: it has no place in that state, and is refused.
std::optional<RightState> next(RightState from, RightEvent event, RightKind kind);
// The same, of no kind: what is written down and proved.
std::optional<RightState> next(RightState from, RightEvent event);
bool is_closed(RightState state);
// Whether the law's clock still runs: until the answer is there, or was refused.
bool is_running(RightState state);
// What an officer may do in a state.
std::vector<RightEvent> officer_acts(RightState state);

// ---- the clock. All days are UTC's.
// GDPR 12(3): one month from when it was received, and two more at most; as months of the calendar,
// and where a month lacks the day, its last one (Regulation 1182/71, article 3). CCPA §7021: 45
// calendar days, and 45 more.
enum class RightRegime { gdpr, ccpa };
enum class ExtensionReason { complexity, number };  // the two that GDPR 12(3) knows
std::string_view name_of(RightRegime regime);
std::optional<RightRegime> right_regime_from(std::string_view name);
std::string_view name_of(ExtensionReason reason);
std::optional<ExtensionReason> extension_reason_from(std::string_view name);
// Why a request is refused (GDPR 11(2), 12(5), 12(6), 15(4), 17(3), 18, 21(1)).
enum class RefusalGround { not_identified, unfounded, excessive, others_rights, legal_duty };
std::string_view name_of(RefusalGround ground);
std::optional<RefusalGround> refusal_ground_from(std::string_view name);

Time after_months(Time from, int months);
Time deadline_of(Time received, RightRegime regime);
// Counted from when it was received, and not from the extension.
Time extended_deadline_of(Time received, RightRegime regime);

}  // namespace avow::services
