// SPDX-License-Identifier: Apache-2.0
// Calls that ring now, as a telephone system tells them, and who at the desk may see each one's
// number. In this node's memory alone, at most kMost of them, and gone kStayMs after they rang
// last: nothing is collected of whoever calls until somebody writes the call down. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/id.hh"
#include "base/personal.hh"
#include "base/random.hh"
#include "base/result.hh"
#include "base/time.hh"

namespace avow::services {

struct RingTag {
    static constexpr std::string_view prefix = "rng";
};
using RingId = Id<RingTag>;

enum class RingState : std::uint8_t { ringing, taken, ended };

// What a telephone system says of one call.
struct RingNews {
    std::optional<Personal<std::string>> number;  // of whoever calls
    std::string call;                             // the system's own id; empty: it has none
    std::optional<EmployeeId> to;                 // whom it rings for
    std::string extension;                        // or where; empty: everywhere
    RingState state = RingState::ringing;
};

struct Ring {
    RingId id;
    Personal<std::string> number;
    Time since;
    bool own = false;  // it rings for who asked alone
};

class Ringing {
  public:
    static constexpr std::int64_t kStayMs = 2 * kMinuteMs;
    static constexpr std::int64_t kExtensionMs = 12 * kHourMs;  // somebody's since they said so
    static constexpr std::size_t kMost = 100;                   // LIMIT: calls, then `too_often`
    static constexpr std::size_t kExtensionsMost = 1'000;       // LIMIT: beyond it none is noted
    static constexpr std::size_t kNumberMax = 31;               // LIMIT: bytes
    static constexpr std::size_t kCallMax = 200;                // LIMIT: bytes
    static constexpr std::size_t kExtensionMax = 40;            // LIMIT: bytes

    Ringing(PurposeToken token, const Clock& clock, Random& random)
        : token_(token), clock_(clock), random_(random) {}

    // `invalid` by pointer: /number, /call, /to. A call that rings once more is the same one. One
    // that was taken stays with whom it names, until it ends; one that names nobody goes. News of
    // one that is not here is no error.
    Status tell(RingNews news);
    // What this employee may see, in the order of ringing, and that they sit at this extension
    // (empty: at none). One that rings for an extension where nobody sits is for everybody.
    // `invalid` at /extension.
    Result<std::vector<Ring>> listen(const EmployeeId& who, const std::string& extension);
    // Nobody else sees it any more. `not_found` when who takes it does not either.
    Status take(const RingId& id, const EmployeeId& who);

  private:
    struct Call {
        RingId id;
        Personal<std::string> number;
        std::string call;
        std::optional<EmployeeId> to;
        std::string extension;
        Time since;
        Time at;                // it rang last
        bool answered = false;  // by whom it names
        bool taken = false;  // in the console: kept, so that one more ring does not bring it back
    };
    struct Seat {
        EmployeeId who;
        Time at;
    };
    void forget_gone(Time now);
    bool may_see(const Call& call, const EmployeeId& who) const;
    bool is_for(const Call& call, const EmployeeId& who) const;
    std::vector<Call>::iterator find(const RingNews& news);

    const PurposeToken token_;
    const Clock& clock_;
    Random& random_;
    std::mutex mutex_;                   // guards calls_ and seats_
    std::vector<Call> calls_;            // in the order of ringing
    std::map<std::string, Seat> seats_;  // by extension
};

}  // namespace avow::services
