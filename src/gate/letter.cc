// SPDX-License-Identifier: Apache-2.0
// A message of the portal's own on its way out: the walk of a use, with the house itself as who
// asks. It may use the address for what the contract needs, and for a purpose that means writing to
// people, which a letter then names; for nothing else.
#include <boost/json.hpp>

#include "base/fault.hh"
#include "base/json.hh"
#include "gate/prepared.hh"
#include "gate/record.hh"
#include "gate/statements.hh"
#include "gate/use_choice.hh"

namespace avow::gate {
namespace {

constexpr int kTries = 8;  // LIMIT: of a letter whose customer keeps changing
const Actor kPortal{Actor::Kind::system, "the portal", "", false, false};
const std::string kAddress = "email";

struct LetterChoice {
    Choice choice;
    std::optional<policy::PurposeIndex> purpose;
};

// The first purpose resting on the contract for which the address may be used; else the refusal.
LetterChoice choose_purpose(const policy::Policy& in_force, const CustomerFile& file, Time now) {
    policy::Asker portal;
    std::vector<policy::PurposeIndex> purposes;
    for (std::size_t i = 0; i < in_force.purposes.size(); ++i) {
        if (in_force.purposes[i].basis != policy::Basis::contract) continue;
        portal.purposes.set(i);
        purposes.push_back(*in_force.find_purpose(in_force.purposes[i].name));
    }
    const auto facts = file.facts(in_force);
    LetterChoice refused{
        {policy::refuse(in_force, policy::Because::not_declared, std::nullopt), nullptr}, {}};
    for (const auto purpose : purposes) {
        const auto choice = choose({in_force, portal, purpose, now}, file, facts, kAddress);
        if (choice.datum != nullptr) return {choice, purpose};
        if (!refused.purpose) refused = {choice, purpose};
    }
    return refused;
}

// For the purpose that the letter names. A policy that no longer writes to people for it says no.
LetterChoice choose_named(const policy::Policy& in_force, const CustomerFile& file,
                          std::string_view name, Time now) {
    const auto purpose = in_force.find_purpose(name);
    policy::Asker portal;
    if (purpose && in_force[*purpose].contact == policy::Contact::yes)
        portal.purposes.set(purpose->value);
    return {choose({in_force, portal, purpose, now}, file, file.facts(in_force), kAddress),
            purpose};
}

std::string describe(const SealedLetter& letter, const EntryId& entry, ledger::Kind kind, Time now,
                     const policy::Policy& in_force, const LetterChoice& chosen) {
    auto details = record_head(entry, kind, now, kPortal, in_force);
    details["letter"] = letter.kind;
    details["message_id"] = letter.message_id;
    if (chosen.purpose) details["purpose"] = in_force[*chosen.purpose].name;
    const auto& decision = chosen.choice.decision;
    auto& told = details["fields"].emplace_object()[kAddress].emplace_object();
    told["decision"] = decision.answer == policy::Answer::allowed ? "allowed" : "refused";
    told["because"] = std::string(policy::name_of(decision.because));
    if (decision.sentence) {
        told["sentence"] = in_force[*decision.sentence].text;
        told["sentence_id"] = in_force[*decision.sentence].id;
    }
    return json::canonical(details);
}

}  // namespace

Result<Bytes> Gate::seal_letter(const CustomerId& customer, const LetterId& letter,
                                const Personal<std::string>& content) {
    TRY(const auto keys, vault_.keyring().get(customer));
    return vault_.seal(*keys, {"letters", "content", letter.bytes()},
                       as_bytes(content.reveal(Door::token())));
}

Result<policy::Decision> Gate::decide_letter(sql::Reader& reader, const CustomerId& customer,
                                             std::string_view purpose) {
    const auto policy = policies_.in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    TRY(const auto file, file_in_unit(reader, customer));
    return choose_named(*policy, *file, purpose, clock_.now()).choice.decision;
}

Result<OpenedLetter> Gate::open_letter_to_stranger(const SealedLetter& letter, const Claim& claim,
                                                   policy::PolicyPtr policy) {
    const auto claimed = [&](sql::Writer& unit) { return claim(unit, policy::Answer::allowed); };
    if (letter.told) {
        TRY_OK(store_.write(claimed));
    } else {
        TRY_OK(note_house_act(ledger::Kind::messaged,
                              {{"letter", letter.kind}, {"message_id", letter.message_id}},
                              claimed));
    }
    TRY(auto content, open_for_stranger(letter.id.bytes(), letter.sealed));
    return OpenedLetter{std::nullopt, std::move(content), std::move(policy)};
}

Result<OpenedLetter> Gate::open_letter(const CustomerId& customer, const SealedLetter& letter,
                                       const Claim& claim) {
    const auto policy = policies_.in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    if (letter.to == SealedLetter::To::stranger)
        return open_letter_to_stranger(letter, claim, policy);
    for (int attempt = 1;; ++attempt) {
        FilePtr file;
        TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
            TRY(file, file_of(reader, customer));
            return {};
        }));
        const auto now = clock_.now();
        const auto chosen = letter.purpose.empty()
                                ? choose_purpose(*policy, *file, now)
                                : choose_named(*policy, *file, letter.purpose, now);
        const auto answer = chosen.choice.decision.answer;
        const auto kind =
            answer == policy::Answer::allowed ? ledger::Kind::messaged : ledger::Kind::refused;
        const auto entry = EntryId::make(now, random_);
        const auto act = prepare_act(*file->keys, entry, kind, now,
                                     describe(letter, entry, kind, now, *policy, chosen));
        bool current = false;
        const auto written = store_.write([&](sql::Writer& unit) -> Status {
            current = false;
            TRY_OK(unit.query(statements::find_revision,
                              {ByteView(customer.bytes()), file->row.revision},
                              [&](const sql::Row&) -> Status {
                                  current = true;
                                  return {};
                              }));
            if (!current) return {};
            TRY_OK(claim(unit, answer));
            fault_point("gate.letter_half_written");
            return letter.told ? Status() : write_act(unit, customer, act);
        });
        if (!written) return written.error();
        if (!current) {
            if (attempt == kTries) return Error(Code::unavailable, "the customer keeps changing");
            continue;
        }
        ledger_.notify();
        if (answer != policy::Answer::allowed) {
            return Error(Code::denied, "the policy does not let this letter be sent")
                .caused_by(std::string(policy::name_of(chosen.choice.decision.because)));
        }
        TRY(auto content,
            vault_.open(*file->keys, {"letters", "content", letter.id.bytes()}, letter.sealed));
        OpenedLetter opened{std::nullopt, std::move(content), policy};
        if (letter.to == SealedLetter::To::stored_address) {
            TRY(auto address, vault_.open(*file->keys, *chosen.choice.datum));
            opened.address = std::move(address);
        }
        return opened;
    }
}

}  // namespace avow::gate
