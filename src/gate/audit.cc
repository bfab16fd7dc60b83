// SPDX-License-Identifier: Apache-2.0
// The whole store against the ledger: every row's mark, every sealed value, and for every act the
// leaf that its opening gives. The acts are the authority: a row that an older act explains was put
// back, a collection that an act names and no row holds was removed.
#include <algorithm>
#include <map>

#include <boost/json.hpp>

#include "base/json.hh"
#include "gate/prepared.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

constexpr int kPage = 500;

Error about(const CustomerId& customer, const Error& error) {
    return Error(Code::corrupt, "customer " + customer.text() + ": " + error.words().value)
        .caused_by(error.cause().value);
}

// What the acts say must stand in the other tables.
struct Told {
    std::map<std::string, EntryId> permissions;       // by purpose: the newest act
    std::map<CollectionId, std::size_t> collections;  // how many fields each has
    std::map<CollectionId, std::size_t> removed;      // of those; a restored store may miss some
    std::map<std::string, EntryId> holds;             // by id: the act that placed it
};

// An erasure or the retention took values; a collection without any went, too.
Status hear_removed(Told& told, const boost::json::value& details) {
    const auto* removed = details.as_object().if_contains("removed");
    if (removed == nullptr || !removed->is_object()) {
        return Error(Code::corrupt, "an act is damaged");
    }
    for (const auto& [name, count] : removed->get_object()) {
        const auto id = CollectionId::parse(name);
        if (!id || !count.is_int64()) return Error(Code::corrupt, "an act is damaged");
        told.removed[*id] += static_cast<std::size_t>(count.get_int64());
    }
    return {};
}

Status hear_hold(Told& told, const EntryId& entry, ledger::Kind kind,
                 const boost::json::value& details) {
    const auto* hold = details.as_object().if_contains("hold");
    if (hold == nullptr || !hold->is_string()) return Error(Code::corrupt, "an act is damaged");
    const std::string id(hold->get_string());
    if (kind == ledger::Kind::held) {
        told.holds.emplace(id, entry);
    } else {
        told.holds.erase(id);
    }
    return {};
}

Status hear(Told& told, const EntryId& entry, ledger::Kind kind, std::string_view details) {
    TRY(const auto value, json::parse(details));
    if (kind == ledger::Kind::permitted || kind == ledger::Kind::withdrawn) {
        const auto* purpose = value.as_object().if_contains("purpose");
        if (purpose == nullptr || !purpose->is_string())
            return Error(Code::corrupt, "an act is damaged");
        told.permissions.insert_or_assign(std::string(purpose->get_string()), entry);
    } else if (kind == ledger::Kind::collected) {
        const auto* fields = value.as_object().if_contains("fields");
        if (fields == nullptr || !fields->is_array())
            return Error(Code::corrupt, "an act is damaged");
        told.collections.emplace(*CollectionId::from_bytes(entry.bytes()),
                                 fields->get_array().size());
    } else if (kind == ledger::Kind::erased) {
        return hear_removed(told, value);
    } else if (kind == ledger::Kind::held || kind == ledger::Kind::released) {
        return hear_hold(told, entry, kind, value);
    }
    return {};
}

void take_removed(Told& told) {
    for (const auto& [id, count] : told.removed) {
        const auto found = told.collections.find(id);
        if (found == told.collections.end()) continue;
        found->second -= std::min(found->second, count);
        if (found->second == 0) told.collections.erase(found);
    }
}

