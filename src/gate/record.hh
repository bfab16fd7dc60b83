// SPDX-License-Identifier: Apache-2.0
// What an act's details say. Pure: from plain values to canonical JSON.
#pragma once

#include <optional>
#include <string>

#include <boost/json/fwd.hpp>

#include "base/result.hh"
#include "gate/acts.hh"

namespace avow::gate {

// The members that every act's details have: entry, kind, at, actor, policy.
boost::json::object record_head(const EntryId& entry, ledger::Kind kind, Time at,
                                const Actor& actor, const policy::Policy& policy);

struct PermissionRecord {
    EntryId entry;
    ledger::Kind kind;
    std::string details;
};
PermissionRecord permission_record(const EntryId& entry, const PermissionChoice& choice, Time at,
                                   const Actor& actor, const policy::Policy& policy,
                                   const std::optional<std::string>& evidence);

// A browser's privacy signal met this purpose. `overruled`: the entry of the yes that it withholds.
PermissionRecord signal_record(const EntryId& entry, const std::string& purpose, Time at,
                               const policy::Policy& policy,
                               const std::optional<EntryId>& overruled);

// `invalid` when the policy declares no such purpose, or when it asks nobody's permission for it.
Status check_choice(const policy::Policy& policy, const PermissionChoice& choice);

}  // namespace avow::gate
