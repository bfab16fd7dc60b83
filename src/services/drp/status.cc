// SPDX-License-Identifier: Apache-2.0
#include "services/drp/status.hh"

#include <algorithm>
#include <array>

namespace avow::services::drp {
namespace {

constexpr std::string_view kInProgress = "in_progress";
constexpr std::string_view kDenied = "denied";

constexpr Standing kUnverified{
    "", kInProgress, "need_user_verification",
    "The person got a letter: they confirm in our portal that it is them."};
constexpr Standing kWorking{"", kInProgress, "", ""};
constexpr Standing kExtended{"", kInProgress, "",
                             "The deadline was extended: the person was told why."};
constexpr Standing kNotVerified{"not_verified", kDenied, "insuf_verification",
                                "Nobody confirmed the request in our portal."};
constexpr Standing kNoAddress{"no_address", kDenied, "insuf_verification",
                              "An email address of the person is wanted."};
constexpr Standing kFulfilled{"fulfilled", "fulfilled", "", ""};
constexpr Standing kRevoked{"revoked", "revoked", "", ""};
constexpr Standing kOptIn{"opt_in", kDenied, "other",
                          "A permission is given by the person, in our portal."};
constexpr Standing kTooMany{"excessive", kDenied, "too_many_requests", "The request is excessive."};
constexpr Standing kUnfounded{"unfounded", kDenied, "other", "The request is unfounded."};
constexpr Standing kOthers{"others_rights", kDenied, "other",
                           "It would touch the rights of others."};
constexpr Standing kDuty{"legal_duty", kDenied, "claim_not_covered",
                         "A duty of law keeps us from it."};

constexpr std::array kEnds{kNotVerified, kNoAddress, kFulfilled, kRevoked, kOptIn,
                           kTooMany,     kUnfounded, kOthers,    kDuty};

Standing refused_for(std::string_view ground) {
    const auto named = refusal_ground_from(ground);
    switch (named.value_or(RefusalGround::unfounded)) {
        case RefusalGround::not_identified:
            return kNotVerified;
        case RefusalGround::unfounded:
            return kUnfounded;
        case RefusalGround::excessive:
            return kTooMany;
        case RefusalGround::others_rights:
            return kOthers;
        case RefusalGround::legal_duty:
            return kDuty;
    }
    return kUnfounded;
}

}  // namespace

std::string_view name_of(Exercise exercise) {
    switch (exercise) {
        case Exercise::deletion:
            return "deletion";
        case Exercise::access:
            return "access";
        case Exercise::access_categories:
            return "access:categories";
        case Exercise::access_specific:
            return "access:specific";
        case Exercise::opt_out:
            return "sale:opt-out";
        case Exercise::opt_in:
            return "sale:opt-in";
    }
    return {};
}

std::optional<Exercise> exercise_from(std::string_view name) {
    if (name == "sale:opt_out") return Exercise::opt_out;
    if (name == "sale:opt_in") return Exercise::opt_in;
    for (const auto one : {Exercise::deletion, Exercise::access, Exercise::access_categories,
                           Exercise::access_specific, Exercise::opt_out, Exercise::opt_in}) {
        if (name_of(one) == name) return one;
    }
    return std::nullopt;
}

std::optional<RightKind> kind_of(Exercise exercise) {
    switch (exercise) {
        case Exercise::deletion:
            return RightKind::erasure;
        case Exercise::access:
        case Exercise::access_categories:
        case Exercise::access_specific:
            return RightKind::access;
        case Exercise::opt_out:
            return RightKind::objection;
        case Exercise::opt_in:
            return std::nullopt;
    }
    return std::nullopt;
}

Standing standing_of(const Right& right, Time received, Time now) {
    switch (right.state) {
        case RightState::received:
        case RightState::unshown:
            return standing_unfollowed(received, now);
        case RightState::open:
        case RightState::collecting:
        case RightState::review:
        case RightState::approved:
        case RightState::carrying:
            return right.extended.empty() ? kWorking : kExtended;
        case RightState::ready:
        case RightState::done:
            return kFulfilled;
        case RightState::refused:
            return refused_for(right.ground);
        case RightState::withdrawn:
            return kRevoked;
        case RightState::expired:
            return kNotVerified;
    }
    return kWorking;
}

Standing standing_unfollowed(Time received, Time now) {
    return now < received + kVerificationMs ? kUnverified : kNotVerified;
}

Standing denied_opt_in() {
    return kOptIn;
}
Standing denied_without_address() {
    return kNoAddress;
}
Standing revoked() {
    return kRevoked;
}

std::optional<Standing> end_from(std::string_view name) {
    const auto found = std::find_if(kEnds.begin(), kEnds.end(),
                                    [&](const Standing& one) { return one.name == name; });
    if (found == kEnds.end()) return std::nullopt;
    return *found;
}

std::string protocol_time(Time time) {
    auto text = rfc3339(time);
    text.pop_back();  // the Z
    return text + "+00:00";
}

}  // namespace avow::services::drp
