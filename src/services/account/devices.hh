// SPDX-License-Identifier: Apache-2.0
// Browsers that an account was signed in to from: the throttle lets nobody else's tries slow them.
// A browser is known by a random cookie that it sends to sign-in and nowhere else, so that nothing
// follows a visitor about; kept hashed, at most kPerCustomer, for kLifeMs since the last sign-in.
// Thread-safe.
#pragma once

#include <string_view>

#include "base/id.hh"
#include "base/random.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "services/bearer.hh"
#include "sql/connection.hh"

namespace avow::services {

class Devices {
  public:
    static constexpr std::int64_t kLifeMs = 180 * kDayMs;
    static constexpr std::int64_t kPerCustomer = 16;  // LIMIT

    Devices(sql::Connection& store, const Clock& clock, Random& random)
        : store_(store), clock_(clock), random_(random) {}

    Result<bool> knows(const CustomerId& customer, const crypto::Hash& device) const;
    Bearer make() const { return make_bearer("", random_); }

    // Within the caller's transaction.
    Status write_new(sql::Writer& unit, const CustomerId& customer, const Bearer& device) const;
    Status write_seen(sql::Writer& unit, const CustomerId& customer,
                      const crypto::Hash& device) const;
    static Status write_forget_all(sql::Writer& unit, const CustomerId& customer);

  private:
    sql::Connection& store_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace avow::services
