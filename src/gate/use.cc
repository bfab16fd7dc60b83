// SPDX-License-Identifier: Apache-2.0
// The walk of a use, out: decide field by field, write the entry, wait until it is durable, and
// only then open. Whoever changed the customer meanwhile makes the decision void: it is taken
// again.
#include <algorithm>

#include <boost/json.hpp>

#include "base/fault.hh"
#include "base/json.hh"
#include "gate/prepared.hh"
#include "gate/record.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

namespace bj = boost::json;
using policy::Answer;
using policy::Because;

constexpr int kTries = 8;  // LIMIT: of a use whose customer keeps changing

struct Choice {
    policy::Decision decision;
    const vault::Datum* datum = nullptr;
};

policy::Asker asker_of(const Actor& actor, const policy::Policy& in_force) {
    return {actor.kind == Actor::Kind::employee ? policy::Asker::Kind::employee
                                                : policy::Asker::Kind::system,
            in_force.purposes_of_role(actor.role), actor.acknowledged, actor.break_glass};
}

// The newest datum of the field that may be used; else the newest one's refusal.
Choice choose(const policy::Policy& in_force, const policy::Asker& asker, const policy::Ask& ask,
              const CustomerFile& file, const policy::CustomerFacts& customer,
              std::string_view field) {
    std::optional<Choice> refused;
    for (auto datum = file.data.rbegin(); datum != file.data.rend(); ++datum) {
        if (datum->field != field) continue;
        const auto* collection = file.find_collection(datum->collection);
        if (collection == nullptr) continue;
        const auto decision =
            policy::decide(in_force, asker, ask, file.facts(*collection), customer);
        if (decision.answer == Answer::allowed) return {decision, &*datum};
        if (!refused) refused = Choice{decision, nullptr};
    }
    if (refused) return *refused;
    return {policy::refuse(in_force, Because::not_held, ask.purpose), nullptr};
}

Choice choose_field(const policy::Policy& in_force, const policy::Asker& asker,
                    const std::optional<policy::PurposeIndex>& purpose, Time now,
                    const CustomerFile& file, const policy::CustomerFacts& customer,
                    const std::string& field) {
    if (!purpose || !in_force.find_field(field)) {
        return {policy::refuse(in_force, Because::not_declared, purpose), nullptr};
    }
    // Before saying what is held: a role that may not ask learns nothing of it.
    if (!asker.purposes[purpose->value]) {
        return {policy::refuse(in_force, Because::role, purpose), nullptr};
    }
    return choose(in_force, asker, {*purpose, now}, file, customer, field);
}

void describe(bj::object& details, const UseRequest& request, const Used& used) {
    details["purpose"] = request.purpose;
    if (request.reason) details["reason"] = *request.reason;
    auto& fields = details["fields"].emplace_object();
    for (const auto& field : used.fields) {
        auto& told = fields[field.field].emplace_object();
        told["decision"] = field.decision.answer == Answer::allowed ? "allowed" : "refused";
        told["because"] = std::string(policy::name_of(field.decision.because));
        if (field.decision.sentence) {
            const auto& sentence = (*used.policy)[*field.decision.sentence];
            told["sentence"] = sentence.text;
            told["sentence_id"] = sentence.id;
        }
    }
}

ledger::Kind kind_of(const Used& used) {
    for (const auto& field : used.fields) {
        if (field.decision.because == Because::break_glass)
            return ledger::Kind::opened_by_break_glass;
    }
    return used.any_allowed() ? ledger::Kind::used : ledger::Kind::refused;
}

Status check(const UseRequest& request) {
    Error wrong(Code::invalid, "the use is not a request");
    const std::size_t most = kFieldsPerUseMax;
    if (request.fields.empty() || request.fields.size() > most) {
        wrong =
            std::move(wrong).at("/fields", "1 to " + std::to_string(most) + " fields are wanted");
    }
    auto sorted = request.fields;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
        wrong = std::move(wrong).at("/fields", "a field is asked for twice");
    }
    if (!request.customer && !request.address) {
        wrong = std::move(wrong).at("/customer", "name the customer, or an address to look up");
    }
    if (request.reason && request.reason->size() > kEvidenceMax) {
        wrong = std::move(wrong).at("/reason",
                                    "longer than " + std::to_string(kEvidenceMax) + " bytes");
    }
    if (wrong.inputs().empty()) return {};
    return wrong;
}

}  // namespace

Result<Gate::PreparedUse> Gate::prepare_use(sql::Reader& reader, const UseRequest& request,
                                            const Actor& actor, const policy::PolicyPtr& in_force) {
    auto customer = request.customer;
    if (!customer) {
        const auto blind = vault_.blind(request.address->reveal(Door::token()));
        TRY(customer, vault_.find_by_address(reader, blind));
        if (!customer) return Error(Code::not_found, "no customer has this address");
    }
    TRY(auto file, file_of(reader, *customer));
    return prepare_use_on(std::move(file), request, actor, in_force);
}

