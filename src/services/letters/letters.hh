// SPDX-License-Identifier: Apache-2.0
// The letters that the portal owes its customers: written in the transaction of the act that they
// tell of, so that neither happens without the other; sent later, by post.hh.
//
// An act writes one so:
//     TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
//         TRY_OK(unit.execute(statements::replace_password_hash, {…}));
//         return letters_.write(unit, customer, {.kind = LetterKind::password_changed,
//                                                .language = "de"});
//     }));
//     letters_.notify();  // once it is durable; a forgotten one costs a second
// and one of collect()'s in its `alongside`, which has unit and customer.
//
// Promises: each letter is sent at least once, or its row says why not; copies of it carry one
// Message-ID. Address and link are sealed at rest and gone once nothing is left to do. An erased
// customer's letters go with the customer; closing an account takes its letters, too. Does not
// promise that a letter goes out before the next one. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/personal.hh"
#include "base/random.hh"
#include "base/time.hh"
#include "gate/gate.hh"

namespace avow::services {

enum class LetterKind {
    verify_address,       // link: who opens it has the address
    reset_password,       // link: who opens it may choose a new password
    password_changed,     // so that the holder learns of it
    address_changed_old,  // to the former address, in `to`; link: who opens it takes that back
    address_changed_new,  // to the one that is stored now
    // What signs in changed, or a recovery code did sign in: so that the holder learns of it.
    passkey_added,
    passkey_removed,
    passkey_copied,
    authenticator_added,
    authenticator_removed,
    recovery_codes_made,
    recovery_code_used,
    request_answered,  // the answer itself; goes in `answer`
    // A request under the policy: link to it in the portal, which is no secret, and its end.
    right_asked,  // we have it; how to show who asked. Says the same to everybody
    right_news,   // something became of it
    // Asks for an answer to a survey, because the customer permitted it: names its purpose; link to
    // the survey, which is no secret and has no end.
    survey_invitation,
    // To somebody who may be no customer: see write_to_stranger().
    list_join,   // link: who opens it joins the mailing list
    list_leave,  // link: who opens it leaves it
    // To an employee, with figures of a site and nobody in them; goes in `answer`.
    traffic_digest,
    // To an employee: how many requests are overdue, and nobody's name; goes in `answer`.
    work_overdue,
};
std::string_view name_of(LetterKind kind);
std::optional<LetterKind> letter_kind_from(std::string_view name);
bool has_link(LetterKind kind);
bool is_for_employees(LetterKind kind);
bool is_for_strangers(LetterKind kind);  // and employees: nobody's customer is written to

inline constexpr std::int64_t kLetterLifeMs = 2 * kDayMs;   // LIMIT: then it is given up
inline constexpr std::size_t kLinkMax = 2048;               // LIMIT: bytes
inline constexpr std::int64_t kStopsKeptMs = 365 * kDayMs;  // of letters that rest on a permission

struct Letter {
    LetterKind kind;
    std::string language;
    // Where to, when that is not the customer's stored address: not yet, or not any more. Without
    // it the letter goes to the newest address that is stored when it is sent.
    std::optional<Personal<std::string>> to = {};
    // Path and fragment below the portal's address, as "/account/verify#…": a secret. For the kinds
    // that have one, with the moment it ends; the letter is not sent after that.
    std::optional<Personal<std::string>> link = {};
    std::optional<Time> ends = {};
    // Of verify_address: who has the address has an account here already, and is told so instead.
    // Whoever sees no more than the row, or the ledger's entry, cannot tell.
    bool known = false;
    // Of request_answered and of what goes to employees, and of no other.
    struct Answer {
        Personal<std::string> subject;  // as the question's
        Personal<std::string> text;
        std::string reply_to;  // where answers to it go; empty: to the policy's contact
        Personal<std::string> in_reply_to;  // the Message-ID of what it answers, or empty
        Personal<std::string> page;         // where it stands in the portal, or empty
    };
    std::optional<Answer> answer = {};
    std::optional<LetterId> id = {};  // made by a caller who wants to know the Message-ID before
    // Of survey_invitation, and of no other: the purpose that it rests on, by its name. The gate
    // decides for it when the letter is sent, and the letter brings the way to take it back.
    std::string purpose = {};
};

class Letters {
  public:
    struct Options {
        std::string domain;  // of Message-IDs; no customer reads it
        std::string node;    // among those of a shared store; two of one name never run at once
    };
    static Result<std::unique_ptr<Letters>> create(sql::Connection& store, gate::Gate& gate,
                                                   Options options, const Clock& clock,
                                                   Random& random);

