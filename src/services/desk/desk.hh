// SPDX-License-Identifier: Apache-2.0
// The desk: what customers ask, by the portal, by mail or on the telephone, and what we answer.
//
// Promises: what is written is a collection behind the gate, of the request's channel and for the
// purpose `service`; where the policy in force does not declare that, the request is refused and
// nothing is kept. An employee reads it by a use, which is in the ledger before anything opens. A
// customer sees their own requests and nobody else's. An answer, its letter and the new state are
// one transaction. A mail is taken once, however often it comes. Erasing a customer takes the
// requests; what retention or an erasure took of the texts is shown as not there any more.
// Does not promise that a letter arrives: see letters.hh. Thread-safe.
// Source: house.md, the walks of a datum and of a use; states.hh; RFC 3834 for mails.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gate/gate.hh"
#include "services/account/accounts.hh"
#include "services/desk/plus_address.hh"
#include "services/desk/presence.hh"
#include "services/desk/ready_answers.hh"
#include "services/desk/ringing.hh"
#include "services/desk/states.hh"
#include "services/desk/tags.hh"
#include "services/escalation/overdue.hh"
#include "services/letters/letters.hh"

namespace avow::mail {
struct Inbound;
struct Returned;
}  // namespace avow::mail

namespace avow::services {

inline constexpr std::size_t kSubjectMax = 200;             // LIMIT: bytes
inline constexpr std::size_t kAnswerMax = 100'000;          // LIMIT: bytes of an answer or a note
inline constexpr std::size_t kAssigneeMax = 100;            // LIMIT: bytes
inline constexpr int kMessagesShown = 200;                  // LIMIT: of one request, the newest
inline constexpr int kOthersShown = 20;                     // LIMIT: requests beside the opened one
inline constexpr std::size_t kAttachmentPart = 256 * 1024;  // LIMIT: bytes of a part in memory
inline constexpr std::int64_t kMailsKnownMs = 30 * kDayMs;
inline constexpr std::int64_t kQuarantineKeptMs = 30 * kDayMs;
inline constexpr std::int64_t kQuarantineMax = 100'000'000;  // LIMIT: bytes in all, then mail waits

struct Request {
    CustomerId customer;
    RequestId id;
    std::string channel;
    RequestState state = RequestState::fresh;
    std::string assignee;             // empty: nobody
    bool review = false;              // somebody else's token came with it: look at it first
    std::optional<RequestId> linked;  // the request that it came from
    std::optional<Time> deadline;     // while it is our turn
    Time created;
    Time updated;
    std::int64_t revision = 0;
    std::optional<RequestId> merged_into = {};  // where it went on; it is closed
    bool headed = true;  // its first message begins with a subject, as with_subject() writes it
    std::vector<std::string> tags = {};
    std::string perhaps = {};  // a kind of request under the policy that its subject looks like
};

enum class Direction { in, out, note };
std::string_view name_of(Direction direction);

struct RequestMessage {
    MessageId id;
    RequestId request;
    CollectionId collection;  // whose field `message` holds the text
    Direction direction = Direction::in;
    std::string channel;
    std::string author;         // of an answer or a note: who wrote it, as the customer is told
    std::string carried;        // of an answer: letter, portal, nowhere, or returned
    bool automatic = false;     // written by a program, as an out-of-office notice
    std::int64_t left_out = 0;  // attachments that were not kept
    Time at;
    Bytes sealed;  // particulars of a mail
};

// A file that came with a message. Its bytes open by Desk::take_attachment().
struct Attachment {
    MessageId message;
    std::int64_t number = 0;  // within its message, from 1
    CollectionId collection;  // whose field `attachments` names it
    std::int64_t bytes = 0;
    Bytes sealed;                                    // its type and its name
    std::optional<Personal<std::string>> type = {};  // by its bytes; where it may be read
    std::optional<Personal<std::string>> name = {};  // may be empty
};

struct Asked {
    Personal<std::string> subject;
    Personal<std::string> text;
    std::optional<gate::Once> once;
};

// A call, written down by who took it.
struct Called {
    std::optional<CustomerId> customer;  // else found by, or made of, the fields
    std::vector<gate::FieldValue> fields;
    Asked asked;
    // Spoken; they want the notice to have been read to whoever called.
    std::vector<gate::PermissionChoice> permissions;
    std::string notice_language;                // BCP 47; empty: no notice was read
    std::optional<std::string> policy_version;  // that the notice was read from
};

// A thread as its customer reads it. A text that is not there any more is nothing.
struct OwnMessage {
    RequestMessage message;
    std::optional<Personal<std::string>> text;
};
struct OwnThread {
    Request request;
    std::optional<Personal<std::string>> subject;
    std::vector<OwnMessage> messages;     // oldest first, without notes
    std::vector<Attachment> attachments;  // of all of them
};

// A thread as an employee reads it: rows are bare, texts by what the gate let open.
struct Thread {
    Request request;
    std::vector<RequestMessage> messages;  // oldest first
    gate::Used texts;                      // field `message`, one an entry of `messages`
    std::vector<Attachment> attachments;   // of all of them
    std::optional<gate::Used> files;       // field `attachments`, of the messages that have some
    std::optional<gate::Used> contact;     // how to reach the customer
    std::string carries;                   // how an answer would go now, as `carried` tells it
    std::string satisfaction;              // what Desk::when_done() would come to; empty: nothing
    std::vector<Request> others;           // of the same customer, newest first
};

struct Answering {
    RequestId request;
    Personal<std::string> text;
    RequestAct act = RequestAct::ask_back;  // or answer
    std::optional<std::int64_t> revision;   // as the writer saw it: another is a conflict
    std::optional<gate::Once> once;
};
struct Answered {
    Request request;
    RequestMessage message;
};

struct QueueQuestion {
    std::optional<RequestState> state;
    std::optional<std::string> assignee;  // empty: nobody's
    std::optional<RequestId> before;
    int limit = 50;
    bool ours = false;     // only those whose turn is ours
    bool overdue = false;  // only those whose deadline is over
    std::string tag = {};  // only those with it; empty: with any or none
};

// Of those whose turn is ours.
struct QueueCounts {
    std::int64_t waiting = 0;
    std::int64_t overdue = 0;
    std::int64_t unassigned = 0;
    std::int64_t assigned = 0;  // to whom the question names
};

struct Change {
    RequestId request;
    std::optional<RequestState> state;
    std::optional<std::string> assignee;
    std::optional<bool> review;
    std::optional<std::int64_t> revision;
    std::optional<std::vector<std::string>> tags = {};  // all that are to stand on it
    std::optional<bool> looks_like_a_right = {};        // false: somebody looked, and it is none
};

class Desk {
  public:
    struct Options {
        // Our address for mail, which answers to our letters go to; empty: the policy's contact,
        // and no token.
        std::string address;
        std::string letters_from = {};  // where reports about our letters go
        std::int64_t answer_within_ms = 3 * kDayMs;
    };
    static Result<std::unique_ptr<Desk>> create(sql::Connection& store, gate::Gate& gate,
                                                Accounts& accounts, Letters& letters,
                                                Options options, const Clock& clock,
                                                Random& random);

