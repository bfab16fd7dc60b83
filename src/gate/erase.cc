// SPDX-License-Identifier: Apache-2.0
// Forgetting, in an order that no crash can turn round: the journal says what goes, the key is
// destroyed, then rows, blind index and companions go in one transaction with the ledger's entry.
// Whatever stops half way is carried on at the next start, or at the next call.
#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include "base/fault.hh"
#include "base/json.hh"
#include "base/log.hh"
#include "base/text.hh"
#include "gate/planned.hh"
#include "gate/prepared.hh"
#include "gate/record.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

namespace bj = boost::json;
using vault::ErasureRecord;

bj::array lines_json(const std::vector<PlanLine>& lines) {
    bj::array told;
    for (const auto& line : lines) told.push_back(line_json(line));
    return told;
}

bj::object details_of(const ErasurePlan& told) {
    return {{"scope", {{"kind", std::string(name_of(told.scope.kind))}, {"name", told.scope.name}}},
            {"whole", told.whole},
            {"goes", lines_json(told.goes)},
            {"stays", lines_json(told.stays)},
            {"complete_in_backups_by", rfc3339(told.complete_by)}};
}

// Per collection, how many values went: what the audit compares with.
bj::object removed_json(const std::vector<const vault::Datum*>& data) {
    bj::object removed;
    for (const auto* datum : data) {
        auto& count = removed[datum->collection.text()];
        count = (count.is_int64() ? count.get_int64() : 0) + 1;
    }
    return removed;
}

std::string field_names(const std::vector<const vault::Datum*>& data) {
    std::set<std::string> names;
    for (const auto* datum : data) names.insert(datum->field);
    return join(std::vector<std::string>(names.begin(), names.end()), " ");
}

Result<Time> complete_by(std::string_view details) {
    TRY(const auto value, json::parse(details));
    const auto* by = value.as_object().if_contains("complete_in_backups_by");
    const auto time = by != nullptr && by->is_string()
                          ? from_rfc3339(std::string_view(by->get_string()))
                          : std::nullopt;
    if (!time) return Error(Code::corrupt, "an erasure's details are damaged");
    return *time;
}

Result<Erased> told_by(const ErasureRecord& record) {
    TRY(const auto by, complete_by(record.details));
    return Erased{record.customer,
                  record.entry,
                  record.at,
                  record.whole,
                  record.line,
                  {record.salt, record.details},
                  by};
}

Status refuse_unless_allowed(const Actor& actor) {
    if (actor.kind == Actor::Kind::customer || actor.has_role("officer")) return {};
    return Error(Code::denied, "erasing wants the customer or the role officer");
}

}  // namespace

bj::object line_json(const PlanLine& line) {
    bj::object told{{"what", line.what}, {"count", line.count}};
    if (!line.channel.empty()) told["channel"] = line.channel;
    if (!line.fields.empty()) told["fields"] = bj::array(line.fields.begin(), line.fields.end());
    if (!line.ground.empty()) told["ground"] = line.ground;
    if (line.until) told["until"] = rfc3339(*line.until);
    return told;
}

ErasureRecord Gate::erasure_record(const vault::CustomerKeys& keys,
                                   const std::vector<const vault::Datum*>& data, Reach reach,
                                   const Actor& actor, bj::object own) {
    const auto now = clock_.now();
    const auto entry = EntryId::make(now, random_);
    auto details = record_head(entry, ledger::Kind::erased, now, actor, *policies_.in_force());
    details["removed"] = removed_json(data);
    for (auto& member : own) details[member.key()] = std::move(member.value());
    ErasureRecord record{entry,
                         keys.customer,
                         now,
                         reach == Reach::whole,
                         {},
                         field_names(data),
                         random_.take<32>(),
                         json::canonical(details),
                         ""};
    if (!record.whole) {
        for (const auto* datum : data) record.data.push_back(datum->id);
    }
    record.line = ledger::entry_bytes(ledger::Kind::erased, now,
                                      ledger::commitment({record.salt, record.details}),
                                      ledger::blinded_id(keys.ledger, entry));
    return record;
}

