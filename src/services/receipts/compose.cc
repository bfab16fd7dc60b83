// SPDX-License-Identifier: Apache-2.0
#include "services/receipts/compose.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "base/text.hh"
#include "base/time.hh"
#include "ledger/entry.hh"
#include "policy/labels.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;
using policy::Basis;
using policy::Policy;

// An act as it is told, in the language in which its words were shown.
struct Telling {
    const Policy& policy;
    const bj::object& details;
    const policy::Translation* translation = nullptr;  // null: the source's words
    bool collected = false;

    std::string text(std::string_view name) const {
        const auto* value = details.if_contains(name);
        if (value == nullptr || !value->is_string()) return "";
        return std::string(value->get_string());
    }
    std::vector<std::string> texts(std::string_view name) const {
        std::vector<std::string> all;
        const auto* list = details.if_contains(name);
        if (list == nullptr || !list->is_array()) return all;
        for (const auto& item : list->get_array()) all.emplace_back(item.as_string());
        return all;
    }
    std::string language() const {
        return translation != nullptr ? translation->language : policy.language;
    }
    const std::string& markdown() const {
        return translation != nullptr ? translation->markdown : policy.markdown;
    }
    std::string label(policy::PurposeIndex purpose) const {
        return policy::purpose_label(policy, policy[purpose].name, language());
    }
    std::string label(policy::FieldIndex field) const {
        return policy::field_label(policy, policy[field].name, language());
    }
    // The policy's sentence behind a purpose, as it was shown.
    std::string sentence(policy::PurposeIndex purpose) const {
        const bool asks = policy[purpose].basis == Basis::permission;
        const auto found =
            policy.sentence_for(asks ? "contact.permission" : "use.stated-purpose", purpose);
        return found ? sentence_text(policy, *found, language()) : "";
    }
};

// What may be used for the purpose: what its channels collect; where none states it, a permission
// reaches everything that is declared.
policy::FieldSet fields_for(const Policy& policy, policy::PurposeIndex purpose) {
    policy::FieldSet fields;
    for (const auto& channel : policy.channels) {
        if (channel.purposes[purpose.value]) fields |= channel.fields;
    }
    if (fields.none()) {
        for (std::size_t i = 0; i < policy.fields.size(); ++i) fields.set(i);
    }
    return fields;
}

bj::array information_json(const Telling& telling, const policy::FieldSet& fields) {
    bj::array all;
    for (std::size_t i = 0; i < telling.policy.fields.size(); ++i) {
        if (!fields[i]) continue;
        const policy::FieldIndex at{static_cast<std::uint16_t>(i)};
        all.push_back({{"pii_type", telling.policy[at].name},
                       {"label", telling.label(at)},
                       {"pii_category", telling.policy[at].category},
                       {"sensitive_pii_category", false}});
    }
    return all;
}

bj::array storage_json(const Telling& telling, std::optional<policy::PurposeIndex> purpose) {
    bj::array all;
    for (const auto& channel : telling.policy.channels) {
        const bool is_meant = telling.collected ? channel.name == telling.text("channel")
                                                : channel.purposes[purpose->value];
        if (!is_meant) continue;
        all.push_back({{"source", channel.name}, {"retention_period", channel.retention.words}});
    }
    return all;
}

bj::array recipients_json(const Policy& policy) {
    bj::array all;
    for (const auto& one : policy.recipients)
        all.push_back({{"recipient", one.name}, {"label", one.label}, {"when", one.when}});
    return all;
}

policy::FieldSet collected_fields(const Telling& telling) {
    policy::FieldSet fields;
    for (const auto& name : telling.texts("fields")) {
        if (const auto field = telling.policy.find_field(name)) fields.set(field->value);
    }
    return fields;
}

bj::object processing_json(const Telling& telling, policy::PurposeIndex purpose) {
    const auto& policy = telling.policy;
    const auto sentence = telling.sentence(purpose);
    const auto fields = telling.collected ? collected_fields(telling) : fields_for(policy, purpose);
    bj::object told{{"purpose", policy[purpose].name},
                    {"purpose_label", telling.label(purpose)},
                    {"lawful_basis", std::string(policy::name_of(policy[purpose].basis))},
                    {"statement", sentence},
                    {"statement_sha256", ledger::text_digest(sentence)},
                    {"pii_information", information_json(telling, fields)},
                    {"storage_conditions", storage_json(telling, purpose)},
                    {"recipients", recipients_json(policy)},
                    {"withdrawal_method", "/account/permissions"}};
    if (!policy.jurisdiction.empty()) told["jurisdiction"] = policy.jurisdiction;
    return told;
}

// Type and state of the event (ISO/IEC TS 27560, 6.4).
std::pair<const char*, const char*> event_of(const Telling& telling, Basis basis) {
    if (telling.collected) return {"collection", "notified"};
    const bool granted = telling.text("kind") == "permitted";
    if (!granted && !telling.text("signal").empty())
        return {"privacy_signal", telling.details.contains("overrules") ? "withheld" : "objected"};
    if (basis == Basis::permission) return {"consent", granted ? "given" : "withdrawn"};
    return {"objection", granted ? "lifted" : "raised"};
}

