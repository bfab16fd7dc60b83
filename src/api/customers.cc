// SPDX-License-Identifier: Apache-2.0
// /api/v1/customers/{id}: what we hold, what was permitted, who used it. For the customer, or for a
// machine whose role allows it; another's id is answered like one that does not exist.
#include <boost/json.hpp>

#include "api/caller.hh"
#include "api/errors.hh"
#include "api/once.hh"
#include "api/reading.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"
#include "base/json.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;
using Roles = std::initializer_list<std::string_view>;

// Who may read this customer: themself, or a token of one of the roles.
Result<CustomerId> customer_of(Rooms& rooms, const http::Request& request, Roles roles,
                               std::optional<Caller>& caller) {
    TRY(caller, find_caller(rooms, request));
    const auto id = CustomerId::parse(request.parameter("id"));
    if (!caller) return Error(Code::denied, "");
    TRY_OK(caller->check_acknowledged());
    if (id && (caller->is(*id) || caller->has_role(roles))) return *id;
    return Error(Code::not_found, "there is no such customer");
}

#define CUSTOMER_OR_ANSWER(id, roles)                                         \
    std::optional<Caller> caller;                                             \
    const auto found_##id = customer_of(rooms, request, roles, caller);       \
    if (!caller && (found_##id || found_##id.error().code() == Code::denied)) \
        return unauthorized();                                                \
    if (!found_##id) return answer(found_##id.error());                       \
    const CustomerId id = *found_##id

bj::object collection_json(const gate::HeldCollection& held, const PurposeToken& token,
                           const std::string& language) {
    const auto& policy = *held.policy;
    const auto& retention = policy[*policy.find_channel(held.channel)].retention;
    bj::array purposes;
    for (const auto& name : held.purposes) {
        purposes.push_back({{"name", name}, {"label", purpose_label(policy, name, language)}});
    }
    bj::array fields;
    for (const auto& field : held.fields) {
        bj::object told{{"field", field.field},
                        {"datum", field.id.text()},
                        {"label", field_label(policy, field.field, language)},
                        {"value", field.value.reveal(token)},
                        {"kept_words", retention.words}};
        if (field.kept_until) told["kept_until"] = rfc3339(*field.kept_until);
        fields.push_back(std::move(told));
    }
    const auto entry = *EntryId::from_bytes(held.id.bytes());
    return {{"collection", held.id.text()},
            {"channel", held.channel},
            {"channel_label", channel_label(policy, held.channel, language)},
            {"at", rfc3339(held.at)},
            {"policy_version", policy.version},
            {"purposes", std::move(purposes)},
            {"fields", std::move(fields)},
            {"ledger", {{"entry", entry.text()}}}};
}

http::Response get_collections(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, {"officer"});
    API_TRY(const auto page, read_page(request));
    const auto language = language_of(request);
    API_TRY(const auto held, rooms.gate.held(id, caller->actor()));
    bj::array items;
    bj::value next = nullptr;
    for (auto collection = held.rbegin(); collection != held.rend(); ++collection) {
        const auto entry = *EntryId::from_bytes(collection->id.bytes());
        if (page.before && !(entry < *page.before)) continue;
        if (items.size() == static_cast<std::size_t>(page.limit)) {
            next = EntryId::parse(items.back().at("ledger").at("entry").as_string())->text();
            break;
        }
        items.push_back(collection_json(*collection, rooms.gate.own_data_token(), language));
    }
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

bj::object permission_json(const policy::Policy& policy, policy::PurposeIndex index,
                           const std::vector<gate::StandingPermission>& standing,
                           const std::string& language) {
    const auto& purpose = policy[index];
    const bool by_permission = purpose.basis == policy::Basis::permission;
    bj::object told{{"purpose", purpose.name},
                    {"label", purpose_label(policy, purpose.name, language)},
                    {"basis", std::string(policy::name_of(purpose.basis))},
                    {"contact", purpose.contact == policy::Contact::yes},
                    {"granted", false},
                    {"objected", false}};
    for (const auto& permission : standing) {
        if (permission.purpose != purpose.name) continue;
        told["granted"] = permission.granted;
        told["objected"] = !by_permission && !permission.granted;
        told["since"] = rfc3339(permission.since);
        told["ledger"] = {{"entry", permission.entry.text()}};
    }
    const auto rule = by_permission ? "contact.permission" : "use.stated-purpose";
    if (const auto sentence = policy.sentence_for(rule, index)) {
        told["sentence"] = sentence_text(policy, *sentence, language);
        told["sentence_id"] = policy[*sentence].id;
    }
    return told;
}

http::Response get_permissions(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, (Roles{"officer", "intake", "agent", "auditor"}));
    API_TRY(const auto standing, rooms.gate.permissions(id));
    const auto policy = rooms.policies.in_force();
    const auto language = language_of(request);
    bj::array items;
    for (std::size_t i = 0; i < policy->purposes.size(); ++i) {
        items.push_back(
            permission_json(*policy, {static_cast<std::uint16_t>(i)}, standing, language));
    }
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response put_permission(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, {"intake"});
    BODY_OR_ANSWER(reader, wrongs);
    gate::PermissionChoice choice{std::string(request.parameter("purpose")),
                                  reader.flag("granted", Need::required).value_or(false)};
    std::optional<std::string> evidence;
    if (const auto* given = reader.value("evidence", Need::optional)) {
        evidence = given->is_string() ? std::string(given->get_string()) : bj::serialize(*given);
    }
    if (!evidence && caller->customer() != nullptr)
        evidence = "switch on the portal's permissions page";
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto once, read_once(request, caller->id()));
    API_TRY(const auto permitted, rooms.gate.permit(id, choice, evidence, caller->actor(), once));
    bj::object told{{"purpose", permitted.purpose},
                    {"granted", permitted.granted},
                    {"since", rfc3339(permitted.since)},
                    {"receipt", nullptr}};
    if (permitted.receipt) told["receipt"] = receipt_json(*permitted.receipt);
    return json_answer(200, told);
}

bool is_use(ledger::Kind kind) {
    return kind == ledger::Kind::used || kind == ledger::Kind::refused ||
           kind == ledger::Kind::opened_by_break_glass || kind == ledger::Kind::requested ||
           kind == ledger::Kind::messaged;
}

// From the details that were sealed when it happened, in the words of then.
bj::object act_json(const gate::Act& act, const PurposeToken& token, const policy::Policy& in_force,
                    const std::string& language) {
    auto details = json::parse(act.details.reveal(token));
    bj::object told = details ? std::move(details->as_object()) : bj::object{};
    bj::object line{{"use", use_id(act.entry)},
                    {"at", rfc3339(act.at)},
                    {"kind", std::string(ledger::name_of(act.kind))},
                    {"decision", act.kind == ledger::Kind::refused ? "refused" : "allowed"},
                    {"ledger", {{"entry", act.entry.text()}}}};
    for (const auto* key : {"purpose", "actor", "reason", "fields", "policy", "letter"}) {
        if (auto* value = told.if_contains(key)) line[key] = std::move(*value);
    }
    if (const auto* purpose = line.if_contains("purpose");
        purpose != nullptr && purpose->is_string()) {
        line["purpose_label"] =
            purpose_label(in_force, std::string(purpose->get_string()), language);
    }
    if (auto* actor = line.if_contains("actor"); actor != nullptr && actor->is_object()) {
        line["actor"] = std::string(actor->get_object()["label"].as_string());
    }
    if (const auto* fields = line.if_contains("fields"); fields != nullptr && fields->is_object()) {
        bool refused = false;
        for (const auto& [name, field] : fields->get_object()) {
            refused = refused || field.at("decision").as_string() == "refused";
        }
        if (refused && act.kind != ledger::Kind::refused) line["decision"] = "partly";
    }
    return line;
}

http::Response get_uses(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, (Roles{"officer", "auditor"}));
    API_TRY(auto page, read_page(request));
    const auto wanted = request.find_query("decision");
    const auto language = language_of(request);
    const auto policy = rooms.policies.in_force();
    constexpr int kScan = 200;
    bj::array items;
    bj::value next = nullptr;
    while (next.is_null()) {
        API_TRY(const auto acts, rooms.gate.acts(id, page.before, kScan));
        for (const auto& act : acts) {
            page.before = act.entry;
            if (!is_use(act.kind)) continue;
            auto line = act_json(act, rooms.gate.own_data_token(), *policy, language);
            if (wanted && line["decision"].as_string() != bj::string_view(*wanted)) continue;
            items.push_back(std::move(line));
            if (items.size() == static_cast<std::size_t>(page.limit)) break;
        }
        if (items.size() == static_cast<std::size_t>(page.limit)) next = page.before->text();
        if (acts.size() < static_cast<std::size_t>(kScan)) break;
    }
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

http::Response get_customer(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, {"officer"});
    API_TRY(const auto created, rooms.gate.created(id));
    API_TRY(const auto held, rooms.gate.held(id, caller->actor()));
    const auto language = language_of(request);
    bj::array collections;
    for (const auto& collection : held) {
        collections.push_back(collection_json(collection, rooms.gate.own_data_token(), language));
    }
    const std::string self = "/api/v1/customers/" + id.text();
    return json_answer(200, bj::object{{"customer", id.text()},
                                       {"created", rfc3339(created)},
                                       {"collections", std::move(collections)},
                                       {"links",
                                        {{"collections", self + "/collections"},
                                         {"uses", self + "/uses"},
                                         {"permissions", self + "/permissions"}}}});
}

}  // namespace

void add_customer_routes(http::Router& router, Rooms& rooms) {
    const auto on_worker = [&](http::Method method, std::string pattern, auto handler) {
        router.add(
            method, std::move(pattern), http::Runs::on_worker,
            [&rooms, handler](const http::Request& request) { return handler(rooms, request); });
    };
    on_worker(http::Method::get, "/api/v1/customers/{id}", get_customer);
    on_worker(http::Method::get, "/api/v1/customers/{id}/collections", get_collections);
    on_worker(http::Method::get, "/api/v1/customers/{id}/permissions", get_permissions);
    on_worker(http::Method::put, "/api/v1/customers/{id}/permissions/{purpose}", put_permission);
    on_worker(http::Method::get, "/api/v1/customers/{id}/uses", get_uses);
}

}  // namespace avow::api
