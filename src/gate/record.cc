// SPDX-License-Identifier: Apache-2.0
#include "gate/record.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "base/json.hh"
#include "base/text.hh"

namespace avow::gate {
namespace {

std::string_view name_of(Actor::Kind kind) {
    switch (kind) {
        case Actor::Kind::system:
            return "system";
        case Actor::Kind::employee:
            return "employee";
        case Actor::Kind::customer:
            return "customer";
    }
    return "system";
}

constexpr std::string_view kSignal = "gpc";

void add_purpose(boost::json::object& details, const policy::Policy& policy,
                 const std::string& purpose) {
    details["purpose"] = purpose;
    if (const auto sentence =
            policy.sentence_for("contact.permission", policy.find_purpose(purpose))) {
        details["sentence"] = policy[*sentence].text;
    }
}

// The words as the customer read them, where those were not the source's.
void add_shown(boost::json::object& details, const policy::Policy& policy,
               const PermissionChoice& choice) {
    if (choice.language.empty()) return;
    const auto* translation = policy.find_translation(choice.language);
    details["language"] = translation != nullptr ? translation->language : policy.language;
    const auto sentence =
        policy.sentence_for("contact.permission", policy.find_purpose(choice.purpose));
    if (translation != nullptr && sentence)
        details["shown"] = translation->sentences[sentence->value];
}

}  // namespace

bool Actor::has_role(std::string_view wanted) const {
    const auto roles = split(role, ' ');
    return std::find(roles.begin(), roles.end(), wanted) != roles.end();
}

boost::json::object record_head(const EntryId& entry, ledger::Kind kind, Time at,
                                const Actor& actor, const policy::Policy& policy) {
    boost::json::object details;
    details["entry"] = entry.text();
    details["kind"] = std::string(ledger::name_of(kind));
    details["at"] = rfc3339(at);
    details["actor"] = {{"kind", std::string(name_of(actor.kind))}, {"label", actor.label}};
    details["policy"] = policy.version;
    return details;
}

PermissionRecord permission_record(const EntryId& entry, const PermissionChoice& choice, Time at,
                                   const Actor& actor, const policy::Policy& policy,
                                   const std::optional<std::string>& evidence) {
    const auto kind = choice.granted ? ledger::Kind::permitted : ledger::Kind::withdrawn;
    auto details = record_head(entry, kind, at, actor, policy);
    details["granted"] = choice.granted;
    add_purpose(details, policy, choice.purpose);
    add_shown(details, policy, choice);
    if (choice.signalled) details["signal"] = kSignal;
    if (evidence) details["evidence"] = *evidence;
    return {entry, kind, json::canonical(details)};
}

PermissionRecord signal_record(const EntryId& entry, const std::string& purpose, Time at,
                               const policy::Policy& policy,
                               const std::optional<EntryId>& overruled) {
    const Actor browser{Actor::Kind::customer, "customer", "", false, false};
    const auto kind = ledger::Kind::withdrawn;
    auto details = record_head(entry, kind, at, browser, policy);
    details["granted"] = false;
    add_purpose(details, policy, purpose);
    details["signal"] = kSignal;
    if (overruled) details["overrules"] = overruled->text();
    details["evidence"] = "Sec-GPC: 1";
    return {entry, kind, json::canonical(details)};
}

Status check_choice(const policy::Policy& policy, const PermissionChoice& choice) {
    const auto purpose = policy.find_purpose(choice.purpose);
    if (!purpose) {
        std::vector<std::string> names;
        for (const auto& declared : policy.purposes) names.push_back(declared.name);
        const auto near = nearest(choice.purpose, names);
        return Error(Code::invalid,
                     "the policy declares no such purpose" +
                         (near ? "; did you mean \"" + *near + "\"?" : std::string()));
    }
    switch (policy[*purpose].basis) {
        case policy::Basis::permission:
        case policy::Basis::legitimate_interest:
            return {};
        case policy::Basis::contract:
        case policy::Basis::legal_obligation:
            break;
    }
    return Error(Code::invalid,
                 "this purpose rests on no permission: it is part of serving the "
                 "customer, as the policy states");
}

}  // namespace avow::gate
