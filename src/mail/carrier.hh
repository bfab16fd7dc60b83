// SPDX-License-Identifier: Apache-2.0
// Who takes a message away: a mail server (smtp.hh) or, where there is none, a folder (folder.hh).
// Used by one thread at a time, but for stop().
#pragma once

#include <string>
#include <string_view>

#include "base/result.hh"

namespace avow::mail {

// What goes on the outside. Addresses were checked by check_address().
struct Envelope {
    std::string from;
    std::string to;
    std::string_view message;  // as compose() made it
    std::string_view message_id;
};

struct Delivery {
    enum class Outcome {
        delivered,  // the other side has taken it on
        refused,    // for good: sending it again changes nothing
        later,      // try again; it may have arrived when `uncertain`
    };
    Outcome outcome = Outcome::later;
    bool uncertain = false;  // the connection ended between the last byte and the answer
    int code = 0;            // of SMTP; 0: no answer
    std::string status;      // RFC 3463, as 5.1.1; ours where the server gave none
    std::string_view why;    // words of ours: a server's may hold the address
};

class Carrier {
  public:
    virtual ~Carrier() = default;
    // Makes sure that a message can be handed over now, so that none is opened in vain.
    // `unavailable` says what is wrong, without a secret.
    virtual Status prepare() = 0;
    virtual Delivery send(const Envelope& envelope) = 0;
    // Nothing more is to be sent for now.
    virtual void rest() = 0;
    // From any thread: what waits for the network ends at once, and so does all that follows.
    virtual void stop() = 0;
};

}  // namespace avow::mail
