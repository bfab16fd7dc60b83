// SPDX-License-Identifier: Apache-2.0
// Requests under the policy: what a customer may ask of the law's account, its clock, and the
// answer. States and ways: states.hh. What people do are calls; what the program does is step().
//
// Promises: a way and what comes with it (the letter, the archive's row, the correction) are one
// transaction with the ledger's entry; what a way cannot take with it (an erasure) is done before
// the state says so and looked up after. A step that a crash broke off is done again, and doing it
// twice does it once: so no request is stuck, lost, or called done with work missing. No answer
// goes out before who asked was shown and an officer let it. Whoever asks by mail is told the same,
// known or not. Erasing a customer closes their requests; the rows name nobody then and stay for
// three years. Thread-safe; step() is called by one thread, and by others of a shared store.
// Source: docs/rights.md; GDPR 12, 15 to 22.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "gate/gate.hh"
#include "services/account/accounts.hh"
#include "services/desk/desk.hh"
#include "services/exports/exports.hh"
#include "services/letters/letters.hh"
#include "services/rights/states.hh"

namespace avow::services {

struct RightTag {
    static constexpr std::string_view prefix = "rgt";
};
using RightId = Id<RightTag>;

inline constexpr std::int64_t kUnshownMs = 30 * kDayMs;          // then it is expired
inline constexpr std::int64_t kReadyMs = 30 * kDayMs;            // an archive waits to be fetched
inline constexpr std::int64_t kRightsKeptMs = 3 * 366 * kDayMs;  // a closed request's row
inline constexpr std::int64_t kLookAgainMs = kSecondMs / 2;      // at an archive being made
inline constexpr std::size_t kWordsMax = 1'000;                  // LIMIT: bytes of how one knows

struct Right {
    CustomerId customer;
    RightId id;
    RightKind kind = RightKind::access;
    std::string channel;               // portal, email, phone, agent
    std::optional<RequestId> request;  // of the desk, that it came with
    RightRegime regime = RightRegime::gdpr;
    RightState state = RightState::received;
    std::string shown;  // how who asks was shown: "", portal, officer
    std::string language;
    Time received;
    Time deadline;
    std::string extended;     // the reason, or empty
    std::string ground;       // of a refusal, or empty
    std::string approved_by;  // a label, or empty
    std::optional<ExportId> archive;
    std::int64_t tries = 0;  // to make the answer, that failed
    Time due;                // when the program looks at it next; 0: it waits for people
    Time until;              // when the state ends by itself, or the row; 0: it does not
    Time changed;
    std::int64_t revision = 0;
    Bytes sealed;  // of a correction: the fields as they are to be
};

// What would go out, by counts: no value is opened for it.
struct RightPreview {
    Right right;
    std::optional<gate::ErasurePlan> plan;  // values by channel; nothing of an erased customer
    std::optional<Export> archive;          // of access, once it was begun
    std::vector<std::string> objected;      // of an objection: the purposes
    std::vector<std::string> corrected;     // of a correction: the fields
};

class Rights {
  public:
    static Result<std::unique_ptr<Rights>> create(sql::Connection& store, gate::Gate& gate,
                                                  Accounts& accounts, Desk& desk, Letters& letters,
                                                  Exports& exports, const Clock& clock,
                                                  Random& random);

    // ---- the customer's side. WALL: the caller has made sure that this customer is signed in, and
    // for ask() and identify() that the password was given lately. `conflict` when the address was
    // not shown to be theirs. One that is under way already is answered again.
    Result<Right> ask(const CustomerId& customer, RightKind kind, std::string_view language,
                      std::vector<gate::FieldValue> corrected);
    Result<Right> identify(const CustomerId& customer, const RightId& id);
    Result<Right> withdraw(const CustomerId& customer, const RightId& id);
    Result<std::vector<Right>> own(const CustomerId& customer);  // newest first
    // `not_found` when it is another's.
    Result<Right> own(const CustomerId& customer, const RightId& id);
    // May be taken again until the customer says that it is there, or its day comes: what was sent
    // may not have arrived.
    Result<std::shared_ptr<Exports::Download>> take(const CustomerId& customer, const RightId& id);
    Result<Right> receive(const CustomerId& customer, const RightId& id);

