// SPDX-License-Identifier: Apache-2.0
// Is each promise kept? A probe for every rule measures the running system and can say no: it asks
// the decision the forbidden question, looks at stored bytes, calls our own pages. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/phrase.hh"
#include "base/time.hh"
#include "crypto/password.hh"
#include "gate/gate.hh"
#include "sql/connection.hh"

namespace avow::services {

class Accounts;

enum class Keeping { kept, at_risk, broken, attested };
std::string_view name_of(Keeping keeping);

// The figure is a number or a date; the words say what it counts, in the reader's language once
// that is known (web/words/<language>/site.json).
struct Evidence {
    std::string rule;
    Keeping keeping = Keeping::broken;
    Phrase words;
    std::string figure;
    Time since;  // of this status
};

// What only the wiring can measure: the certificate, and our own pages (not /privacy: it asks us).
struct Outside {
    std::function<Time()> certificate_expires;
    struct Page {
        int status = 0;
        bool sets_cookie = false;
    };
    std::function<Page(std::string_view path)> visit;  // as a visitor without a cookie
    // What the study of traffic was just found to keep and to show: this room has no arrow to it.
    struct Traffic {
        std::int64_t columns = 0;            // kinds of things kept of a page view
        std::int64_t published_columns = 0;  // … that are on the published list
        bool leaves_nobody = false;
        std::int64_t cookie_values = 0;
        std::int64_t rows = 0;  // of reports, and those of k people or more
        std::int64_t large_rows = 0;
    };
    std::function<std::optional<Traffic>()> traffic;  // nothing when it cannot be measured
};

class EvidenceBook {
  public:
    EvidenceBook(sql::Connection& store, gate::Gate& gate, const Accounts& accounts,
                 const Clock& clock, Outside outside)
        : store_(store),
          gate_(gate),
          accounts_(accounts),
          clock_(clock),
          outside_(std::move(outside)) {}

    // One for every rule and safeguard that exists. Measured at most every ten seconds.
    std::vector<Evidence> measure();

  private:
    Evidence measure_rule(std::string_view rule, const policy::Policy& policy);
    Evidence storage_encrypted();
    Evidence collection_declared();
    Evidence access_portal();
    Evidence page_without_cookie(std::string_view path);
    Evidence transport();
    Evidence disclosure_approved();
    Evidence versions_readable();
    Evidence passwords();
    Evidence address_named(const policy::Policy& policy);
    Evidence traffic(std::string_view rule);

    sql::Connection& store_;
    gate::Gate& gate_;
    const Accounts& accounts_;
    const Clock& clock_;
    Outside outside_;
    crypto::PasswordHasher hasher_;
    std::mutex mutex_;  // guards measured_ and at_
    std::vector<Evidence> measured_;
    Time at_{};
};

}  // namespace avow::services
