// SPDX-License-Identifier: Apache-2.0
// The published versions of the policy, compiled. Requests hold the version they began with, so a
// publication never changes a decision half way. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/id.hh"
#include "base/random.hh"
#include "base/result.hh"
#include "ledger/entry.hh"
#include "ledger/ledger.hh"
#include "policy/compile.hh"
#include "policy/policy.hh"
#include "sql/connection.hh"

namespace avow::gate {

struct Publication {
    policy::PolicyPtr policy;
    Time published;
    EntryId entry;
    ledger::Opening opening;
    std::string digest;  // hex SHA-256 of the files as published
};

class PolicyBook {
  public:
    // Compiles every stored version. `corrupt` when one no longer compiles.
    static Result<std::unique_ptr<PolicyBook>> create(sql::Connection& store,
                                                      ledger::Ledger& ledger, const Clock& clock,
                                                      Random& random);

    // Durable, with its ledger entry. `invalid` with every finding when it does not compile,
    // `conflict` when this version was published with other words. The same words again do nothing.
    Result<policy::PolicyPtr> publish(const std::vector<policy::SourceFile>& files);

    policy::PolicyPtr in_force() const;  // null before the first publication
    policy::PolicyPtr find(std::string_view version) const;
    std::vector<Publication> publications() const;  // oldest first
    // Reads every version anew from the store and holds it against its entry in the ledger: those
    // that are not there, or not as they were published.
    Result<std::vector<std::string>> find_changed() const;

  private:
    PolicyBook(sql::Connection& store, ledger::Ledger& ledger, const Clock& clock, Random& random)
        : store_(store), ledger_(ledger), clock_(clock), random_(random) {}
    Status load();
    Status store(const Publication& publication, const std::string& files);
    Result<bool> is_as_published(const Publication& known, std::string_view files,
                                 const ledger::Opening& opening) const;

    sql::Connection& store_;
    ledger::Ledger& ledger_;
    const Clock& clock_;
    Random& random_;
    mutable std::mutex mutex_;  // guards publications_
    std::vector<Publication> publications_;
};

}  // namespace avow::gate
