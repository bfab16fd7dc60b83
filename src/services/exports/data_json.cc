// SPDX-License-Identifier: Apache-2.0
#include "services/exports/data_json.hh"

#include <boost/json.hpp>

#include "base/json.hh"
#include "services/exports/sealed.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

constexpr std::size_t kCollectionsAtOnce = 20;
constexpr int kActsAtOnce = 200;

bj::object collection_json(const gate::HeldCollection& held, const PurposeToken& token) {
    bj::array fields;
    for (const auto& field : held.fields) {
        bj::object one{{"datum", field.id.text()},
                       {"field", field.field},
                       {"value", field.value.reveal(token)}};
        if (field.kept_until) one["kept_until"] = rfc3339(*field.kept_until);
        fields.push_back(std::move(one));
    }
    return {{"collection", held.id.text()},
            {"channel", held.channel},
            {"policy_version", held.policy->version},
            {"purposes", bj::array(held.purposes.begin(), held.purposes.end())},
            {"at", rfc3339(held.at)},
            {"fields", std::move(fields)}};
}

bj::array permissions_json(const std::vector<gate::StandingPermission>& standing) {
    bj::array told;
    for (const auto& permission : standing) {
        told.push_back({{"purpose", permission.purpose},
                        {"granted", permission.granted},
                        {"said", std::string(name_of(permission.said))},
                        {"since", rfc3339(permission.since)},
                        {"entry", permission.entry.text()}});
    }
    return told;
}

bj::array holds_json(const std::vector<gate::Hold>& holds, const PurposeToken& token) {
    bj::array told;
    for (const auto& hold : holds) {
        bj::object one{{"hold", hold.id.text()},
                       {"kind", std::string(name_of(hold.kind))},
                       {"collection", nullptr},
                       {"since", rfc3339(hold.since)},
                       {"reason", hold.reason.reveal(token)}};
        if (hold.collection) one["collection"] = hold.collection->text();
        told.push_back(std::move(one));
    }
    return told;
}

bj::array recipients_json(const policy::Policy& policy) {
    bj::array told;
    for (const auto& one : policy.recipients)
        told.push_back({{"recipient", one.name}, {"label", one.label}, {"when", one.when}});
    return told;
}

bj::array left_out_json() {
    bj::array told;
    for (const auto& one : left_out()) told.push_back({{"what", one.what}, {"ground", one.ground}});
    return told;
}

std::string member(std::string_view name, const bj::value& value) {
    return ",\"" + std::string(name) + "\":" + bj::serialize(value);
}

}  // namespace

const std::vector<LeftOut>& left_out() {
    static const std::vector<LeftOut> kLeftOut{
        {"secrets", "security"},       {"notes", "rights_of_others"},
        {"staff", "rights_of_others"}, {"sealed_disclosures", "legal_order"},
        {"traffic", "names_nobody"},   {"backups", "same_data"}};
    return kLeftOut;
}

Result<std::string> DataJson::head() {
    TRY(const auto created, gate_.created(customer_));
    phase_ = Phase::collections;
    return "{\"customer\":\"" + customer_.text() + "\",\"created\":\"" + rfc3339(created) +
           "\",\"collections\":[";
}

Result<std::string> DataJson::collections() {
    TRY(const auto page, gate_.held_after(customer_, after_, kCollectionsAtOnce));
    std::string text;
    for (const auto& collection : page.collections) {
        if (!first_) text += ',';
        first_ = false;
        text += bj::serialize(collection_json(collection, gate_.own_data_token()));
        ++told_;
    }
    after_ = page.next;
    if (page.next) return text;
    phase_ = Phase::facts;
    return text + "]";
}

Result<std::string> DataJson::facts() {
    TRY(const auto standing, gate_.permissions(customer_));
    TRY(const auto holds, gate_.holds(customer_));
    auto text = member("permissions", permissions_json(standing)) +
                member("holds", holds_json(holds, gate_.own_data_token()));
    for (const auto& part : parts_) {
        TRY(const auto told, part.tell(customer_));
        text += member(part.name, told);
    }
    if (const auto policy = gate_.policies().in_force())
        text += member("recipients", recipients_json(*policy));
    text += member("left_out", left_out_json());
    first_ = true;
    phase_ = Phase::acts;
    return text + ",\"acts\":[";
}

Result<std::string> DataJson::acts() {
    TRY(const auto acts, gate_.acts(customer_, before_, kActsAtOnce));
    std::string text;
    for (const auto& act : acts) {
        before_ = act.entry;
        ++told_;
        TRY(auto details, json::parse(act.details.reveal(gate_.own_data_token())));
        if (is_sealed(details.as_object(), now_)) continue;
        const bj::object one{{"entry", act.entry.text()},
                             {"kind", std::string(ledger::name_of(act.kind))},
                             {"at", rfc3339(act.at)},
                             {"details", std::move(details)}};
        if (!first_) text += ',';
        first_ = false;
        text += bj::serialize(one);
    }
    if (acts.size() == static_cast<std::size_t>(kActsAtOnce)) return text;
    phase_ = Phase::done;
    return text + "]}\n";
}

Result<std::string> DataJson::next() {
    std::string text;
    // An empty text would be the end: a page without a line of its own is no part.
    while (text.empty() && phase_ != Phase::done) {
        switch (phase_) {
            case Phase::head: {
                TRY(text, head());
                break;
            }
            case Phase::collections: {
                TRY(text, collections());
                break;
            }
            case Phase::facts: {
                TRY(text, facts());
                break;
            }
            case Phase::acts: {
                TRY(text, acts());
                break;
            }
            case Phase::done:
                break;
        }
    }
    return text;
}

}  // namespace avow::services