    // ---- the customer's side
    // `invalid` by pointer: /subject, /text, or where the policy does not take it.
    Result<Request> ask(const CustomerId& customer, Asked asked);
    // `conflict` when the request is closed; `not_found` when it is another's.
    Result<RequestMessage> write_more(const CustomerId& customer, const RequestId& request,
                                      Personal<std::string> text, std::optional<gate::Once> once);
    struct OwnList {
        std::vector<OwnThread> requests;  // newest first, without their messages
        std::optional<RequestId> next;
    };
    Result<OwnList> own_requests(const CustomerId& customer, const std::optional<RequestId>& before,
                                 int limit);
    Result<OwnThread> own_thread(const CustomerId& customer, const RequestId& request);

    // ---- our side. WALL: the caller has made sure that the actor may work at the desk; what may
    // be read, the gate decides.
    Result<Request> take_call(Called called, const gate::Actor& actor);
    Result<std::vector<Request>> queue(const QueueQuestion& question);
    // Of one customer, newest first.
    Result<std::vector<Request>> requests_of(const CustomerId& customer,
                                             const std::optional<RequestId>& before, int limit);
    Result<QueueCounts> count_waiting(const std::string& assignee);
    // Those whose deadline is at `until` or before.
    Result<Overdue> overdue(Time until);
    // Whose they are, of those that are overdue now.
    Result<std::vector<std::string>> overdue_assignees();
    // Those of this assignee become nobody's, some at a time; how many did.
    Result<std::int64_t> release_overdue(const std::string& assignee);
    Presence& presence() { return presence_; }
    Ringing& ringing() { return ringing_; }
    ReadyAnswers& ready_answers() { return ready_answers_; }
    DeskTags& tags() { return tags_; }
    // Of one that was merged, the one that it went on under.
    Result<Thread> open(const RequestId& request, const gate::Actor& actor);
    // One file, part by part, as a use of `attachments`; durable before anything opens. `denied`
    // when the policy does not let this actor have it.
    class Download {
      public:
        Download(Desk& desk, Attachment of, gate::Used used)
            : desk_(desk), of_(std::move(of)), used_(std::move(used)) {}
        const Attachment& of() const { return of_; }
        const gate::Used& used() const { return used_; }
        Result<Personal<std::string>> next();  // empty at the end