Status compare(const Told& told, const CustomerFile& file) {
    if (told.collections.size() != file.collections.size()) {
        return Error(Code::corrupt, "collections were added or removed from outside");
    }
    for (const auto& [id, fields] : told.collections) {
        const auto held = std::count_if(file.data.begin(), file.data.end(),
                                        [&](const auto& datum) { return datum.collection == id; });
        if (file.find_collection(id) == nullptr || static_cast<std::size_t>(held) != fields) {
            return Error(Code::corrupt, "collection " + id.text() + " is not what its entry says");
        }
    }
    const bool holds_stand =
        told.holds.size() == file.holds.size() &&
        std::all_of(file.holds.begin(), file.holds.end(),
                    [&](const FiledHold& hold) { return told.holds.contains(hold.id.text()); });
    if (!holds_stand) return Error(Code::corrupt, "holds were added or removed from outside");
    if (told.permissions.size() != file.permissions.size()) {
        return Error(Code::corrupt, "permissions were added or removed from outside");
    }
    for (const auto& permission : file.permissions) {
        const auto newest = told.permissions.find(permission.purpose);
        if (newest == told.permissions.end() || newest->second != permission.entry) {
            return Error(Code::corrupt, "the permission for " + permission.purpose +
                                            " is not what its newest entry says");
        }
    }
    return {};
}

}  // namespace

Status Gate::audit_act(const CustomerFile& file, const EntryId& entry, ledger::Kind kind, Time at,
                       const ledger::Opening& opening, const LeafAt& leaf_at, Audit& audit) {
    const auto bytes = ledger::entry_bytes(kind, at, ledger::commitment(opening),
                                           ledger::blinded_id(file.keys->ledger, entry));
    ++audit.acts;
    const auto index = ledger_.index_of(entry);
    if (!index && index.error().code() == Code::unavailable) {
        ++audit.pending;
        return {};
    }
    if (!index) return Error(Code::corrupt, "entry " + entry.text() + " is not in the ledger");
    const auto leaf = leaf_at(*index);
    if (leaf && *leaf == ledger::leaf_hash(as_bytes(bytes))) return {};
    return Error(Code::corrupt, "entry " + entry.text() + " differs from the ledger's leaf " +
                                    std::to_string(*index));
}

Status Gate::audit_customer(sql::Reader& reader, const CustomerId& customer, const LeafAt& leaf_at,
                            Audit& audit) {
    TRY(const auto file, file_of(reader, customer));
    Told told;
    const auto visit = [&](const sql::Row& row) -> Status {
        TRY(const auto act, open_act(*file->keys, row));
        TRY_OK(hear(told, act.entry, act.kind, act.opening.details));
        return audit_act(*file, act.entry, act.kind, act.at, act.opening, leaf_at, audit);
    };
    TRY_OK(reader.query(statements::read_all_acts, {ByteView(customer.bytes())}, visit));
    take_removed(told);
    TRY_OK(compare(told, *file));
    for (const auto& datum : file->data) {
        if (file->find_collection(datum.collection) == nullptr) {
            return Error(Code::corrupt, "datum " + datum.id.text() + " belongs to no collection");
        }
        if (const auto opened = vault_.open(*file->keys, datum); !opened) {
            return Error(Code::corrupt, "datum " + datum.id.text() + " was changed from outside");
        }
        ++audit.values;
    }
    for (const auto& hold : file->holds) {
        TRY([[maybe_unused]] const auto opened, open_hold(*file->keys, hold));
    }
    ++audit.customers;
    return {};
}

// An erased customer: the entry stands in the ledger, its proof opens it, and nothing else is left.
Status Gate::audit_erasure(sql::Reader& reader, const sql::Row& row, const LeafAt& leaf_at) {
    const auto customer = CustomerId::from_bytes(row.blob(0));
    const auto entry = EntryId::from_bytes(row.blob(1));
    if (!customer || !entry || row.blob(2).size() != 32) {
        return Error(Code::corrupt, "an erasure has a damaged id");
    }
    ledger::Opening opening{{}, std::string(row.text(3))};
    std::copy_n(row.blob(2).begin(), 32, opening.salt.begin());
    TRY(const auto line, json::parse(row.text(4)));
    const auto* commitment = line.as_object().if_contains("c");
    if (commitment == nullptr || !commitment->is_string() ||
        std::string_view(commitment->get_string()) != ledger::commitment(opening)) {
        return Error(Code::corrupt, "the proof of an erasure does not open its entry");
    }
    const auto index = ledger_.index_of(*entry);
    if (!index && index.error().code() != Code::unavailable) {
        return Error(Code::corrupt, "the erasure " + entry->text() + " is not in the ledger");
    }
    if (index) {
        const auto leaf = leaf_at(*index);
        if (!leaf || *leaf != ledger::leaf_hash(as_bytes(row.text(4)))) {
            return Error(Code::corrupt,
                         "the erasure " + entry->text() + " differs from the ledger");
        }
    }
    std::int64_t left = 0;
    TRY_OK(reader.query(statements::count_rows_of_customer, {ByteView(customer->bytes())},
                        [&](const sql::Row& counted) -> Status {
                            left = counted.integer(0);
                            return {};
                        }));
    if (left == 0 && !vault_.keyring().holds(*customer)) return {};
    return about(*customer, Error(Code::corrupt, "was erased and something of it is back"));
}