    // ---- the officer's. WALL: the caller has made sure of the role.
    // Makes a request of the desk one under the policy.
    Result<Right> turn(const RequestId& request, RightKind kind, const gate::Actor& actor);
    struct Question {
        std::optional<RightState> state;
        bool unfinished = false;
        std::optional<RightId> before;
        int limit = 50;
    };
    Result<std::vector<Right>> list(const Question& question);
    struct Counts {
        std::int64_t waiting = 0;  // of all whose clock runs
        std::int64_t review = 0;
        std::int64_t overdue = 0;
    };
    Result<Counts> counts();
    Result<Overdue> overdue(Time until);  // those whose deadline is then or before
    Result<RightPreview> preview(const RightId& id);
    // What a correction is to write, opened for an officer: an entry first, which its customer
    // reads.
    Result<std::vector<gate::FieldValue>> look_at_corrected(const RightId& id,
                                                            const gate::Actor& actor);
    struct Word {
        RightId id;
        std::int64_t revision = 0;  // as the officer saw it: another is a conflict
    };
    // `words`: how they know who asks, when it is not by the portal.
    Result<Right> vouch(const Word& word, const std::string& words, const gate::Actor& actor);
    // `invalid` when a correction has no fields yet; those given replace what was asked.
    Result<Right> approve(const Word& word, std::vector<gate::FieldValue> corrected,
                          const gate::Actor& actor);
    Result<Right> again(const Word& word, const gate::Actor& actor);
    // `conflict` the second time, and after the first deadline.
    Result<Right> extend(const Word& word, ExtensionReason reason, const gate::Actor& actor);
    Result<Right> refuse(const Word& word, RefusalGround ground, const gate::Actor& actor);

    // ---- an agent's, who speaks for somebody (services/drp). WALL: the caller has made sure which
    // agent it is. Opened, it waits for the person as one that came by mail does; somebody we do
    // not know is collected by the channel `email`.
    struct ByAgent {
        RightKind kind = RightKind::access;
        RightRegime regime = RightRegime::gdpr;
        std::string agent;  // its name, which the customer reads
        Time received;      // the law's clock runs from then
    };
    enum class Joining { opened, joined };  // `joined` one of the kind that was under way already
    // In the transaction that opens it. Nothing is opened when it fails.
    using AgentRows = std::function<Status(sql::Writer&, const Right&, Joining)>;
    Result<Right> ask_for(const Personal<std::string>& address, const ByAgent& asked,
                          const AgentRows& rows);
    Result<Right> withdraw_for(const CustomerId& customer, const RightId& id,
                               const std::string& agent,
                               const std::function<Status(sql::Writer&)>& rows);

    // ---- the program's. Moves what is due; false when nothing was.
    Result<bool> step();
    void on_notify(std::function<void()> wake);

  private:
    Rights(sql::Connection& store, gate::Gate& gate, Accounts& accounts, Desk& desk,
           Letters& letters, Exports& exports, const Clock& clock, Random& random)
        : store_(store),
          gate_(gate),
          accounts_(accounts),
          desk_(desk),
          letters_(letters),
          exports_(exports),
          clock_(clock),
          random_(random) {}
    void go_with_the_customer();
    void notify();

    using Rows = std::function<Status(sql::Writer&)>;
    struct Move {
        RightEvent event;
        gate::Actor actor;
        std::function<void(Right&)> change = {};
        Rows rows = {};                         // in the same transaction
        std::optional<LetterKind> letter = {};  // and with it
        std::string words = {};                 // told in the entry
    };
    Right moved(const Right& seen, const Move& move, RightState to) const;
    Status write_move(sql::Writer& unit, const Right& seen, const Right& changed);
    Result<Right> move(const Right& seen, const Move& move);
    Status insert(sql::Writer& unit, const Right& right);
    Result<bool> has_open(sql::Reader& reader, const CustomerId& customer, RightKind kind);
    Result<Right> begin(Right right, const gate::Actor& actor);
    Right fresh(const CustomerId& customer, RightKind kind, std::string channel,
                std::string_view language) const;
    Right fresh_for(const CustomerId& customer, const ByAgent& asked) const;
    // Nothing when the person changed meanwhile.
    Result<std::optional<Right>> open_for(const CustomerId& customer, const ByAgent& asked,
                                          const AgentRows& rows);
    Result<std::optional<Right>> open_for_stranger(const Personal<std::string>& address,
                                                   const ByAgent& asked, const AgentRows& rows);
    static boost::json::object told_of_begin(const Right& right);
    Status check_address(const CustomerId& customer);
    Result<Right> find(const CustomerId& customer, const RightId& id);
    Result<Right> get(const RightId& id);
    Result<Right> seen_by(const Word& word);
    Letter letter_about(LetterKind kind, const Right& right) const;
    Status check_fields(const Right& right, const std::vector<gate::FieldValue>& fields) const;
    Result<Bytes> seal_fields(const CustomerId& customer, const RightId& id,
                              std::vector<gate::FieldValue> fields);
    Result<std::vector<gate::FieldValue>> open_fields(const Right& right);
    Result<std::vector<std::string>> objectionable() const;

    Status step_one(const Right& right);
    Status collect(const Right& right);
    Status look_at_archive(const Right& right);
    Status carry(const Right& right);
    Status erase(const Right& right);
    Status object(const Right& right);
    Status correct(const Right& right);
    Status wait(const Right& right, Time until);
    Status forget_old();

    sql::Connection& store_;
    gate::Gate& gate_;
    Accounts& accounts_;
    Desk& desk_;
    Letters& letters_;
    Exports& exports_;
    const Clock& clock_;
    Random& random_;
    std::int64_t swept_ms_ = 0;  // of the thread that steps
    std::mutex mutex_;           // guards wake_
    std::function<void()> wake_;
};

}  // namespace avow::services
