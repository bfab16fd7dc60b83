// SPDX-License-Identifier: Apache-2.0
// Finding a request by what was written in it, without an index that tells words.
//
// Promises: what a message can be found by, its terms, is kept sealed under its customer's key and
// goes with the message's text. A search opens and compares them in memory, newest first, after an
// entry of the house says that it was done, for how many messages and by whom; what it finds is
// shown by a use of `message` for `service`, in its customer's ledger, and what that refuses is not
// shown. The words sought are kept nowhere. Does not promise speed beyond kLookedThrough messages
// a call: whoever wants more goes on from `next`. Thread-safe. Source: docs/decisions/0170.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gate/gate.hh"
#include "services/desk/requests.hh"

namespace avow::services {

inline constexpr std::size_t kSoughtMax = 200;          // LIMIT: characters of what is sought
inline constexpr std::size_t kSoughtTerms = 8;          // LIMIT: words of it
inline constexpr std::int64_t kLookedThrough = 20'000;  // LIMIT: messages in one call
inline constexpr std::size_t kFindings = 20;            // LIMIT: requests in one answer

struct Sought {
    Personal<std::string> words;
    std::optional<MessageId> before = {};  // the `next` of the answer before
};

struct Finding {
    Request request;
    RequestMessage message;  // the newest of it that has all the words
    gate::Used used;         // that let the two below open
    Personal<std::string> subject;
    Personal<std::string> excerpt;  // of the message, where the words are
};

struct Findings {
    std::vector<Finding> items;          // newest message first
    std::int64_t looked_through = 0;     // messages
    std::int64_t withheld = 0;           // found, and not to be read by this actor
    std::optional<MessageId> next = {};  // nothing: that was all
};

class DeskSearch {
  public:
    DeskSearch(sql::Connection& store, gate::Gate& gate) : store_(store), gate_(gate) {}

    // What a text can be found by. Takes its time: before a unit, not within.
    Personal<std::string> terms_of(const Personal<std::string>& text) const;
    // Beside the message, in its unit. The collection's field `message` holds the text: where it
    // does not any more, nothing is kept.
    Status keep(sql::Writer& unit, const CustomerId& customer, const MessageId& message,
                const CollectionId& collection, const Personal<std::string>& terms);
    // Of messages that were kept before there was a search, as they are opened.
    Status keep_missing(std::span<const RequestMessage> messages, const gate::Used& texts);
    // `invalid` at /words; `denied` when the actor may not search at all.
    Result<Findings> find(const Sought& sought, const gate::Actor& actor);

  private:
    struct Match;
    struct Row;
    Result<std::vector<Row>> read(const std::optional<MessageId>& before);
    Result<std::optional<Match>> locate(const Row& row);
    Status show(std::span<const Match> matches, std::span<const std::string> terms,
                const gate::Actor& actor, Findings& findings);

    sql::Connection& store_;
    gate::Gate& gate_;
};

}  // namespace avow::services
