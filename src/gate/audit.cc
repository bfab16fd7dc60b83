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
};

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
    }
    return {};
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
    ++audit.customers;
    return {};
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
