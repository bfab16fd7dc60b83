// SPDX-License-Identifier: Apache-2.0
// The customer's own reading: what we hold, what they permitted, who used it, and what opens each
// entry of the ledger that is theirs.
#include <boost/json.hpp>

#include "base/json.hh"
#include "gate/prepared.hh"
#include "gate/record.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

// Above every id: the newest act is before it.
EntryId after_all() {
    ByteArray<16> last;
    last.fill(0xff);
    return *EntryId::from_bytes(last);
}

}  // namespace

Status Gate::record_reading(const CustomerFile& file, const Actor& actor) {
    if (actor.kind == Actor::Kind::customer) return {};
    const auto policy = policies_.in_force();
    const auto now = clock_.now();
    const auto entry = EntryId::make(now, random_);
    auto details = record_head(entry, ledger::Kind::requested, now, actor, *policy);
    details["reason"] = "everything we hold was read";
    const auto act =
        prepare_act(*file.keys, entry, ledger::Kind::requested, now, json::canonical(details));
    TRY_OK(
        store_.write([&](sql::Writer& unit) { return write_act(unit, file.keys->customer, act); }));
    ledger_.notify();
    return {};
}

Result<Bytes> Gate::seal_own(const CustomerId& customer, const vault::Place& place,
                             const Personal<std::string>& content) {
    TRY(const auto keys, vault_.keyring().get(customer));
    return vault_.seal(*keys, place, as_bytes(content.reveal(Door::token())));
}

Result<Personal<std::string>> Gate::open_own(const CustomerId& customer, const vault::Place& place,
                                             ByteView sealed) {
    TRY(const auto keys, vault_.keyring().get(customer));
    return vault_.open(*keys, place, sealed);
}

Result<Gate::FilePtr> Gate::read_file(const CustomerId& customer) {
    FilePtr file;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(file, file_of(reader, customer));
        return {};
    }));
    return file;
}

Result<HeldCollection> Gate::open_held(const CustomerFile& file, std::size_t index) {
    const auto& collection = file.collections[index];
    const auto& retention = (*collection.policy)[collection.channel].retention;
    HeldCollection shown{collection.id,     collection.channel_name,
                         collection.policy, collection.purpose_names,
                         collection.at,     {}};
    for (const auto& datum : file.data) {
        if (datum.collection != collection.id) continue;
        TRY(auto value, vault_.open(*file.keys, datum));
        shown.fields.push_back(
            {datum.id, datum.field, std::move(value), retention.over_at(collection.at)});
    }
    return shown;
}

Result<Gate::FilePtr> Gate::read_and_note(const CustomerId& customer, const Actor& actor) {
    if (actor.kind == Actor::Kind::employee && !actor.acknowledged) {
        return Error(Code::denied,
                     "the guidelines of the policy in force must be acknowledged "
                     "first (staff_not_acknowledged)");
    }
    TRY(auto file, read_file(customer));
    TRY_OK(record_reading(*file, actor));
    return file;
}

Status Gate::note_reading(const CustomerId& customer, const Actor& actor) {
    TRY_OK(read_and_note(customer, actor));
    return {};
}

Result<std::vector<HeldCollection>> Gate::held(const CustomerId& customer, const Actor& actor) {
    TRY(const auto file, read_and_note(customer, actor));
    std::vector<HeldCollection> held;
    for (std::size_t i = 0; i < file->collections.size(); ++i) {
        TRY(auto shown, open_held(*file, i));
        held.push_back(std::move(shown));
    }
    return held;
}

Result<Gate::HeldPage> Gate::held_after(const CustomerId& customer,
                                        const std::optional<CollectionId>& after,
                                        std::size_t limit) {
    TRY(const auto file, read_file(customer));
    HeldPage page;
    for (std::size_t i = 0; i < file->collections.size(); ++i) {
        if (after && !(*after < file->collections[i].id)) continue;
        if (page.collections.size() == limit) {
            page.next = page.collections.back().id;
            break;
        }
        TRY(auto shown, open_held(*file, i));
        page.collections.push_back(std::move(shown));
    }
    return page;
}

Result<Gate::Extent> Gate::extent_of(const CustomerId& customer) {
    TRY(const auto file, read_file(customer));
    Extent extent{static_cast<std::int64_t>(file->collections.size()), 0};
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::count_acts, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                extent.acts = row.integer(0);
                                return {};
                            });
    }));
    return extent;
}

Result<std::vector<StandingPermission>> Gate::permissions(const CustomerId& customer) {
    TRY(const auto file, read_file(customer));
    std::vector<StandingPermission> standing;
    for (const auto& permission : file->permissions) {
        standing.push_back({permission.purpose, is_yes(permission.said), permission.said,
                            permission.since, permission.entry});
    }
    return standing;
}

Result<Time> Gate::created(const CustomerId& customer) {
    TRY(const auto keys, vault_.keyring().get(customer));
    Time created;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(const auto row, vault_.get_customer(reader, *keys));
        created = row.created;
        return {};
    }));
    return created;
}

Result<std::vector<Act>> Gate::acts(const CustomerId& customer,
                                    const std::optional<EntryId>& before, int limit) {
    TRY(const auto keys, vault_.keyring().get(customer));
    const auto end = before.value_or(after_all());
    std::vector<Act> acts;
    const auto visit = [&](const sql::Row& row) -> Status {
        TRY(auto act, open_act(*keys, row));
        acts.push_back(
            {act.entry, act.kind, act.at, Personal<std::string>(std::move(act.opening.details))});
        return {};
    };
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(
            statements::read_acts,
            {ByteView(customer.bytes()), ByteView(end.bytes()), std::int64_t{limit}}, visit);
    }));
    return acts;
}

Result<std::vector<Act>> Gate::acts(const CustomerId& customer, const ActsWanted& wanted) {
    TRY(const auto keys, vault_.keyring().get(customer));
    const auto end = wanted.before.value_or(after_all());
    std::string kinds = " ";
    for (const auto kind : wanted.kinds) kinds += std::string(ledger::name_of(kind)) + " ";
    std::vector<Act> acts;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        acts.clear();
        return reader.query(
            statements::read_acts_of_kinds,
            {ByteView(customer.bytes()), ByteView(end.bytes()), wanted.from.ms,
             std::string_view(kinds), std::int64_t{wanted.limit}},
            [&](const sql::Row& row) -> Status {
                TRY(auto act, open_act(*keys, row));
                acts.push_back({act.entry, act.kind, act.at,
                                Personal<std::string>(std::move(act.opening.details))});
                return {};
            });
    }));
    return acts;
}

Result<Personal<std::string>> Gate::opening(const CustomerId& customer, const EntryId& entry) {
    TRY(const auto keys, vault_.keyring().get(customer));
    std::optional<Personal<std::string>> found;
    const auto visit = [&](const sql::Row& row) -> Status {
        TRY(const auto act, open_act(*keys, row));
        const boost::json::object shown{
            {"entry", ledger::entry_bytes(act.kind, act.at, ledger::commitment(act.opening),
                                          ledger::blinded_id(keys->ledger, entry))},
            {"salt", base64url(act.opening.salt)},
            {"details", act.opening.details}};
        found.emplace(json::canonical(shown));
        return {};
    };
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_act,
                            {ByteView(customer.bytes()), ByteView(entry.bytes())}, visit);
    }));
    if (!found) return Error(Code::not_found, "this customer has no such entry");
    return std::move(*found);
}

}  // namespace avow::gate
