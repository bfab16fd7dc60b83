// SPDX-License-Identifier: Apache-2.0
// GET /api/v1/customers/{id}/uses: who used the customer's data, newest first: uses, refusals,
// disclosures, messages and readings, by kind, purpose, field, decision and period.
#include <algorithm>

#include <boost/json.hpp>

#include "api/customer_caller.hh"
#include "api/practice.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"
#include "base/json.hh"
#include "services/exports/sealed.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;
using ledger::Kind;
using Words = std::map<std::string, Word, std::less<>>;

constexpr int kAtOnce = 200;
constexpr int kScannedMax = 5'000;  // LIMIT: entries looked at for one page: it may be a short one

struct Shown {
    std::string_view name;
    std::vector<Kind> kinds;
};

const std::vector<Shown>& shown_kinds() {
    static const std::vector<Shown> kShown{{"use", {Kind::used, Kind::opened_by_break_glass}},
                                           {"refusal", {Kind::refused}},
                                           {"disclosure", {Kind::disclosed}},
                                           {"message", {Kind::messaged, Kind::noticed}},
                                           {"reading", {Kind::requested}}};
    return kShown;
}

struct Wanted {
    gate::Gate::ActsWanted acts;
    std::optional<std::string> decision;
    std::optional<std::string> purpose;
    std::optional<std::string> field;
};

// A day, which begins in UTC, or an instant.
std::optional<Time> read_time(const std::string& text) {
    constexpr std::size_t kDay = 10;  // 2026-01-31
    return from_rfc3339(text.size() == kDay ? text + "T00:00:00Z" : text);
}

// Before every entry of that millisecond and after all earlier ones: ids begin with their time.
EntryId first_entry_of(Time time) {
    Bytes id;
    append_be64(id, static_cast<std::uint64_t>(std::max<std::int64_t>(time.ms, 0)) << 16);
    id.resize(16);
    return *EntryId::from_bytes(id);
}

Status read_kinds(const http::Request& request, gate::Gate::ActsWanted& acts) {
    const auto kind = request.find_query("kind");
    for (const auto& shown : shown_kinds()) {
        if (kind && *kind != shown.name) continue;
        acts.kinds.insert(acts.kinds.end(), shown.kinds.begin(), shown.kinds.end());
    }
    if (!acts.kinds.empty()) return {};
    return Error(Code::invalid, "kind must be use, refusal, disclosure, message or reading");
}

Status read_period(const http::Request& request, gate::Gate::ActsWanted& acts) {
    const Error wrong(Code::invalid, "from and to are days, as 2026-01-31, or times of RFC 3339");
    if (const auto from = request.find_query("from")) {
        const auto time = read_time(*from);
        if (!time) return wrong;
        acts.from = *time;
    }
    if (const auto to = request.find_query("to")) {
        const auto time = read_time(*to);
        if (!time) return wrong;
        const auto end = first_entry_of(*time);
        if (!acts.before || end < *acts.before) acts.before = end;
    }
    return {};
}

Result<Wanted> read_wanted(const http::Request& request, const Page& page) {
    Wanted wanted;
    wanted.acts.before = page.before;
    wanted.acts.limit = kAtOnce;
    TRY_OK(read_kinds(request, wanted.acts));
    TRY_OK(read_period(request, wanted.acts));
    wanted.decision = request.find_query("decision");
    wanted.purpose = request.find_query("purpose");
    wanted.field = request.find_query("field");
    return wanted;
}

bool is_text(const bj::object& object, std::string_view key, std::string_view text) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() && value->get_string() == bj::string_view(text);
}

void tell_decision(bj::object& line, Kind kind) {
    line["decision"] = kind == Kind::refused ? "refused" : "allowed";
    const auto* fields = line.if_contains("fields");
    if (fields == nullptr || !fields->is_object() || kind == Kind::refused) return;
    for (const auto& [name, field] : fields->get_object()) {
        if (is_text(field.as_object(), "decision", "refused")) line["decision"] = "partly";
    }
}

