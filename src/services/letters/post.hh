// SPDX-License-Identifier: Apache-2.0
// Sends the letters that are due, one after the other, in the order in which they became due. A
// letter passes these states:
//   waiting   written, or to be tried again at its time
//   sent      a carrier has taken it on
//   refused   the other side says never; the status says why
//   returned  a report came that it did not arrive; the status says why
//   withheld  the policy did not let it be sent
//   given_up  two days passed, or its link has ended
// A letter is claimed, and its entry in the ledger written, in one transaction before it is opened;
// nothing is opened while no carrier can be had. A crash at any point leaves it waiting: it goes
// again under the same Message-ID. step() is called by one thread.
#pragma once

#include <atomic>
#include <vector>

#include "mail/carrier.hh"
#include "services/letters/content.hh"
#include "services/letters/letters.hh"
#include "services/letters/wording.hh"

namespace avow::services {

// LIMIT: longer than a carrier may take. Another node waits so long for one that vanished; one that
// comes back goes on at once.
inline constexpr std::int64_t kClaimMs = 90 * kMinuteMs;
inline constexpr std::int64_t kLettersKeptMs = 30 * kDayMs;
inline constexpr std::int64_t kFirstRetryMs = 30 * kSecondMs;
inline constexpr std::int64_t kLastRetryMs = 2 * kHourMs;

class Post {
  public:
    struct Options {
        std::string from;     // our address
        std::string address;  // of the portal, as "https://host": links begin with it
    };
    Post(Letters& letters, mail::Carrier& carrier, Say say, Options options)
        : letters_(letters),
          carrier_(carrier),
          say_(std::move(say)),
          options_(std::move(options)) {}

    enum class Step {
        idle,         // nothing is due
        worked,       // there may be more
        unreachable,  // no carrier can be had now
    };
    Result<Step> step();
    // From any thread: no other letter is begun.
    void end() { ending_ = true; }
    // And the one under way is broken off: it waits, and may come twice.
    void break_off();

    // One letter that is no customer's, past the outbox: tells the operator whether mail goes out.
    Result<mail::Delivery> send_test(const std::string& to, const std::string& language);

  private:
    struct Due;
    Result<std::vector<Due>> read_due();
    Status send(const Due& due);
    Status hand_over(const Due& due, const gate::OpenedLetter& opened);
    Status claim(sql::Writer& unit, const Due& due, policy::Answer answer, Time until);
    Status settle(const Due& due, std::int64_t claim, std::string_view state,
                  std::string_view status);
    Status set_aside(const Due& due, const Due& claimed, std::string_view state,
                     std::string_view status);
    Status postpone(const Due& due, std::int64_t claim, const mail::Delivery& delivery);
    Status record(const Due& due, std::int64_t claim, const mail::Delivery& delivery);
    Status forget_old();

    Letters& letters_;
    mail::Carrier& carrier_;
    const Say say_;
    const Options options_;
    std::atomic<bool> ending_{false};
    std::atomic<bool> broken_off_{false};
    bool reachable_ = true;  // as it was last: a change is logged
    Time swept_;
};

// How long until the next try, the `attempts`-th having failed: doubling, and up to a quarter more
// by chance, so that what failed together does not come back together.
std::int64_t retry_after(std::int64_t attempts, Random& random);

}  // namespace avow::services