Result<Erased> Gate::erase(const CustomerId& customer, const Scope& scope, const Actor& actor) {
    TRY_OK(refuse_unless_allowed(actor));
    if (policies_.in_force() == nullptr) {
        return Error(Code::unavailable, "no policy is published yet");
    }
    const std::lock_guard lock(erasing_);
    TRY_OK(finish_erasures());
    std::optional<Planned> planned;
    std::optional<Erased> before;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(before, find_erased(reader, customer));
        if (before) return {};
        TRY(auto made, plan(reader, customer, scope));
        planned.emplace(std::move(made));
        return {};
    }));
    if (before) return std::move(*before);  // asked again: the same proof
    if (!planned->told.whole && planned->data.empty()) {
        const auto& stays = planned->told.stays;
        return Error(Code::conflict, "nothing was erased: all of it is kept on the ground " +
                                         (stays.empty() ? "of a hold" : stays.front().ground) +
                                         "; the preview says more");
    }
    const auto record = erasure_record(*planned->file->keys, planned->data,
                                       planned->told.whole ? Reach::whole : Reach::part, actor,
                                       details_of(planned->told));
    fault_point("erase.before_journal");
    if (!fault_skips("erase.journal")) TRY_OK(journal_.append(record));
    fault_point("erase.journal_written");
    unfinished_.push_back(record);
    TRY_OK(finish_erasures());
    return told_by(record);
}

Status Gate::finish_erasures() {
    while (!unfinished_.empty()) {
        // What an error was reported of may have become durable all the same.
        TRY(const bool known, knows_erasure(unfinished_.front()));
        if (!known) TRY_OK(carry_out(unfinished_.front()));
        unfinished_.erase(unfinished_.begin());
    }
    return {};
}

Status Gate::carry_out(const ErasureRecord& record) {
    vault::CustomerKeysPtr keys;
    if (record.whole) {
        TRY_OK(vault_.keyring().forget(record.customer));
        fault_point("erase.key_destroyed");
    } else {
        auto held = vault_.keyring().get(record.customer);
        if (!held && held.error().code() != Code::not_found) return held.error();
        if (held) keys = *held;
    }
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(record.whole ? remove_whole(unit, record) : remove_part(unit, record, keys.get()));
        fault_point("erase.half_written");
        return {};
    }));
    fault_point("erase.rows_removed");
    cache_->drop(record.customer);
    for (const auto& companion : companions_) companion.forget(record.customer);
    traces_left_ = true;
    ledger_.notify();
    fault_point("erase.done");
    return {};
}

Status Gate::note_erasure(sql::Writer& unit, const ErasureRecord& record) {
    TRY_OK(unit.execute(
        statements::insert_erasure,
        {ByteView(record.customer.bytes()), ByteView(record.entry.bytes()),
         std::int64_t{record.whole}, record.at.ms, std::string_view(record.fields),
         ByteView(record.salt), std::string_view(record.details), std::string_view(record.line)}));
    return ledger_.append(unit, record.customer, record.entry, record.line);
}

Status Gate::remove_whole(sql::Writer& unit, const ErasureRecord& record) {
    const ByteView id(record.customer.bytes());
    TRY_OK(vault_.remove_customer(unit, record.customer));
    for (const auto statement :
         {statements::delete_collections, statements::delete_permissions, statements::delete_acts,
          statements::delete_unfiled_acts, statements::delete_holds, statements::delete_erasures,
          statements::delete_answers}) {
        TRY_OK(unit.execute(statement, {id}));
    }
    for (const auto& companion : companions_) {
        if (!fault_skips("erase.companions")) TRY_OK(companion.remove(unit, record.customer));
    }
    return note_erasure(unit, record);
}

