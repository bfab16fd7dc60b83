// SPDX-License-Identifier: Apache-2.0
// Links that are mailed to a customer: whoever opens one reads the mail of that address. The secret
// stands in the fragment, which no server and no log sees; it is kept hashed, works once, and the
// newest of a kind is the only one that works (ASVS 5.0 6.5.1, 6.6.2). Opening the page changes
// nothing, so that a mail scanner uses nothing up. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/bearer.hh"
#include "services/letters/letters.hh"
#include "sql/connection.hh"

namespace avow::services {

enum class LinkKind {
    verify,  // the address is the customer's own
    reset,   // a new password
    change,  // another address, mailed there
    undo,    // the former address once more, mailed there; the only kind of which several work
};

class Links {
  public:
    static constexpr std::int64_t kVerifyLifeMs = kDayMs;
    static constexpr std::int64_t kResetLifeMs = 10 * kMinuteMs;  // ASVS 5.0 6.5.5
    static constexpr std::int64_t kUndoLifeMs = 7 * kDayMs;
    static constexpr std::int64_t kApartMs = kMinuteMs;  // LIMIT: letters of one kind

    // Removes those that have ended.
    static Result<std::unique_ptr<Links>> create(sql::Connection& store, gate::Gate& gate,
                                                 Letters& letters, const Clock& clock,
                                                 Random& random);

    Bearer make() const { return make_bearer("", random_); }
    struct Sent {
        LinkKind kind;
        std::string language;
        // Nothing: to the customer's stored address.
        std::optional<Personal<std::string>> to = {};
        // The letter says that the address is known here, and leads to the sign-in: nobody is told
        // the secret.
        bool known = false;
    };
    // Within the caller's transaction: the link and the letter that carries it. letters.notify()
    // follows once it is durable.
    Status write(sql::Writer& unit, const CustomerId& customer, const Sent& sent,
                 const Bearer& secret);
    // Whether one of this kind went out so lately that another would be too much.
    Result<bool> was_sent_lately(const CustomerId& customer, LinkKind kind) const;

    // `not_found` when there is none, or its time is over.
    Result<CustomerId> find(std::string_view secret, LinkKind kind) const;
    // Within the caller's transaction. `not_found` when it was used meanwhile.
    static Status write_used(sql::Writer& unit, std::string_view secret);
    static Status write_forget(sql::Writer& unit, const CustomerId& customer, LinkKind kind);
    static Status write_forget_all(sql::Writer& unit, const CustomerId& customer);

  private:
    Links(sql::Connection& store, gate::Gate& gate, Letters& letters, const Clock& clock,
          Random& random)
        : store_(store), gate_(gate), letters_(letters), clock_(clock), random_(random) {}

    sql::Connection& store_;
    gate::Gate& gate_;
    Letters& letters_;
    const Clock& clock_;
    Random& random_;
};

Error no_such_link();
Error a_letter_is_on_its_way();

}  // namespace avow::services
