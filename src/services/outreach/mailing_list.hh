// SPDX-License-Identifier: Apache-2.0
// The door of the mailing list: who asks to join or leave is written to, and the link in the letter
// does it (double opt-in). Until then nothing is collected: what was asked waits sealed by the
// house, three days at most, and says nothing of whether the address is known here. So nobody signs
// up another, and nobody signs another off.
//
// ListJoining is a collection by the channel `list`: one topic is one purpose that rests on
// permission, and the permission carries as its evidence the page, the very words, their language
// and digest, the policy's version, the letter's Message-ID and both times. No address of a device
// is kept. Thread-safe. Source: the policy's sentence on the mailing list; decision 0140.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "gate/gate.hh"
#include "services/account/throttle.hh"
#include "services/letters/letters.hh"
#include "sql/connection.hh"

namespace avow::services {

inline constexpr std::string_view kListChannel = "list";
inline constexpr std::int64_t kAskingLifeMs = 3 * kDayMs;
inline constexpr std::int64_t kLettersADay = 3;    // LIMIT: of this door, to one address
inline constexpr std::size_t kConsentMax = 2'000;  // LIMIT: bytes of the words that were shown

struct ListJoining {
    Personal<std::string> email;
    std::optional<Personal<std::string>> name;
    std::vector<std::string> topics;  // purposes of the policy
    std::string language;             // of the words that were shown, and of the letter
    std::string policy_version;       // that they were shown under
    std::string page;                 // where: a path of ours
    std::string words;                // the very words of the yes
    std::string network;              // whom to slow down; forgotten at once
};

struct ListLeaving {
    Personal<std::string> email;
    std::string language;
    std::string network;
};

struct ListConfirmed {
    bool joined = false;              // else left
    std::vector<std::string> topics;  // purposes joined, or left; empty when it was done before
};

// What the list offers under a policy: the purposes of its channel that rest on permission. Empty:
// this policy has no list.
std::vector<policy::PurposeIndex> list_topics(const policy::Policy& policy);

class MailingList {
  public:
    static Result<std::unique_ptr<MailingList>> create(sql::Connection& store, gate::Gate& gate,
                                                       Letters& letters, const Clock& clock,
                                                       Random& random);

    // `invalid` names each wrong place, `conflict` a policy version that is not in force,
    // `not_found` when the policy has no list, `too_often` a network that asks too much. The same
    // answer whoever has the address, and when so many letters went to it that no other does.
    Status ask_to_join(const ListJoining& joining);
    Status ask_to_leave(const ListLeaving& leaving);

    // By the link's secret, or the whole link as people paste it. Done twice is done. `not_found`
    // when there is none or its time is over; `conflict` when the policy changed since.
    Result<ListConfirmed> confirm(std::string_view link);

  private:
    MailingList(sql::Connection& store, gate::Gate& gate, Letters& letters, const Clock& clock,
                Random& random);

    enum class Wish { join, leave };
    struct Key;
    Status ask(Wish wish, const Personal<std::string>& email, const std::string& language,
               std::string_view network, boost::json::object packed);
    Status forget_old();
    Result<ListConfirmed> join(const Key& key, const boost::json::object& asked);
    Result<ListConfirmed> leave(const Key& key, const boost::json::object& asked);
    Status write_confirmed(sql::Writer& unit, const Key& key, const CustomerId& customer) const;
    Status write_used(sql::Writer& unit, const Key& key) const;

    sql::Connection& store_;
    gate::Gate& gate_;
    Letters& letters_;
    const Clock& clock_;
    Random& random_;
    Throttle throttle_;
    std::atomic<std::int64_t> swept_ms_{0};
};

}  // namespace avow::services