bj::object event_json(const Telling& telling, Basis basis) {
    const auto [type, state] = event_of(telling, basis);
    const auto& actor = telling.details.at("actor").as_object();
    bj::object told{{"event_type", type},
                    {"event_state", state},
                    {"event_time", telling.text("at")},
                    {"entity", {{"kind", actor.at("kind")}, {"label", actor.at("label")}}}};
    if (telling.collected)
        told["source"] = telling.text("channel");
    else
        told["validity_duration"] = "until changed";
    if (const auto evidence = telling.text("evidence"); !evidence.empty())
        told["expression_method"] = evidence;
    if (const auto signal = telling.text("signal"); !signal.empty()) told["signal"] = signal;
    if (const auto yes = telling.text("overrules"); !yes.empty()) told["overrules"] = yes;
    return told;
}

bj::object controller_json(const Policy& policy) {
    bj::object told{{"party_id", "controller"},
                    {"party_name", policy.organization},
                    {"party_role", "pii_controller"},
                    {"party_contact", policy.contact}};
    if (!policy.address.empty()) told["party_address"] = policy.address;
    return told;
}

// Consent Receipt Specification 1.1 of the Kantara Initiative.
bj::object kantara_json(const Telling& telling, const CustomerId& customer,
                        const std::vector<policy::PurposeIndex>& purposes) {
    const auto& policy = telling.policy;
    bj::array said;
    for (const auto purpose : purposes) {
        const auto fields =
            telling.collected ? collected_fields(telling) : fields_for(policy, purpose);
        bj::array categories;
        for (std::size_t i = 0; i < policy.fields.size(); ++i) {
            if (fields[i]) categories.emplace_back(policy.fields[i].category);
        }
        std::sort(categories.begin(), categories.end(),
                  [](const auto& a, const auto& b) { return a.as_string() < b.as_string(); });
        categories.erase(std::unique(categories.begin(), categories.end()), categories.end());
        said.push_back(
            {{"purpose", telling.label(purpose)},
             {"purposeCategory", bj::array{policy[purpose].name}},
             {"consentType", policy[purpose].basis == Basis::permission ? "EXPLICIT" : "NONE"},
             {"piiCategory", std::move(categories)},
             {"primaryPurpose", policy[purpose].basis == Basis::contract},
             {"termination", "/account/permissions"},
             {"thirdPartyDisclosure", !policy.recipients.empty()}});
        bj::object& last = said.back().as_object();
        std::vector<std::string> names;
        names.reserve(policy.recipients.size());
        for (const auto& one : policy.recipients) names.push_back(one.label);
        if (!names.empty()) last["thirdPartyName"] = join(names, ", ");
    }
    const auto at = from_rfc3339(telling.text("at"));
    return {{"version", "KI-CR-v1.1.0"},
            {"jurisdiction", policy.jurisdiction},
            {"consentTimestamp", at ? at->ms / kSecondMs : 0},
            {"collectionMethod",
             telling.collected ? telling.text("channel") : telling.text("evidence")},
            {"consentReceiptID", telling.text("entry")},
            {"language", telling.language()},
            {"piiPrincipalId", customer.text()},
            {"piiControllers", bj::array{bj::object{{"piiController", policy.organization},
                                                    {"contact", policy.contact},
                                                    {"address", policy.address},
                                                    {"email", policy.contact},
                                                    {"phone", ""}}}},
            {"policyUrl", "/privacy/" + policy.version},
            {"services", bj::array{bj::object{{"service", policy.organization},
                                              {"purposes", std::move(said)}}}},
            {"sensitive", false},
            {"spiCat", bj::array{}}};
}

}  // namespace

bj::object compose_receipt(const Policy& policy, const CustomerId& customer,
                           const bj::object& details) {
    Telling telling{policy, details};
    telling.collected = telling.text("kind") == "collected";
    const auto language = telling.text("language");
    if (!language.empty() && language != policy.language)
        telling.translation = policy.find_translation(language);
    std::vector<policy::PurposeIndex> purposes;
    auto names = telling.texts("purposes");
    if (!telling.collected) names = {telling.text("purpose")};
    for (const auto& name : names) {
        if (const auto purpose = policy.find_purpose(name)) purposes.push_back(*purpose);
    }
    bj::array processing;
    for (const auto purpose : purposes) processing.push_back(processing_json(telling, purpose));
    const auto basis = purposes.empty() ? Basis::permission : policy[purposes.front()].basis;
    return {{"schema_version", "ISO/IEC TS 27560:2023"},
            {"receipt_id", telling.text("entry")},
            {"record_id", telling.text("entry")},
            {"pii_principal_id", customer.text()},
            {"language", telling.language()},
            {"privacy_notice",
             {{"version", policy.version},
              {"effective", policy.effective},
              {"path", "/privacy/" + policy.version},
              {"language", telling.language()},
              {"sha256", ledger::text_digest(telling.markdown())}}},
            {"parties", bj::array{controller_json(policy)}},
            {"pii_processing", std::move(processing)},
            {"pii_principal_rights",
             {{"access", "/account/held"},
              {"rectification", "/account/profile"},
              {"erasure", "/account/held"},
              {"portability", "/account/held"},
              {"objection", "/account/permissions"},
              {"questions", policy.contact}}},
            {"events", bj::array{event_json(telling, basis)}},
            {"kantara", kantara_json(telling, customer, purposes)}};
}

}  // namespace avow::services
