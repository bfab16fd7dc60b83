// SPDX-License-Identifier: Apache-2.0
#include "gate/answered.hh"

#include <boost/json.hpp>

#include "base/json.hh"
#include "gate/prepared.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

namespace bj = boost::json;

// A key is its caller's own: two callers may choose the same.
Bytes spelled(const Once& once) {
    Bytes bytes;
    append_be64(bytes, once.item);
    append_be32(bytes, static_cast<std::uint32_t>(once.caller.size()));
    bytes.insert(bytes.end(), once.caller.begin(), once.caller.end());
    bytes.insert(bytes.end(), once.key.begin(), once.key.end());
    return bytes;
}

Bytes answer_row(const crypto::Hash& key_hash, Time at) {
    Bytes row = to_bytes(key_hash);
    append_be64(row, static_cast<std::uint64_t>(at.ms));
    return row;
}

std::string text_of(const bj::object& outcome, const char* key) {
    return std::string(outcome.at(key).as_string());
}

Receipt receipt_of(const bj::object& outcome, Time at) {
    return {*EntryId::parse(text_of(outcome, "entry")), at, text_of(outcome, "commitment"),
            text_of(outcome, "policy")};
}

}  // namespace

Result<std::optional<Gate::Answered>> Gate::find_answered(sql::Reader& reader, const Once& once) {
    const auto key_hash = vault_.blind_key(spelled(once));
    std::optional<Answered> found;
    const auto visit = [&](const sql::Row& row) -> Status {
        const auto customer = CustomerId::from_bytes(row.blob(0));
        const Time at{row.integer(1)};
        if (!customer) return Error(Code::corrupt, "a kept answer has a damaged id");
        TRY(const auto keys, vault_.keyring().get(*customer));
        TRY(const auto opened,
            vault_.open(*keys, {"answers", "outcome", answer_row(key_hash, at)}, row.blob(2)));
        TRY(auto outcome, json::parse(opened.reveal(Door::token())));
        found = Answered{*customer, at, std::move(outcome.as_object())};
        return {};
    };
    const Time oldest{clock_.now().ms - kAnswersKeptMs};
    TRY_OK(reader.query(statements::find_answer, {ByteView(key_hash), oldest.ms}, visit));
    if (found && text_of(found->outcome, "asked") != once.digest) {
        return Error(Code::invalid,
                     "this Idempotency-Key came with another request before: give each request a "
                     "key of its own");
    }
    return found;
}

Gate::PreparedAnswer Gate::prepare_answer(const vault::CustomerKeys& keys, const Once& once,
                                          Time at, bj::object outcome) {
    const auto key_hash = vault_.blind_key(spelled(once));
    outcome["asked"] = once.digest;
    const auto text = json::canonical(outcome);
    return {key_hash, at,
            vault_.seal(keys, {"answers", "outcome", answer_row(key_hash, at)}, as_bytes(text))};
}

Status Gate::write_answer(sql::Writer& unit, const CustomerId& customer,
                          const PreparedAnswer& answer) {
    TRY_OK(unit.execute(statements::delete_expired_answer,
                        {ByteView(answer.key_hash), answer.at.ms - kAnswersKeptMs}));
    return unit.execute(statements::insert_answer,
                        {ByteView(answer.key_hash), ByteView(customer.bytes()), answer.at.ms,
                         ByteView(answer.sealed)});
}

// Rows that nobody asks for again; what fails to go counts as gone all the same.
void Gate::forget_old_answers() {
    const auto now = clock_.now().ms;
    auto before = answers_swept_ms_.load();
    if (now - before < kHourMs || !answers_swept_ms_.compare_exchange_strong(before, now)) return;
    [[maybe_unused]] const auto swept = store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::delete_old_answers, {now - kAnswersKeptMs});
    });
}

Result<std::optional<Gate::Answered>> Gate::find_answered(const std::optional<Once>& once) {
    std::optional<Answered> found;
    if (!once) return found;
    forget_old_answers();
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(found, find_answered(reader, *once));
        return {};
    }));
    return found;
}

Result<std::optional<Collected>> Gate::find_collected(const std::optional<Once>& once) {
    TRY(const auto found, find_answered(once));
    if (!found) return std::optional<Collected>();
    auto receipt = receipt_of(found->outcome, found->at);
    const auto id = *CollectionId::from_bytes(receipt.entry.bytes());
    return Collected{found->customer, id, std::move(receipt), true};
}

Result<std::optional<Permitted>> Gate::find_permitted(const std::optional<Once>& once) {
    TRY(const auto found, find_answered(once));
    if (!found) return std::optional<Permitted>();
    return Permitted{text_of(found->outcome, "purpose"), found->outcome.at("granted").as_bool(),
                     found->at, receipt_of(found->outcome, found->at)};
}

bj::object Gate::outcome_of(const PreparedAct& act, const std::string& policy_version) {
    return {{"entry", act.id.text()}, {"commitment", act.commitment}, {"policy", policy_version}};
}

}  // namespace avow::gate
