// SPDX-License-Identifier: Apache-2.0
// The decision: a pure function of the policy, the request and what we know of the customer. It
// follows the walk of a use: actor, datum alive, permission or statement, new use; default deny.
// It never fails and reads no clock. Threads: any number, on one policy.
// Not promised: that the facts are true. The gate reads them under the lock of the customer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hh"
#include "policy/policy.hh"

namespace avow::policy {

enum class Because {
    // allowed
    stated_at_collection,
    permission_given,
    new_use_noticed,
    legal_process,
    break_glass,
    // refused
    not_declared,
    not_stated,
    no_permission,
    objected,
    not_noticed,
    notice_period,
    retention_over,
    erased,
    role,
    staff_not_acknowledged,
    not_held,
};
std::string_view name_of(Because because);
std::optional<Because> because_from(std::string_view name);

enum class Answer { allowed, refused };

struct Decision {
    Answer answer = Answer::refused;
    Because because = Because::not_declared;
    std::optional<SentenceIndex> sentence;  // of the policy in force
};

// Who asks. A system task (a token) needs its role; an employee also the current guidelines.
struct Asker {
    enum class Kind { system, employee };
    Kind kind = Kind::system;
    PurposeSet purposes;        // that the role allows, by the policy in force
    bool acknowledged = false;  // the current guidelines; looked at for employees only
    bool break_glass = false;   // with a reason, shown to the customer

    // Who has not acknowledged may not ask, and learns nothing of what is held.
    bool must_acknowledge() const {
        return kind == Kind::employee && !acknowledged && !break_glass;
    }
};

// One datum as it was collected.
struct DatumFacts {
    const Policy* collected_under = nullptr;  // never null
    ChannelIndex channel;                     // of collected_under
    PurposeSet stated;                        // of collected_under: stated at this collection
    Time collected;
    bool erased = false;
    bool closed = false;     // the account it belongs to was closed (retention "until closed")
    bool withdrawn = false;  // no purpose of its channel is permitted any more ("until withdrawn")
};

// What the customer said, by purposes of the policy in force.
struct CustomerFacts {
    PurposeSet permitted;
    PurposeSet objected;
    // When a notice of a new use for the asked purpose was mailed to the most recent address.
    std::optional<Time> noticed;
};

struct Ask {
    PurposeIndex purpose;  // of the policy in force
    Time now;
};

Decision decide(const Policy& in_force, const Asker& asker, const Ask& ask, const DatumFacts& datum,
                const CustomerFacts& customer);

// For what never reaches a datum: an undeclared purpose or field, or a field we do not hold.
Decision refuse(const Policy& in_force, Because because, std::optional<PurposeIndex> purpose);

}  // namespace avow::policy
