// SPDX-License-Identifier: Apache-2.0
// What the desk works on: requests, their messages and files, and what is asked of the queue.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gate/gate.hh"
#include "services/desk/states.hh"

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
