// SPDX-License-Identifier: Apache-2.0
// Legal hold and restriction (GDPR art. 18): data that neither an erasure nor the retention may
// take, with the reason. Placed and lifted by an officer, each an entry that the customer can read.
#include <algorithm>

#include <boost/json.hpp>

#include "base/json.hh"
#include "gate/planned.hh"
#include "gate/prepared.hh"
#include "gate/record.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

constexpr int kTries = 8;  // LIMIT: of a hold that others keep overtaking

// Where a reason is sealed: bound to all that the row says in clear.
Bytes hold_row(const HoldId& id, const std::optional<CollectionId>& collection, Time since) {
    Bytes row = to_bytes(id.bytes());
    if (collection) {
        row.insert(row.end(), collection->bytes().begin(), collection->bytes().end());
    }
    append_be64(row, static_cast<std::uint64_t>(since.ms));
    return row;
}

Status refuse_unless_officer(const Actor& actor) {
    if (actor.has_role("officer")) return {};
    return Error(Code::denied, "placing and lifting a hold wants the role officer");
}

}  // namespace

std::string_view name_of(Hold::Kind kind) {
    return kind == Hold::Kind::legal_hold ? "legal_hold" : "restriction";
}

std::optional<Hold::Kind> hold_kind_from(std::string_view name) {
    for (const auto kind : {Hold::Kind::legal_hold, Hold::Kind::restriction}) {
        if (name_of(kind) == name) return kind;
    }
    return std::nullopt;
}

Result<Hold> Gate::open_hold(const vault::CustomerKeys& keys, const FiledHold& filed) {
    const auto row = hold_row(filed.id, filed.collection, filed.since);
    TRY(auto reason, vault_.open(keys, {"holds", name_of(filed.kind), row}, filed.sealed));
    return Hold{filed.id, filed.kind, filed.collection, filed.since, std::move(reason)};
}

Result<HoldId> Gate::hold(const CustomerId& customer, const NewHold& wanted, const Actor& actor) {
    TRY_OK(refuse_unless_officer(actor));
    if (wanted.reason.empty() || wanted.reason.size() > kEvidenceMax) {
        return Error(Code::invalid, "a hold wants its reason")
            .at("/reason", "1 to " + std::to_string(kEvidenceMax) + " bytes are wanted");
    }
    const auto now = clock_.now();
    const auto id = HoldId::make(now, random_);
    const Alteration alteration = [&](const CustomerFile& file,
                                      boost::json::object& details) -> Result<WriteRows> {
        if (wanted.collection && file.find_collection(*wanted.collection) == nullptr) {
            return Error(Code::not_found, "this customer has no such collection");
        }
        details["hold"] = id.text();
        details["hold_kind"] = std::string(name_of(wanted.kind));
        if (wanted.collection) details["collection"] = wanted.collection->text();
        details["reason"] = wanted.reason;
        const auto row = hold_row(id, wanted.collection, now);
        auto sealed =
            vault_.seal(*file.keys, {"holds", name_of(wanted.kind), row}, as_bytes(wanted.reason));
        return WriteRows([&, sealed = std::move(sealed)](sql::Writer& unit) {
            return unit.execute(
                statements::insert_hold,
                {ByteView(customer.bytes()), ByteView(id.bytes()),
                 wanted.collection ? ByteView(wanted.collection->bytes()) : ByteView(),
                 name_of(wanted.kind), now.ms, ByteView(sealed)});
        });
    };
    TRY_OK(alter(customer, ledger::Kind::held, actor, alteration));
    return id;
}

Status Gate::release(const CustomerId& customer, const HoldId& id, std::string_view reason,
                     const Actor& actor) {
    TRY_OK(refuse_unless_officer(actor));
    const Alteration alteration = [&](const CustomerFile& file,
                                      boost::json::object& details) -> Result<WriteRows> {
        const bool known = std::any_of(file.holds.begin(), file.holds.end(),
                                       [&](const FiledHold& hold) { return hold.id == id; });
        if (!known) return Error(Code::not_found, "this customer has no such hold");
        details["hold"] = id.text();
        details["reason"] = std::string(reason);
        return WriteRows([&](sql::Writer& unit) {
            return unit.execute(statements::delete_hold,
                                {ByteView(customer.bytes()), ByteView(id.bytes())});
        });
    };
    return alter(customer, ledger::Kind::released, actor, alteration);
}

Status Gate::note_right(const CustomerId& customer, const Actor& actor,
                        const boost::json::object& told,
                        const std::function<Status(sql::Writer&)>& rows) {
    const Alteration alteration = [&](const CustomerFile&,
                                      boost::json::object& details) -> Result<WriteRows> {
        for (const auto& member : told) details[member.key()] = member.value();
        return WriteRows(rows);
    };
    return alter(customer, ledger::Kind::requested, actor, alteration);
}

Status Gate::close(const CustomerId& customer, const Actor& actor) {
    const Alteration alteration = [&](const CustomerFile& file,
                                      boost::json::object& details) -> Result<WriteRows> {
        if (file.row.state == vault::CustomerRow::State::closed) {
            return Error(Code::not_found, "the account is closed already");
        }
        details["reason"] = "the account was closed";
        return WriteRows([&](sql::Writer& unit) -> Status {
            for (const auto& companion : companions_) {
                if (!companion.outlives_account) TRY_OK(companion.remove(unit, customer));
            }
            return {};
        });
    };
    TRY_OK(alter(customer, ledger::Kind::requested, actor, alteration,
                 vault::CustomerRow::State::closed));
    for (const auto& companion : companions_) companion.forget(customer);
    return {};
}

Result<std::vector<Hold>> Gate::holds(const CustomerId& customer) {
    FilePtr file;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(file, file_of(reader, customer));
        return {};
    }));
    std::vector<Hold> holds;
    for (const auto& filed : file->holds) {
        TRY(auto hold, open_hold(*file->keys, filed));
        holds.push_back(std::move(hold));
    }
    return holds;
}

// A change of the customer's standing with its act; taken again when others were quicker.
Status Gate::alter(const CustomerId& customer, ledger::Kind kind, const Actor& actor,
                   const Alteration& alteration, std::optional<vault::CustomerRow::State> state) {
    const auto policy = policies_.in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    for (int attempt = 1;; ++attempt) {
        FilePtr file;
        TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
            TRY(file, file_of(reader, customer));
            return {};
        }));
        const auto now = clock_.now();
        const auto entry = EntryId::make(now, random_);
        auto details = record_head(entry, kind, now, actor, *policy);
        TRY(const auto write_rows, alteration(*file, details));
        const auto act = prepare_act(*file->keys, entry, kind, now, json::canonical(details));
        const auto written = store_.write([&](sql::Writer& unit) -> Status {
            TRY_OK(
                vault_.change_state(unit, *file->keys, file->row, state.value_or(file->row.state)));
            TRY_OK(write_rows(unit));
            return write_act(unit, customer, act);
        });
        if (written) {
            ledger_.notify();
            return {};
        }
        if (written.error().code() != Code::conflict || attempt == kTries) return written.error();
    }
}

}  // namespace avow::gate
