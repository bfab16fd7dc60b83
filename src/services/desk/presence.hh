// SPDX-License-Identifier: Apache-2.0
// Who has a request open now, and who is writing, so that two do not answer at once. In this node's
// memory alone, by the ids of employees and tokens; nothing of a customer, and gone when they leave
// or say nothing for kStayMs. A courtesy: on another node somebody may be unseen, and what keeps
// two answers apart is the request's revision. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/id.hh"
#include "base/time.hh"

namespace avow::services {

struct Present {
    std::string who;
    bool writing = false;
};

class Presence {
  public:
    static constexpr std::int64_t kStayMs = 20 * kSecondMs;
    static constexpr std::size_t kSeenMax = 10'000;  // LIMIT: who comes beyond is not noted

    explicit Presence(const Clock& clock) : clock_(clock) {}

    // Who else is there, in the order of their ids.
    std::vector<Present> come(const RequestId& request, const std::string& who, bool writing);
    void leave(const RequestId& request, const std::string& who);

  private:
    struct Seen {
        bool writing = false;
        Time at;
    };
    static bool is_gone(const Seen& seen, Time now) { return now - seen.at > kStayMs; }
    void forget_gone(Time now);

    const Clock& clock_;
    std::mutex mutex_;  // guards swept_ and seen_
    Time swept_;
    std::map<std::pair<RequestId, std::string>, Seen> seen_;
};

}  // namespace avow::services