Gate::PreparedUse Gate::prepare_use_on(FilePtr file, const UseRequest& request, const Actor& actor,
                                       const policy::PolicyPtr& in_force) {
    const auto now = clock_.now();
    const auto entry = EntryId::make(now, random_);
    const auto asker = asker_of(actor, *in_force);
    const auto purpose = in_force->find_purpose(request.purpose);
    const auto facts = file->facts(*in_force);

    Used used{file->keys->customer, entry, now, in_force, {}};
    std::vector<const vault::Datum*> chosen;
    for (const auto& field : request.fields) {
        const auto choice = choose_field(*in_force, asker, purpose, now, *file, facts, field);
        used.fields.push_back({field, choice.decision, std::nullopt});
        chosen.push_back(choice.datum);
    }
    const auto kind = kind_of(used);
    auto details = record_head(entry, kind, now, actor, *in_force);
    describe(details, request, used);
    auto act = prepare_act(*file->keys, entry, kind, now, json::canonical(details));
    return PreparedUse{std::move(file), std::move(act), std::move(used), std::move(chosen)};
}

Result<Used> Gate::open_use(PreparedUse prepared) {
    for (std::size_t i = 0; i < prepared.chosen.size(); ++i) {
        if (prepared.chosen[i] == nullptr) continue;
        TRY(auto value, vault_.open(*prepared.file->keys, *prepared.chosen[i]));
        prepared.used.fields[i].value = std::move(value);
    }
    return std::move(prepared.used);
}

Status Gate::write_uses(sql::Writer& unit, std::vector<Result<PreparedUse>>& prepared,
                        const std::vector<std::size_t>& open, std::vector<std::size_t>& overtaken) {
    overtaken.clear();
    for (const auto i : open) {
        if (!prepared[i]) continue;
        const auto& file = *prepared[i]->file;
        bool current = false;
        TRY_OK(unit.query(statements::find_revision,
                          {ByteView(file.keys->customer.bytes()), file.row.revision},
                          [&](const sql::Row&) -> Status {
                              current = true;
                              return {};
                          }));
        if (current) {
            TRY_OK(write_act(unit, file.keys->customer, prepared[i]->act));
        } else {
            overtaken.push_back(i);
        }
    }
    fault_point("gate.use_half_written");
    return {};
}

std::vector<std::size_t> Gate::record_uses(std::span<const UseRequest> requests, const Actor& actor,
                                           const policy::PolicyPtr& in_force, Files files,
                                           const std::vector<std::size_t>& open,
                                           std::vector<Result<PreparedUse>>& prepared) {
    std::vector<std::size_t> overtaken;
    std::vector<std::size_t> unread;
    for (const auto i : open) {
        const auto& customer = requests[i].customer;
        auto kept = files == Files::kept && customer ? cache_->find_any(*customer) : nullptr;
        if (kept == nullptr) {
            unread.push_back(i);
        } else {
            prepared[i] = prepare_use_on(std::move(kept), requests[i], actor, in_force);
        }
    }
    Status done;
    if (!unread.empty()) {
        done = store_.read([&](sql::Reader& reader) -> Status {
            for (const auto i : unread) {
                prepared[i] = prepare_use(reader, requests[i], actor, in_force);
            }
            return {};
        });
    }
    if (done) {
        done = store_.write(
            [&](sql::Writer& unit) { return write_uses(unit, prepared, open, overtaken); });
    }
    if (done) return overtaken;
    // Nothing is durable: nothing opens.
    for (const auto i : open) {
        if (prepared[i]) prepared[i] = done.error();
    }
    return {};
}

std::vector<Result<Used>> Gate::use(std::span<const UseRequest> requests, const Actor& actor) {
    const auto in_force = policies_.in_force();
    const Error unanswered(Code::unavailable, in_force ? "the use was not recorded: try again"
                                                       : "no policy is published yet");
    std::vector<Result<PreparedUse>> prepared;
    prepared.reserve(requests.size());
    std::vector<std::size_t> open;  // requests still to be made durable
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const auto fits = check(requests[i]);
        prepared.emplace_back(fits ? unanswered : fits.error());
        if (fits && in_force) open.push_back(i);
    }
    for (int attempt = 0; attempt < kTries && !open.empty(); ++attempt) {
        const auto files = attempt == 0 ? Files::kept : Files::read;
        open = record_uses(requests, actor, in_force, files, open, prepared);
    }
    for (const auto i : open) prepared[i] = unanswered;
    ledger_.notify();
    std::vector<Result<Used>> answers;
    answers.reserve(requests.size());
    for (auto& one : prepared) {
        answers.push_back(one ? open_use(std::move(*one)) : Result<Used>(one.error()));
    }
    return answers;
}

}  // namespace avow::gate