      private:
        Desk& desk_;
        const Attachment of_;
        const gate::Used used_;
        std::int64_t part_ = 0;
    };
    Result<std::shared_ptr<Download>> take_attachment(const RequestId& request,
                                                      const MessageId& message, std::int64_t number,
                                                      const gate::Actor& actor);
    // All files of a customer, one after the other, for who noted the reading.
    // WALL: the caller has made sure of that, or that the reader is this customer.
    using BeginFile = std::function<Status(const Attachment&)>;
    using WriteFile = std::function<Status(const Personal<std::string>&)>;
    Status each_attachment(const CustomerId& customer, const BeginFile& begin,
                           const WriteFile& write);
    // `denied` when the policy does not let the question be read by this actor.
    Result<Answered> answer(Answering answering, const gate::Actor& actor);
    Result<RequestMessage> add_note(const RequestId& request, Personal<std::string> text,
                                    std::optional<gate::Once> once, const gate::Actor& actor);
    // `invalid` when the state cannot follow the present one.
    Result<Request> change(const Change& change);
    Result<Request> get(const RequestId& request);

    // What two requests of one customer have become: messages, mails and tags of the one join the
    // other, the one is closed and points there. In one transaction with an entry that its customer
    // reads. `invalid` when they are not of one customer, `conflict` when one is closed for good,
    // or `revision` is not the one's.
    struct Merging {
        RequestId request;  // that ends
        RequestId into;
        std::optional<std::int64_t> revision = {};
    };
    Result<Request> merge(const Merging& merging, const gate::Actor& actor);
    // From this message on they are a request of their own, linked to this one. `invalid` for the
    // first message, `not_found` for one that is not there.
    struct Splitting {
        RequestId request;
        MessageId from;
        std::optional<std::int64_t> revision = {};
    };
    Result<Request> split(const Splitting& splitting, const gate::Actor& actor);

    // ---- mail in
    enum class Taken {
        taken,
        known,     // it came before
        returned,  // a report that a letter of ours did not arrive
        dropped,  // another bounce, a loop, or a program's word to nobody: RFC 3834 has it answered
                  // never
    };
    // Durable when it returns. `denied` when the policy in force does not take mail, `invalid` when
    // the form is not right: then quarantine() it. `unavailable`: try again later.
    Result<Taken> take_mail(const mail::Inbound& mail, std::span<const std::string> recipients);
    // Keeps what could not be read, sealed. `unavailable` when too much is kept already.
    Status quarantine(std::string_view raw, std::string_view reason);
    struct Quarantined {
        QuarantineId id;
        Time at;
        std::string reason;
        std::int64_t bytes = 0;
    };
    Result<std::vector<Quarantined>> quarantined(int limit);
    Status forget_quarantined(const QuarantineId& item);
    // A person's mail came to our address with this behind its plus: what that means is another
    // service's, in the transaction that keeps the mail. While the house is wired.
    using RightAsked = std::function<Status(sql::Writer&, const CustomerId&, const RequestId&,
                                            std::string_view tag)>;
    void when_right_is_asked(RightAsked act) { right_asked_ = std::move(act); }
    // What comes of a request that is solved or closed, and was neither before: another service's,
    // in the transaction that does it; and the word for what that would be now. While the house is
    // wired.
    struct Afterwards {
        std::function<Result<std::string>(sql::Reader&, const CustomerId&)> look;
        std::function<Status(sql::Writer&, const CustomerId&)> act;
    };
    void when_done(Afterwards afterwards) { afterwards_ = std::move(afterwards); }
    // Whether mail to this address is ours.
    bool receives(std::string_view recipient) const;
    // What is over: known mails and quarantine of more than a month.
    Status forget_old();

