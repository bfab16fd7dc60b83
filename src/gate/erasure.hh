// SPDX-License-Identifier: Apache-2.0
// What an erasure is asked for, what it would take, and what it took: plain values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/id.hh"
#include "base/personal.hh"
#include "base/time.hh"
#include "gate/acts.hh"
#include "ledger/entry.hh"
#include "sql/connection.hh"

namespace avow::gate {

// LIMIT: no keyring's backup lives longer, so that "erased in all backups by" is a date.
inline constexpr std::int64_t kKeyringBackupsMs = 30 * kDayMs;

struct Scope {
    enum class Kind { customer, channel, collection, datum, field };
    Kind kind = Kind::customer;
    std::string name;  // of the channel or field, the collection's or datum's id
};
std::string_view name_of(Scope::Kind kind);

// Values of one channel, or other things that are counted only.
struct PlanLine {
    std::string what;  // values permissions acts holds address key ledger_entries, or a companion's
    std::string channel;
    std::vector<std::string> fields;
    std::uint64_t count = 0;
    std::string ground = {};                           // of what stays
    std::optional<Personal<std::string>> reason = {};  // of a hold
    std::optional<Time> until = {};
};
// Without the reason: that is personal, and in no proof.
boost::json::object line_json(const PlanLine& line);

struct ErasurePlan {
    CustomerId customer;
    Scope scope;
    bool whole = false;  // the customer's key goes, too
    std::vector<PlanLine> goes;
    std::vector<PlanLine> stays;
    Time complete_by;  // then no backup can bring it back
};

// The proof: with the opening anybody can check the ledger's entry.
struct Erased {
    CustomerId customer;
    EntryId entry;
    Time at;
    bool whole = false;
    std::string line;  // the ledger's bytes
    ledger::Opening opening;
    Time complete_by;
};

struct Hold {
    enum class Kind { legal_hold, restriction };
    HoldId id;
    Kind kind = Kind::legal_hold;
    std::optional<CollectionId> collection;  // nothing: all of the customer's data
    Time since;
    Personal<std::string> reason;
};
std::string_view name_of(Hold::Kind kind);
std::optional<Hold::Kind> hold_kind_from(std::string_view name);

// What another room keeps by customer. It goes in the erasure's own transaction, and the gate need
// not know what it is.
struct Companion {
    std::string what;  // as the preview names it: "account"
    std::function<Result<std::int64_t>(sql::Reader&, const CustomerId&)> count;
    std::function<Status(sql::Writer&, const CustomerId&)> remove;
    std::function<void(const CustomerId&)> forget;  // what memory holds, once the rows are gone
    // Where a part of the customer's data went: removes the rows that rested on it.
    std::function<Status(sql::Writer&, const CustomerId&)> remove_orphans = {};
    bool outlives_account = false;  // stays when no more than the account is closed
};

}  // namespace avow::gate
