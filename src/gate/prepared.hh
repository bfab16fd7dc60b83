// SPDX-License-Identifier: Apache-2.0
// An act made ready outside the writer: sealed and encoded, so that the unit only inserts.
#pragma once

#include <string>
#include <vector>

#include "gate/answered.hh"
#include "gate/customer_file.hh"
#include "gate/gate.hh"

namespace avow::gate {

struct Gate::PreparedAct {
    EntryId id;
    ledger::Kind kind;
    Time at;
    Bytes sealed;       // salt and details, under the customer's key
    std::string entry;  // the ledger's bytes
    std::string commitment;
};

struct Gate::PreparedUse {
    FilePtr file;                    // null: an erased customer's
    std::optional<PreparedAct> act;  // nothing: given again, its entry was written the first time
    Used used;
    std::vector<const vault::Datum*> chosen;  // by field; null where refused. Points into file
    std::optional<PreparedAnswer> answer;     // to be kept, when the request has a key
};

// A stored act, opened.
struct Gate::OpenedAct {
    EntryId entry;
    ledger::Kind kind;
    Time at;
    ledger::Opening opening;
};

// Where an opening is sealed: bound to its entry, kind and time.
inline Bytes act_row(const EntryId& id, Time at) {
    Bytes row = to_bytes(id.bytes());
    append_be64(row, static_cast<std::uint64_t>(at.ms));
    return row;
}

}  // namespace avow::gate