Status Gate::audit_house_acts(const LeafAt& leaf_at) {
    const auto visit = [&](const sql::Row& row) -> Status {
        const auto entry = EntryId::from_bytes(row.blob(0));
        const auto kind = ledger::kind_from(row.text(1));
        if (!entry || !kind || row.blob(3).size() != 32) {
            return Error(Code::corrupt, "an act of the house is damaged");
        }
        ledger::Opening opening{{}, std::string(row.text(4))};
        std::copy_n(row.blob(3).begin(), 32, opening.salt.begin());
        const auto bytes =
            ledger::entry_bytes(*kind, {row.integer(2)}, ledger::commitment(opening), std::nullopt);
        const auto index = ledger_.index_of(*entry);
        if (!index && index.error().code() == Code::unavailable) return {};
        const auto leaf = index ? leaf_at(*index) : std::nullopt;
        if (leaf && *leaf == ledger::leaf_hash(as_bytes(bytes))) return {};
        return Error(Code::corrupt, "the act " + entry->text() +
                                        " of the house differs from the "
                                        "ledger");
    };
    return store_.read(
        [&](sql::Reader& reader) { return reader.query(statements::read_house_acts, {}, visit); });
}

Status Gate::audit_erasures(const LeafAt& leaf_at, Audit& audit) {
    Bytes after;
    while (true) {
        Bytes last;
        TRY_OK(store_.read([&](sql::Reader& reader) {
            return reader.query(statements::list_whole_erasures,
                                {ByteView(after), std::int64_t{kPage}},
                                [&](const sql::Row& row) -> Status {
                                    TRY_OK(audit_erasure(reader, row, leaf_at));
                                    last = to_bytes(row.blob(0));
                                    ++audit.erased;
                                    return {};
                                });
        }));
        if (last.empty()) return {};
        after = std::move(last);
    }
}

Result<Gate::Audit> Gate::audit(const LeafAt& leaf_at,
                                const std::function<void(std::uint64_t)>& progress) {
    Audit audit;
    for (const auto& publication : policies_.publications()) {
        const auto bytes =
            ledger::entry_bytes(ledger::Kind::policy_published, publication.published,
                                ledger::commitment(publication.opening), std::nullopt);
        TRY(const auto index, ledger_.index_of(publication.entry));
        const auto leaf = leaf_at(index);
        if (!leaf || *leaf != ledger::leaf_hash(as_bytes(bytes))) {
            return Error(Code::corrupt, "the publication of policy version " +
                                            publication.policy->version +
                                            " differs from the ledger");
        }
    }
    TRY_OK(audit_house_acts(leaf_at));
    TRY_OK(audit_erasures(leaf_at, audit));
    Bytes after;
    while (true) {
        std::vector<CustomerId> page;
        TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
            TRY(page, vault_.list_customers(reader, after, kPage));
            for (const auto& customer : page) {
                if (auto checked = audit_customer(reader, customer, leaf_at, audit); !checked) {
                    return about(customer, checked.error());
                }
            }
            return {};
        }));
        if (page.empty()) return audit;
        after = to_bytes(page.back().bytes());
        progress(audit.customers);
    }
}

}  // namespace avow::gate
