// SPDX-License-Identifier: Apache-2.0
// Sessions of the portal: a reference token of 128 bits, stored hashed (ASVS 7.2). A session is
// known by when it began and when it was last seen: what browser it is in or where it stands is not
// kept at all (decision 0060). Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.hh"
#include "base/random.hh"
#include "base/result.hh"
#include "crypto/hash.hh"
#include "services/bearer.hh"
#include "sql/connection.hh"

namespace avow::services {

inline constexpr std::int64_t kSessionIdleMs = 30 * kMinuteMs;
inline constexpr std::int64_t kSessionLifeMs = 12 * kHourMs;
inline constexpr std::int64_t kProvedMs = 10 * kMinuteMs;  // so long needs no step-up

struct Session {
    CustomerId customer;
    Time created;
    Time seen;
    Time proved;  // when the password was last given
};

// As its owner sees it. The id names a session to end it, and cannot be used as one.
struct ListedSession {
    std::string id;
    Time created;
    Time seen;
    bool current = false;
};

class Sessions {
  public:
    static Result<std::unique_ptr<Sessions>> create(sql::Connection& store, const Clock& clock,
                                                    Random& random);

    // Within the caller's transaction. The bearer is made outside, for the unit may be run again;
    // its text is known to nobody but its holder.
    Bearer make() const { return make_bearer("", random_); }
    Status write_begin(sql::Writer& unit, const CustomerId& customer, const Bearer& bearer) const;

    // Nothing when there is no such session or its time is over.
    Result<std::optional<Session>> find(std::string_view session);
    // The newest sight first.
    Result<std::vector<ListedSession>> list(const CustomerId& customer, std::string_view current);

    // The same person, proved once more: a new token takes the place of the old one (ASVS 7.2.4).
    Result<std::string> renew(const CustomerId& customer, std::string_view session);
    Status end(std::string_view session);
    // `not_found` when this customer has no such session.
    Status end_by_id(const CustomerId& customer, std::string_view id);
    // All but the one with `kept`; says how many.
    Result<std::int64_t> end_others(const CustomerId& customer, std::string_view kept);
    // Within the caller's transaction; forget() follows once it is durable.
    Result<std::int64_t> write_end_others(sql::Writer& unit, const CustomerId& customer,
                                          const crypto::Hash& kept) const;
    void forget(const CustomerId& customer);

  private:
    Sessions(sql::Connection& store, const Clock& clock, Random& random)
        : store_(store), clock_(clock), random_(random) {}
    Result<std::optional<Session>> load(const crypto::Hash& hash);
    Status end_by_hash(const crypto::Hash& hash);
    bool is_over(const Session& session) const;

    sql::Connection& store_;
    const Clock& clock_;
    Random& random_;
    static constexpr std::size_t kKept = 16'384;     // LIMIT
    std::mutex mutex_;                               // guards kept_ and ended_
    std::uint64_t ended_ = 0;                        // counts endings
    std::unordered_map<std::string, Session> kept_;  // by hash: asked for at each call
};

}  // namespace avow::services