  private:
    struct Entry;  // one message on its way in
    Desk(sql::Connection& store, gate::Gate& gate, Accounts& accounts, Letters& letters,
         Options options, const Clock& clock, Random& random)
        : store_(store),
          gate_(gate),
          accounts_(accounts),
          letters_(letters),
          options_(std::move(options)),
          clock_(clock),
          random_(random),
          presence_(clock),
          ringing_(gate.own_data_token(), clock, random),
          ready_answers_(store, clock, random),
          tags_(store, clock) {}
    void go_with_the_customer();
    SignRequest signer() const;
    Result<std::string> own_address() const;

    Result<Request> find(sql::Reader& reader, const CustomerId& customer, const RequestId& request);
    Result<Request> find(const CustomerId& customer, const RequestId& request);
    Result<std::vector<RequestMessage>> messages(const CustomerId& customer,
                                                 const RequestId& request);
    Result<CustomerId> owner_of(const RequestId& request);
    // Where it went on, if it was merged.
    Result<Request> find_going_on(const CustomerId& customer, const RequestId& request);
    Status write_request(sql::Writer& unit, const Request& fresh);
    // An entry of kind `requested` and `rows`, in one transaction.
    Status note_moving(const CustomerId& customer, const gate::Actor& actor, std::string reason,
                       const std::function<Status(sql::Writer&)>& rows);
    Result<std::optional<CustomerId>> find_owner(const RequestId& request);
    Result<RequestId> request_of(const CustomerId& customer, const CollectionId& collection);
    gate::Collection collection_of(std::string channel, Personal<std::string> text,
                                   std::string evidence, std::optional<gate::Once> once);
    // Collects and writes the rows beside it.
    Result<Request> note(gate::Collection collection, Entry entry, const gate::Actor& actor);
    Status write_entry(sql::Writer& unit, const CustomerId& customer, const Entry& entry,
                       const CollectionId& collection, Request& written);
    Status write_change(sql::Writer& unit, const Request& seen, Request& changed);
    Status write_attachments(sql::Writer& unit, const CustomerId& customer, const Entry& entry,
                             const CollectionId& collection);
    // Of a request, or of all.
    Result<std::vector<Attachment>> attachments(const CustomerId& customer,
                                                const std::optional<RequestId>& request);
    // With names and types, for the customer themself.
    Result<std::vector<Attachment>> own_attachments(const CustomerId& customer,
                                                    const std::optional<RequestId>& request);
    Status open_attachments(Thread& thread, const gate::Actor& actor);
    Result<std::optional<Bytes>> attachment_part(const CustomerId& customer, const Attachment& of,
                                                 std::int64_t part);
    Request moved(const Request& seen, RequestState state) const;
    Result<std::string> look_afterwards(const Request& request);
    // After write_change(). Whoever wrote the unit notifies the letters.
    Status act_afterwards(sql::Writer& unit, RequestState before, const Request& changed);
    Status carry(sql::Writer& unit, const CustomerId& customer, const Entry& entry);
    Result<bool> may_be_mailed(const CustomerId& customer,
                               const std::vector<RequestMessage>& messages);
    // "letter", "portal" or "nowhere"; the account, if there is one, is given to `account`.
    Result<std::string> carrier_for(const CustomerId& customer,
                                    const std::vector<RequestMessage>& messages,
                                    std::optional<Account>& account);
    // An answer that came back: it says so, and the request is ours again.
    Status note_return(sql::Writer& unit, const CustomerId& customer, const LetterId& letter,
                       std::string_view message_id);
    Result<Taken> take_report(const mail::Returned& returned, const crypto::Hash& hash);
    struct Placed;
    Status follow(const mail::Inbound& mail, const std::optional<CustomerId>& owner,
                  std::optional<RequestId>& named);
    Result<Placed> place(const mail::Inbound& mail, std::span<const std::string> recipients,
                         const std::optional<CustomerId>& sender);
    Result<bool> was_taken(const crypto::Hash& hash);

    sql::Connection& store_;
    gate::Gate& gate_;
    Accounts& accounts_;
    Letters& letters_;
    const Options options_;
    const Clock& clock_;
    Random& random_;
    Presence presence_;
    Ringing ringing_;
    ReadyAnswers ready_answers_;
    DeskTags tags_;
    RightAsked right_asked_;
    Afterwards afterwards_;
};

// What the field `message` holds of the first message: the subject, an empty line, the text.
std::string with_subject(std::string_view subject, std::string_view text);
struct SubjectAndText {
    std::string_view subject;
    std::string_view text;
};
SubjectAndText split_subject(std::string_view message);
// Of a request's first message. Where it has no subject of its own, its first line stands for one.
SubjectAndText subject_and_text(const Request& request, std::string_view message);

}  // namespace avow::services
