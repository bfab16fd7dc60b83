// SPDX-License-Identifier: Apache-2.0
#include "api/forgetting.hh"

#include <boost/json.hpp>

#include "base/json.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;
constexpr int kActsAtOnce = 500;

bj::array lines_json(const std::vector<gate::PlanLine>& lines, const PurposeToken& token) {
    bj::array told;
    for (const auto& line : lines) {
        auto one = gate::line_json(line);
        if (line.reason) one["reason"] = line.reason->reveal(token);
        told.push_back(std::move(one));
    }
    return told;
}

bj::array collections_json(const std::vector<gate::HeldCollection>& held,
                           const PurposeToken& token) {
    bj::array told;
    for (const auto& collection : held) {
        bj::array fields;
        for (const auto& field : collection.fields) {
            bj::object one{{"datum", field.id.text()},
                           {"field", field.field},
                           {"value", field.value.reveal(token)}};
            if (field.kept_until) one["kept_until"] = rfc3339(*field.kept_until);
            fields.push_back(std::move(one));
        }
        told.push_back(
            {{"collection", collection.id.text()},
             {"channel", collection.channel},
             {"policy_version", collection.policy->version},
             {"purposes", bj::array(collection.purposes.begin(), collection.purposes.end())},
             {"at", rfc3339(collection.at)},
             {"fields", std::move(fields)}});
    }
    return told;
}

Result<bj::array> acts_json(gate::Gate& gate, const CustomerId& customer) {
    bj::array told;
    std::optional<EntryId> before;
    while (true) {
        TRY(const auto acts, gate.acts(customer, before, kActsAtOnce));
        for (const auto& act : acts) {
            TRY(auto details, json::parse(act.details.reveal(gate.own_data_token())));
            told.push_back({{"entry", act.entry.text()},
                            {"kind", std::string(ledger::name_of(act.kind))},
                            {"at", rfc3339(act.at)},
                            {"details", std::move(details)}});
            before = act.entry;
        }
        if (acts.size() < static_cast<std::size_t>(kActsAtOnce)) return told;
    }
}

}  // namespace

bj::object plan_json(const gate::ErasurePlan& plan, const PurposeToken& token) {
    return {{"customer", plan.customer.text()},
            {"scope", {{"kind", std::string(name_of(plan.scope.kind))}, {"name", plan.scope.name}}},
            {"whole", plan.whole},
            {"goes", lines_json(plan.goes, token)},
            {"stays", lines_json(plan.stays, token)},
            {"complete_in_backups_by", rfc3339(plan.complete_by)}};
}

bj::object erased_json(const gate::Erased& erased) {
    auto details = json::parse(erased.opening.details);
    bj::object told{{"customer", erased.customer.text()},
                    {"whole", erased.whole},
                    {"at", rfc3339(erased.at)},
                    {"complete_in_backups_by", rfc3339(erased.complete_by)},
                    {"ledger", {{"entry", erased.entry.text()}}},
                    {"proof",
                     {{"entry", erased.line},
                      {"salt", base64url(erased.opening.salt)},
                      {"details", erased.opening.details}}}};
    if (details && details->is_object()) {
        for (const auto* key : {"goes", "stays", "scope"}) {
            if (auto* value = details->get_object().if_contains(key)) told[key] = std::move(*value);
        }
    }
    return told;
}

bj::object hold_json(const gate::Hold& hold, const PurposeToken& token) {
    bj::object told{{"hold", hold.id.text()},
                    {"kind", std::string(name_of(hold.kind))},
                    {"collection", nullptr},
                    {"since", rfc3339(hold.since)},
                    {"reason", hold.reason.reveal(token)}};
    if (hold.collection) told["collection"] = hold.collection->text();
    return told;
}

Result<bj::object> export_json(gate::Gate& gate, const CustomerId& customer,
                               const gate::Actor& actor) {
    const auto token = gate.own_data_token();
    TRY(const auto held, gate.held(customer, actor));
    TRY(const auto created, gate.created(customer));
    TRY(const auto standing, gate.permissions(customer));
    TRY(const auto holds, gate.holds(customer));
    TRY(auto acts, acts_json(gate, customer));
    bj::array permissions;
    for (const auto& permission : standing) {
        permissions.push_back({{"purpose", permission.purpose},
                               {"granted", permission.granted},
                               {"since", rfc3339(permission.since)},
                               {"entry", permission.entry.text()}});
    }
    bj::array held_back;
    for (const auto& hold : holds) held_back.push_back(hold_json(hold, token));
    return bj::object{{"customer", customer.text()},
                      {"created", rfc3339(created)},
                      {"collections", collections_json(held, token)},
                      {"permissions", std::move(permissions)},
                      {"holds", std::move(held_back)},
                      {"acts", std::move(acts)}};
}

}  // namespace avow::api