    // Who may be written to: whose address was shown to be theirs. Links that show it go out all
    // the same, and so do answers, whose writer looks where they go. Set before anything is
    // written; without it everybody may.
    using MayWrite = std::function<Result<bool>(sql::Reader&, const CustomerId&)>;
    void only_if(MayWrite may_write) { may_write_ = std::move(may_write); }
    Result<bool> may_write(sql::Reader& reader, const CustomerId& customer) const {
        return may_write_ ? may_write_(reader, customer) : Result<bool>(true);
    }

    // What else a letter's coming back means, in the unit that notes it: for the address, when
    // nobody is there and it was the stored one, and for the answer that it carried. Set before
    // anything comes back.
    using AddressReturned = std::function<Status(sql::Writer&, const CustomerId&, Time written)>;
    using AnswerReturned = std::function<Status(sql::Writer&, const CustomerId&, const LetterId&,
                                                std::string_view message_id)>;
    void when_address_returns(AddressReturned act) { address_returned_ = std::move(act); }
    void when_answer_returns(AnswerReturned act) { answer_returned_ = std::move(act); }
    // A report says that this letter did not arrive: true when there is one under way or sent.
    // `alongside` is written in the same unit.
    Result<bool> note_returned(std::string_view message_id, std::string_view status,
                               const std::function<Status(sql::Writer&)>& alongside);

    // Within the caller's unit, which must not have erased the customer. `invalid` when address or
    // link cannot be used; the unit fails with it.
    Status write(sql::Writer& unit, const CustomerId& customer, const Letter& letter);
    // To an address that is nobody's yet, which `letter.to` gives, because whoever typed it asked
    // for this letter: sealed by the house, and its entry an act of the house that names nobody.
    Status write_to_stranger(sql::Writer& unit, const Letter& letter);
    // By the secret that stands in a letter which rests on a permission: that permission is taken
    // back, by whoever has the letter. Which purpose it was; done twice is done. `not_found` when
    // there is no such secret, or it is older than kStopsKeptMs.
    Result<std::string> take_back(std::string_view secret);
    std::string message_id_of(const LetterId& id) const {
        return id.text() + "@" + options_.domain;
    }
    // A letter is durable: whoever sends them may look.
    void notify();
    // Whom notify() wakes; nobody before it is set and after it is set to nothing.
    void on_notify(std::function<void()> wake);

    struct Count {
        std::int64_t letters = 0;
        std::int64_t under_way = 0;  // being handed over right now
        Time oldest;                 // when the oldest of them was written
    };
    // By state: waiting, sent, refused, returned, withheld, given_up. Letters of the last month.
    Result<std::map<std::string, Count>> counts();
    // Of those that wait, by their index alone.
    Result<Count> waiting();

  private:
    friend class Post;
    Letters(sql::Connection& store, gate::Gate& gate, Options options, const Clock& clock,
            Random& random)
        : store_(store),
          gate_(gate),
          options_(std::move(options)),
          clock_(clock),
          random_(random) {}

    Status write_stop(sql::Writer& unit, const CustomerId& customer, const LetterId& id,
                      const std::string& purpose, std::string& secret);
    Status insert(sql::Writer& unit, ByteView owner, const LetterId& id, const Letter& letter,
                  gate::SealedLetter::To to, ByteView sealed);

    sql::Connection& store_;
    gate::Gate& gate_;
    const Options options_;
    const Clock& clock_;
    Random& random_;
    MayWrite may_write_;
    AddressReturned address_returned_;
    AnswerReturned answer_returned_;
    std::mutex mutex_;  // guards wake_
    std::function<void()> wake_;
};

}  // namespace avow::services
