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
#include "services/desk/requests.hh"
#include "services/desk/ringing.hh"
#include "services/desk/search.hh"
#include "services/desk/tags.hh"
#include "services/escalation/overdue.hh"
#include "services/letters/letters.hh"

namespace avow::mail {
struct Inbound;
struct Returned;
}  // namespace avow::mail

namespace avow::services {

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
    DeskSearch& search() { return search_; }
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
          tags_(store, clock),
          search_(store, gate) {}
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
    DeskSearch search_;
    RightAsked right_asked_;
    Afterwards afterwards_;
};

}  // namespace avow::services