Status Gate::remove_part(sql::Writer& unit, const ErasureRecord& record,
                         const vault::CustomerKeys* keys) {
    for (const auto& datum : record.data) {
        TRY([[maybe_unused]] const auto rows, vault_.remove_datum(unit, record.customer, datum));
    }
    TRY_OK(unit.execute(statements::delete_empty_collections, {ByteView(record.customer.bytes())}));
    for (const auto& companion : companions_) {
        if (companion.remove_orphans) TRY_OK(companion.remove_orphans(unit, record.customer));
    }
    if (keys == nullptr) return note_erasure(unit, record);
    const auto row = vault_.get_customer(unit, *keys);
    // A restored store may be older than the customer.
    if (!row && row.error().code() == Code::not_found) return note_erasure(unit, record);
    if (!row) return row.error();
    TRY_OK(vault_.advance(unit, *keys, *row));
    const auto fields = split(record.fields, ' ');
    if (std::find(fields.begin(), fields.end(), "email") != fields.end()) {
        TRY_OK(index_what_is_left(unit, *keys));
    }
    const auto sealed = seal_opening(*keys, record.entry, ledger::Kind::erased, record.at,
                                     {record.salt, record.details});
    TRY_OK(unit.execute(statements::insert_act,
                        {ByteView(record.customer.bytes()), ByteView(record.entry.bytes()),
                         ledger::name_of(ledger::Kind::erased), record.at.ms, ByteView(sealed)}));
    return note_erasure(unit, record);
}

// The customer is found by the newest address that is left, if nobody else has it.
Status Gate::index_what_is_left(sql::Writer& unit, const vault::CustomerKeys& keys) {
    TRY_OK(vault_.remove_address(unit, keys.customer));
    TRY(const auto data, vault_.read_data(unit, keys.customer));
    for (auto datum = data.rbegin(); datum != data.rend(); ++datum) {
        if (datum->field != "email") continue;
        TRY(const auto address, vault_.open(keys, *datum));
        const auto blind = vault_.blind(address.reveal(Door::token()));
        TRY(const auto holder, vault_.find_by_address(unit, blind));
        if (!holder) return vault_.index_address(unit, keys.customer, blind);
    }
    return {};
}

Result<std::optional<Erased>> Gate::find_erased(sql::Reader& reader, const CustomerId& customer) {
    std::optional<Erased> found;
    const auto visit = [&](const sql::Row& row) -> Status {
        const auto entry = EntryId::from_bytes(row.blob(0));
        if (!entry || row.blob(2).size() != 32)
            return Error(Code::corrupt, "an erasure is damaged");
        ErasureRecord record{*entry,
                             customer,
                             {row.integer(1)},
                             true,
                             {},
                             "",
                             {},
                             std::string(row.text(3)),
                             std::string(row.text(4))};
        std::copy_n(row.blob(2).begin(), 32, record.salt.begin());
        TRY(found, told_by(record));
        return {};
    };
    TRY_OK(reader.query(statements::find_whole_erasure, {ByteView(customer.bytes())}, visit));
    return found;
}

Result<std::uint64_t> Gate::resume_erasures() {
    const std::lock_guard lock(erasing_);
    TRY(const auto records, journal_.read());
    std::set<CustomerId> gone;
    for (const auto& record : records) {
        if (record.whole) gone.insert(record.customer);
    }
    std::uint64_t resumed = 0;
    for (const auto& record : records) {
        if (!record.whole && gone.contains(record.customer)) continue;
        // Also where the store knows: a restored keyring may be older than the store.
        const bool key_is_back = record.whole && vault_.keyring().holds(record.customer);
        TRY(const bool known, knows_erasure(record));
        if (key_is_back && known) TRY_OK(vault_.keyring().forget(record.customer));
        if (known) continue;
        TRY_OK(carry_out(record));
        ++resumed;
    }
    traces_left_ = true;  // a crash may have come before the log was emptied
    if (resumed > 0) log::info("erasures_resumed", {{"count", resumed}});
    return resumed;
}

Result<bool> Gate::knows_erasure(const ErasureRecord& record) {
    bool known = false;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_erasure,
                            {ByteView(record.customer.bytes()), ByteView(record.entry.bytes())},
                            [&](const sql::Row&) -> Status {
                                known = true;
                                return {};
                            });
    }));
    return known;
}

Status Gate::scrub() {
    if (!traces_left_.exchange(false) || fault_skips("erase.scrub")) return {};
    auto scrubbed = store_.scrub();
    if (!scrubbed) traces_left_ = true;
    return scrubbed;
}

}  // namespace avow::gate
