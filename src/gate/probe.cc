// SPDX-License-Identifier: Apache-2.0
// What the evidence asks of the gate: what was disclosed, and by whose approval.
#include <set>

#include <boost/json.hpp>

#include "base/json.hh"
#include "gate/prepared.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

// Two different people, as the details name them.
bool approved_by_two(std::string_view details) {
    const auto told = json::parse(details);
    if (!told || !told->is_object()) return false;
    const auto* approvals = told->as_object().if_contains("approved_by");
    if (approvals == nullptr || !approvals->is_array()) return false;
    std::set<std::string> people;
    for (const auto& person : approvals->get_array()) {
        if (person.is_string()) people.emplace(person.get_string());
    }
    return people.size() >= 2;
}

}  // namespace

Result<Gate::Disclosures> Gate::disclosures() {
    Disclosures found;
    const auto visit = [&](const sql::Row& row) -> Status {
        ++found.made;
        const auto customer = CustomerId::from_bytes(row.blob(4));
        if (!customer) return Error(Code::corrupt, "a disclosure has a damaged id");
        const auto keys = vault_.keyring().get(*customer);
        // Of an erased customer only the ledger's entry still tells.
        if (!keys && keys.error().code() == Code::not_found) return {};
        TRY_OK(keys ? Status() : Status(keys.error()));
        const auto act = open_act(**keys, row);
        if (!act || !approved_by_two(act->opening.details)) ++found.unapproved;
        return {};
    };
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::read_disclosures, {}, visit);
    }));
    return found;
}

}  // namespace avow::gate
