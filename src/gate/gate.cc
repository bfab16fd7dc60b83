// SPDX-License-Identifier: Apache-2.0
#include "gate/gate.hh"

#include <boost/json.hpp>

#include "base/json.hh"
#include "gate/prepared.hh"
#include "gate/statements.hh"

namespace avow::gate {

Gate::Gate(sql::Connection& store, vault::Vault& vault, vault::ErasureJournal& journal,
           ledger::Ledger& ledger, PolicyBook& policies, const Clock& clock, Random& random)
    : store_(store),
      vault_(vault),
      journal_(journal),
      ledger_(ledger),
      policies_(policies),
      clock_(clock),
      random_(random),
      cache_(std::make_unique<FileCache>()) {}

Gate::~Gate() = default;

bool Used::any_allowed() const {
    for (const auto& field : fields) {
        if (field.decision.answer == policy::Answer::allowed) return true;
    }
    return false;
}

bool Used::any_refused() const {
    for (const auto& field : fields) {
        if (field.decision.answer == policy::Answer::refused) return true;
    }
    return false;
}

Bytes Gate::seal_opening(const vault::CustomerKeys& keys, const EntryId& id, ledger::Kind kind,
                         Time at, const ledger::Opening& opening) {
    Bytes plaintext = to_bytes(opening.salt);
    plaintext.insert(plaintext.end(), opening.details.begin(), opening.details.end());
    auto sealed = vault_.seal(keys, {"acts", ledger::name_of(kind), act_row(id, at)}, plaintext);
    wipe(plaintext.data(), plaintext.size());
    return sealed;
}

Gate::PreparedAct Gate::prepare_act(const vault::CustomerKeys& keys, const EntryId& id,
                                    ledger::Kind kind, Time at, const std::string& details) {
    const ledger::Opening opening{random_.take<32>(), details};
    const auto commitment = ledger::commitment(opening);
    return {id,
            kind,
            at,
            seal_opening(keys, id, kind, at, opening),
            ledger::entry_bytes(kind, at, commitment, ledger::blinded_id(keys.ledger, id)),
            commitment};
}

Result<Gate::OpenedAct> Gate::open_act(const vault::CustomerKeys& keys, const sql::Row& row) {
    constexpr std::size_t kSaltSize = std::tuple_size_v<decltype(ledger::Opening::salt)>;
    const auto entry = EntryId::from_bytes(row.blob(0));
    const auto kind = ledger::kind_from(row.text(1));
    const Time at{row.integer(2)};
    if (!entry || !kind) return Error(Code::corrupt, "an act has a damaged id or kind");
    TRY(const auto opened,
        vault_.open(keys, {"acts", row.text(1), act_row(*entry, at)}, row.blob(3)));
    const auto& plain = opened.reveal(Door::token());
    if (plain.size() < kSaltSize) return Error(Code::corrupt, "an act's opening is too short");
    OpenedAct act{*entry, *kind, at, {{}, plain.substr(kSaltSize)}};
    std::copy_n(as_bytes(plain).begin(), kSaltSize, act.opening.salt.begin());
    return act;
}

Status Gate::write_act(sql::Writer& unit, const CustomerId& customer, const PreparedAct& act) {
    return put_act(unit, statements::insert_act, customer, act);
}

Status Gate::put_act(sql::Writer& unit, std::string_view insert, const CustomerId& customer,
                     const PreparedAct& act) {
    TRY_OK(unit.execute(insert, {ByteView(customer.bytes()), ByteView(act.id.bytes()),
                                 ledger::name_of(act.kind), act.at.ms, ByteView(act.sealed)}));
    return ledger_.append(unit, customer, act.id, act.entry);
}

Status Gate::note_house_act(sql::Writer& unit, ledger::Kind kind, boost::json::object details) {
    const auto now = clock_.now();
    const auto entry = EntryId::make(now, random_);
    details["entry"] = entry.text();
    details["kind"] = std::string(ledger::name_of(kind));
    details["at"] = rfc3339(now);
    const ledger::Opening opening{random_.take<32>(), json::canonical(details)};
    TRY_OK(unit.execute(statements::insert_house_act,
                        {ByteView(entry.bytes()), ledger::name_of(kind), now.ms,
                         ByteView(opening.salt), std::string_view(opening.details)}));
    return ledger_.append(
        unit, entry, ledger::entry_bytes(kind, now, ledger::commitment(opening), std::nullopt));
}

Status Gate::note_house_act(ledger::Kind kind, const boost::json::object& details,
                            const std::function<Status(sql::Writer&)>& alongside) {
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        if (alongside) TRY_OK(alongside(unit));
        return note_house_act(unit, kind, details);
    }));
    ledger_.notify();
    return {};
}

Result<std::optional<CustomerId>> Gate::find_by_address(const Personal<std::string>& address) {
    const auto blind = vault_.blind(address.reveal(Door::token()));
    std::optional<CustomerId> found;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(found, vault_.find_by_address(reader, blind));
        return {};
    }));
    return found;
}

}  // namespace avow::gate
