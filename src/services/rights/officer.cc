// SPDX-License-Identifier: Apache-2.0
// An officer's side: what would go out, and their word.
#include <boost/json.hpp>

#include "base/json.hh"
#include "services/rights/overtaken.hh"
#include "services/rights/rights.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

vault::Place place_of(ByteView row) {
    return {"rights", "sealed", row};
}

}  // namespace

Result<Right> Rights::turn(const RequestId& request, RightKind kind, const gate::Actor& actor) {
    TRY(const auto asked, desk_.get(request));
    auto right = fresh(asked.customer, kind, asked.channel, "en");
    right.request = request;
    // The law's clock began when it came in, and not when somebody saw what it was.
    right.received = asked.created;
    right.deadline = deadline_of(asked.created, right.regime);
    return begin(std::move(right), actor);
}

Result<Right> Rights::seen_by(const Word& word) {
    TRY(auto seen, get(word.id));
    if (seen.revision != word.revision) return overtaken();
    return seen;
}

Result<Right> Rights::vouch(const Word& word, const std::string& words, const gate::Actor& actor) {
    if (words.empty() || words.size() > kWordsMax) {
        return Error(Code::invalid, "say how you know who asks")
            .at("/words", "1 to " + std::to_string(kWordsMax) + " bytes are wanted");
    }
    TRY(const auto seen, seen_by(word));
    Move made{RightEvent::identify, actor, [](Right& right) { right.shown = "officer"; }};
    made.words = words;
    return move(seen, made);
}

Result<Right> Rights::approve(const Word& word, std::vector<gate::FieldValue> corrected,
                              const gate::Actor& actor) {
    TRY(const auto seen, seen_by(word));
    auto sealed = seen.sealed;
    if (!corrected.empty()) {
        if (seen.kind != RightKind::correction)
            return Error(Code::invalid, "only a correction takes fields")
                .at("/fields", "leave it out");
        TRY_OK(check_fields(seen, corrected));
        TRY(sealed, seal_fields(seen.customer, seen.id, std::move(corrected)));
    }
    if (seen.kind == RightKind::correction && sealed.empty() &&
        next(seen.state, RightEvent::approve)) {
        return Error(Code::invalid, "a correction wants what is right")
            .at("/fields", "name the fields as they are to be");
    }
    return move(seen, {RightEvent::approve, actor, [&](Right& right) {
                           right.approved_by = actor.label;
                           right.sealed = sealed;
                       }});
}

Result<Right> Rights::again(const Word& word, const gate::Actor& actor) {
    TRY(const auto seen, seen_by(word));
    return move(seen, {RightEvent::again, actor, [](Right& right) { right.archive.reset(); }});
}

Result<Right> Rights::extend(const Word& word, ExtensionReason reason, const gate::Actor& actor) {
    TRY(const auto seen, seen_by(word));
    if (!seen.extended.empty())
        return Error(Code::conflict, "the deadline was extended: it cannot be a second time");
    if (seen.deadline < clock_.now())
        return Error(Code::conflict, "the deadline is over: it can be extended only before that");
    Move made{RightEvent::extend, actor, [&](Right& right) {
                  right.deadline = extended_deadline_of(right.received, right.regime);
                  right.extended = name_of(reason);
              }};
    made.letter = LetterKind::right_news;
    made.words = name_of(reason);
    return move(seen, made);
}

Result<Right> Rights::refuse(const Word& word, RefusalGround ground, const gate::Actor& actor) {
    TRY(const auto seen, seen_by(word));
    Move made{RightEvent::refuse, actor, [&](Right& right) { right.ground = name_of(ground); }};
    made.letter = LetterKind::right_news;
    made.words = name_of(ground);
    return move(seen, made);
}

Result<RightPreview> Rights::preview(const RightId& id) {
    TRY(auto right, get(id));
    RightPreview shown{std::move(right), {}, {}, {}, {}};
    if (shown.right.archive) {
        TRY(shown.archive, exports_.find_for_right(shown.right.customer, *shown.right.archive));
    }
    if (shown.right.kind == RightKind::objection) {
        TRY(shown.objected, objectionable());
    }
    if (!shown.right.sealed.empty()) {
        TRY(const auto fields, open_fields(shown.right));
        for (const auto& field : fields) shown.corrected.push_back(field.field);
    }
    auto plan = gate_.preview(shown.right.customer, {gate::Scope::Kind::customer, ""});
    if (plan) shown.plan.emplace(std::move(*plan));
    if (!plan && plan.error().code() != Code::not_found) return plan.error();
    return shown;
}

// ---- what a correction is to write, sealed until it did

// Values are looked at by the gate when they are written; here is what could never be.
Status Rights::check_fields(const Right& right, const std::vector<gate::FieldValue>& fields) const {
    const auto policy = gate_.policies().in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    Error wrong(Code::invalid, "the correction is not right");
    const auto channel = policy->find_channel(right.channel);
    for (const auto& given : fields) {
        const auto field = policy->find_field(given.field);
        if (given.field == "email") {
            wrong = std::move(wrong).at(
                "/fields/email", "an address is changed in the portal, where it is confirmed");
        } else if (!channel || !field || !(*policy)[*channel].fields[field->value]) {
            wrong = std::move(wrong).at("/fields",
                                        "the policy does not collect one of these by the "
                                        "channel \"" +
                                            right.channel + "\"");
        }
    }
    if (wrong.inputs().empty()) return {};
    return wrong;
}

Result<Bytes> Rights::seal_fields(const CustomerId& customer, const RightId& id,
                                  std::vector<gate::FieldValue> fields) {
    bj::object packed;
    for (const auto& field : fields)
        packed[field.field] = field.value.reveal(gate_.own_data_token());
    return gate_.seal_own(customer, place_of(id.bytes()),
                          Personal<std::string>(json::canonical(packed)));
}

Result<std::vector<gate::FieldValue>> Rights::open_fields(const Right& right) {
    TRY(const auto packed,
        gate_.open_own(right.customer, place_of(right.id.bytes()), right.sealed));
    TRY(const auto value, json::parse(packed.reveal(gate_.own_data_token())));
    std::vector<gate::FieldValue> fields;
    for (const auto& member : value.as_object()) {
        fields.push_back({std::string(member.key()),
                          Personal<std::string>(std::string(member.value().as_string()))});
    }
    return fields;
}

Result<std::vector<gate::FieldValue>> Rights::look_at_corrected(const RightId& id,
                                                                const gate::Actor& actor) {
    TRY(const auto right, get(id));
    if (right.sealed.empty())
        return Error(Code::not_found, "this request says nothing of what is to be right");
    const bj::object told{{"right", std::string(name_of(right.kind))},
                          {"right_request", right.id.text()},
                          {"reason", "what a correction is to write was opened"}};
    TRY_OK(
        gate_.note_right(right.customer, actor, told, [](sql::Writer&) -> Status { return {}; }));
    return open_fields(right);
}

Result<std::vector<std::string>> Rights::objectionable() const {
    const auto policy = gate_.policies().in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    std::vector<std::string> names;
    for (const auto& purpose : policy->purposes) {
        if (purpose.basis == policy::Basis::permission ||
            purpose.basis == policy::Basis::legitimate_interest)
            names.push_back(purpose.name);
    }
    return names;
}

}  // namespace avow::services
