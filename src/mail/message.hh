// SPDX-License-Identifier: Apache-2.0
// A message as it goes over the wire (RFC 5322, RFC 2045 to 2047, RFC 6532): composed by GMime
// behind this header. Lines end in CR LF and are at most 998 bytes; bodies are 7-bit whatever they
// hold. Nothing given can begin a header of its own: a control character in any header's value is
// refused. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hh"
#include "base/time.hh"

namespace avow::mail {

struct Mailbox {
    std::string name;  // shown to people; may be empty
    std::string address;
};

struct Message {
    Mailbox from;
    Mailbox to;
    std::optional<Mailbox> reply_to;
    std::string subject;
    std::string text;      // UTF-8, lines end in \n
    std::string html;      // empty: text only
    std::string id;        // of Message-ID, without brackets: local@domain
    std::string language;  // RFC 3282; empty: not said
    Time date;
    // RFC 3834: whether a program wrote it by itself. Vacation notices do not answer such a letter.
    enum class Author { person, program };
    Author author = Author::program;
    // Another's Message-ID that this one answers, without brackets; empty: none.
    std::string in_reply_to = {};
    // An https address that ends such letters by one POST without anything else (RFC 8058); empty:
    // there is none.
    std::string unsubscribe = {};
};

// Whether another's id is fit to be given back in our headers.
bool is_answerable_id(std::string_view id);

inline constexpr std::size_t kBodyMax = 1u << 20;  // LIMIT: bytes of text, and of HTML

// `invalid` names the part that cannot be sent, by pointer, and never its value.
Result<std::string> compose(const Message& message);

}  // namespace avow::mail
