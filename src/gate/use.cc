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
#include "gate/use_choice.hh"

namespace avow::gate {
namespace {

namespace bj = boost::json;
using policy::Answer;
using policy::Because;

constexpr int kTries = 8;  // LIMIT: of a use whose customer keeps changing

// One field of several collections: which, and what was decided of each where they differ.
void describe_another(bj::object& told, const UsedField& field) {
    if (!field.collection) return;
    const bool allowed = field.decision.answer == Answer::allowed;
    auto& list = told[allowed ? "collections" : "refused_collections"];
    if (!list.is_array()) list.emplace_array();
    list.as_array().push_back(bj::value(field.collection->text()));
}

void describe(bj::object& details, const UseRequest& request, const Used& used) {
    details["purpose"] = request.purpose;
    if (request.reason) details["reason"] = *request.reason;
    auto& fields = details["fields"].emplace_object();
    for (const auto& field : used.fields) {
        if (!request.from.empty() && fields.contains(field.field)) {
            describe_another(fields[field.field].as_object(), field);
            continue;
        }
        auto& told = fields[field.field].emplace_object();
        if (!request.from.empty()) describe_another(told, field);
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
    if (request.from.size() > kFromPerUseMax || (!request.from.empty() && request.once)) {
        wrong = std::move(wrong).at("/from", "too many collections, or with a key");
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
    if (request.once) {
        TRY(const auto answered, find_answered(reader, *request.once));
        if (answered) return prepare_again(reader, request, actor, *in_force, *answered);
    }
    auto customer = request.customer;
    if (!customer) {
        const auto blind = vault_.blind(request.address->reveal(Door::token()));
        TRY(customer, vault_.find_by_address(reader, blind));
        if (!customer) return Error(Code::not_found, "no customer has this address");
    }
    auto found = file_of(reader, *customer);
    if (!found && found.error().code() == Code::not_found) {
        return prepare_use_of_erased(reader, *customer, request, actor, in_force);
    }
    TRY(auto file, std::move(found));
    return prepare_use_on(std::move(file), request, actor, in_force);
}

Gate::PreparedUse Gate::prepare_use_on(FilePtr file, const UseRequest& request, const Actor& actor,
                                       const policy::PolicyPtr& in_force) {
    const auto now = clock_.now();
    const auto entry = EntryId::make(now, random_);
    const Asking asking{*in_force, asker_of(actor, *in_force),
                        in_force->find_purpose(request.purpose), now};
    const auto facts = file->facts(*in_force);

    Used used{file->keys->customer, entry, now, in_force, {}};
    std::vector<const vault::Datum*> chosen;
    const auto add = [&](const std::string& field, const Choice& choice,
                         std::optional<CollectionId> collection) {
        if (choice.datum != nullptr) collection = choice.datum->collection;
        used.fields.push_back({field, choice.decision, std::nullopt, collection});
        chosen.push_back(choice.datum);
    };
    for (const auto& field : request.fields) {
        if (request.from.empty()) add(field, choose(asking, *file, facts, field), std::nullopt);
        for (const auto& collection : request.from) {
            add(field, choose_from(asking, *file, facts, field, collection), collection);
        }
    }
    const auto kind = kind_of(used);
    auto details = record_head(entry, kind, now, actor, *in_force);
    describe(details, request, used);
    auto act = prepare_act(*file->keys, entry, kind, now, json::canonical(details));
    PreparedUse prepared{std::move(file), std::move(act), std::move(used), std::move(chosen), {}};
    if (request.once) {
        prepared.answer =
            prepare_answer(*prepared.file->keys, *request.once, now, outcome_of(prepared));
    }
    return prepared;
}

// The refusal is recorded like any other, but to nobody's name: there is no key left to write it
// under, and nothing more of an erased customer is kept. WALL: its details stay nowhere.
Result<Gate::PreparedUse> Gate::prepare_use_of_erased(sql::Reader& reader,
                                                      const CustomerId& customer,
                                                      const UseRequest& request, const Actor& actor,
                                                      const policy::PolicyPtr& in_force) {
    TRY(const auto erased, find_erased(reader, customer));
    if (!erased) return Error(Code::not_found, "there is no such customer");
    const auto now = clock_.now();
    const auto entry = EntryId::make(now, random_);
    const auto asker = asker_of(actor, *in_force);
    const auto purpose = in_force->find_purpose(request.purpose);
    Used used{customer, entry, now, in_force, {}};
    for (const auto& field : request.fields) {
        auto because = Because::erased;
        if (!purpose || !in_force->find_field(field)) {
            because = Because::not_declared;
        } else if (!asker.purposes[purpose->value]) {
            because = Because::role;
        } else if (asker.must_acknowledge()) {
            because = Because::staff_not_acknowledged;
        }
        used.fields.push_back({field, policy::refuse(*in_force, because, purpose), std::nullopt});
    }
    auto details = record_head(entry, ledger::Kind::refused, now, actor, *in_force);
    describe(details, request, used);
    const auto commitment = ledger::commitment({random_.take<32>(), json::canonical(details)});
    PreparedAct act{entry,
                    ledger::Kind::refused,
                    now,
                    {},
                    ledger::entry_bytes(ledger::Kind::refused, now, commitment, std::nullopt),
                    commitment};
    std::vector<const vault::Datum*> none(request.fields.size(), nullptr);
    return PreparedUse{nullptr, std::move(act), std::move(used), std::move(none), {}};
}

Result<Used> Gate::open_use(PreparedUse prepared) {
    for (std::size_t i = 0; i < prepared.chosen.size(); ++i) {
        if (prepared.chosen[i] == nullptr) continue;
        TRY(auto value, vault_.open(*prepared.file->keys, *prepared.chosen[i]));
        prepared.used.fields[i].value = std::move(value);
    }
    return std::move(prepared.used);
}

Status Gate::write_use(sql::Writer& unit, const PreparedUse& prepared, bool& current) {
    const auto& customer = prepared.file->keys->customer;
    current = false;
    TRY_OK(unit.query(statements::find_revision,
                      {ByteView(customer.bytes()), prepared.file->row.revision},
                      [&](const sql::Row&) -> Status {
                          current = true;
                          return {};
                      }));
    if (prepared.answer) {
        // Somebody was quicker with the same key: the next try finds their answer.
        const Time oldest{prepared.answer->at.ms - kAnswersKeptMs};
        TRY_OK(unit.query(statements::find_answer, {ByteView(prepared.answer->key_hash), oldest.ms},
                          [&](const sql::Row&) -> Status {
                              current = false;
                              return {};
                          }));
    }
    if (!current) return {};
    TRY_OK(append_act(unit, customer, *prepared.act));
    return prepared.answer ? write_answer(unit, customer, *prepared.answer) : Status();
}

Status Gate::write_uses(sql::Writer& unit, std::vector<Result<PreparedUse>>& prepared,
                        const std::vector<std::size_t>& open, std::vector<std::size_t>& overtaken) {
    overtaken.clear();
    for (const auto i : open) {
        if (!prepared[i] || !prepared[i]->act) continue;
        if (prepared[i]->file == nullptr) {
            TRY_OK(ledger_.append(unit, prepared[i]->act->id, prepared[i]->act->entry));
            continue;
        }
        bool current = false;
        TRY_OK(write_use(unit, *prepared[i], current));
        if (!current) overtaken.push_back(i);
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
        // A request that may have been answered before is looked up first.
        const bool known = files == Files::kept && customer && !requests[i].once;
        auto kept = known ? cache_->find_any(*customer) : nullptr;
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
    const bool writes = std::any_of(open.begin(), open.end(),
                                    [&](auto i) { return prepared[i] && prepared[i]->act; });
    if (done && writes) {
        done = store_.write(
            [&](sql::Writer& unit) { return write_uses(unit, prepared, open, overtaken); });
    }
    if (done && writes) fault_point("gate.answer_committed");
    if (done) return overtaken;
    // Another node was quicker with one of the keys: all are tried again.
    if (done.error().code() == Code::conflict) return open;
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
    if (std::ranges::any_of(requests, [](const auto& one) { return one.once.has_value(); })) {
        forget_old_answers();
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
    file_when_many(requests.size());
    return answers;
}

}  // namespace avow::gate