// From the details that were sealed when it happened, in the words of then.
bj::object line_json(const gate::Act& act, bj::object details, const policy::Policy& in_force,
                     const std::string& language) {
    bj::object line{{"use", use_id(act.entry)},
                    {"at", rfc3339(act.at)},
                    {"kind", std::string(ledger::name_of(act.kind))},
                    {"ledger", {{"entry", act.entry.text()}}}};
    for (const auto* key : {"purpose", "actor", "reason", "fields", "policy", "letter", "recipient",
                            "authority", "reference"}) {
        if (auto* value = details.if_contains(key)) line[key] = std::move(*value);
    }
    if (const auto* purpose = line.if_contains("purpose"); purpose && purpose->is_string()) {
        line["purpose_label"] =
            purpose_label(in_force, std::string(purpose->get_string()), language);
    }
    if (auto* actor = line.if_contains("actor"); actor != nullptr && actor->is_object()) {
        line["actor"] = std::string(actor->get_object()["label"].as_string());
    }
    tell_decision(line, act.kind);
    return line;
}

bool rests_on_permission(const bj::object& line) {
    const auto* fields = line.if_contains("fields");
    if (fields == nullptr || !fields->is_object()) return false;
    return std::any_of(fields->get_object().begin(), fields->get_object().end(),
                       [](const auto& field) {
                           return is_text(field.value().as_object(), "because", "permission_given");
                       });
}

// The yes that stood then: the newest of this purpose before the entry.
void tell_permission(bj::object& line, const Words& words) {
    const std::string entry(line.at("ledger").at("entry").as_string());
    for (auto word = std::make_reverse_iterator(words.lower_bound(entry)); word != words.rend();
         ++word) {
        if (!word->second.granted || !is_text(line, "purpose", word->second.purpose)) continue;
        line["permission"] = {{"entry", word->first}, {"since", rfc3339(word->second.at)}};
        return;
    }
}

bool fits(const bj::object& line, const Wanted& wanted) {
    if (wanted.decision && !is_text(line, "decision", *wanted.decision)) return false;
    if (wanted.purpose && !is_text(line, "purpose", *wanted.purpose)) return false;
    if (!wanted.field) return true;
    const auto* fields = line.if_contains("fields");
    return fields != nullptr && fields->is_object() && fields->get_object().contains(*wanted.field);
}

http::Response get_uses(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, (Roles{"officer", "auditor"}));
    API_TRY(const auto page, read_page(request));
    API_TRY(auto wanted, read_wanted(request, page));
    const auto language = language_of(request);
    const auto policy = rooms.policies.in_force();
    const auto now = rooms.clock.now();
    const auto limit = static_cast<std::size_t>(page.limit);
    std::optional<Words> words;
    bj::array items;
    bool more = true;
    for (int scanned = 0; more && items.size() < limit && scanned < kScannedMax;
         scanned += kAtOnce) {
        API_TRY(const auto acts, rooms.gate.acts(id, wanted.acts));
        more = acts.size() == static_cast<std::size_t>(kAtOnce);
        for (const auto& act : acts) {
            if (items.size() == limit) {
                more = true;
                break;
            }
            wanted.acts.before = act.entry;
            API_TRY(auto details, json::parse(act.details.reveal(rooms.gate.own_data_token())));
            if (services::is_sealed(details.as_object(), now)) continue;
            auto line = line_json(act, std::move(details.as_object()), *policy, language);
            if (!fits(line, wanted)) continue;
            if (rests_on_permission(line)) {
                if (!words) {
                    API_TRY(words, words_of(rooms.gate, id));
                }
                tell_permission(line, *words);
            }
            items.push_back(std::move(line));
        }
    }
    bj::value next = nullptr;
    if (more && wanted.acts.before) next = wanted.acts.before->text();
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

}  // namespace

void add_timeline_routes(http::Router& router, Rooms& rooms) {
    router.add(http::Method::get, "/api/v1/customers/{id}/uses", http::Runs::on_worker,
               [&rooms](const http::Request& request) { return get_uses(rooms, request); });
}

}  // namespace avow::api
