// SPDX-License-Identifier: Apache-2.0
// A message as it came in, read: who, what, what it answers, and whether a program wrote it.
// Promises: bounded time and memory whatever the bytes are; text is UTF-8 with \n and no other
// control characters but tabs; HTML becomes text by dropping tags and is never rendered; nothing is
// loaded from anywhere. Does not promise that the sender is who they say. Thread-safe.
// Source: RFC 5322, RFC 2045 to 2049, RFC 2231, RFC 6532; RFC 3834 for programs' messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/personal.hh"
#include "base/result.hh"
#include "crypto/hash.hh"
#include "mail/returned.hh"

namespace avow::mail {

inline constexpr std::size_t kInboundMax = 25'000'000;  // LIMIT: bytes of a message
inline constexpr std::size_t kHeadMax = 262'144;        // LIMIT: bytes before the first empty line
inline constexpr std::size_t kPartsMax = 1'000;         // LIMIT: of one message
inline constexpr std::size_t kNestingMax = 50;          // LIMIT: parts within parts
inline constexpr std::size_t kTextMax = 200'000;        // LIMIT: bytes of text that are kept
inline constexpr std::size_t kReferencesMax = 50;       // LIMIT: ids, the newest
inline constexpr std::size_t kRecipientsMax = 50;       // LIMIT: of a message without an envelope
inline constexpr std::size_t kAttachedMax = 50;         // LIMIT: files that are read of one message
inline constexpr std::size_t kFileNameMax = 200;        // LIMIT: bytes

enum class Writer {
    person,
    program,  // an automatic answer, or a mailing list's
    bounce,   // about a message of ours; its return path is empty
};

// A file that came with a message.
struct Attached {
    std::string name;  // one line that leads nowhere and looks as it is; empty: none was given
    std::string type;  // by its bytes and not by its sender's word: see file_type.hh
    std::string bytes;
};

struct Inbound {
    std::string from;     // the address, or empty
    std::string name;     // as the sender calls themself; may be empty
    std::string subject;  // one line
    std::string text;
    bool cut = false;                // the text was longer than we keep
    std::size_t attachments = 0;     // parts that are no text of ours
    std::vector<Attached> attached;  // the first of them, and none that is empty
    std::string message_id;  // without brackets; empty when there is none that can be answered
    // Whom it says it is to, and to whom it was delivered; as easily made up as the rest.
    std::vector<std::string> recipients;
    std::vector<std::string> references;  // of In-Reply-To and References, newest first
    Writer writer = Writer::person;
    std::optional<Returned> returned;  // of a bounce that says what it is about
    // Of the bytes without the lines that servers on the way put before them: the same for a
    // message that is delivered again.
    crypto::Hash digest{};
};

// `envelope_from`: of MAIL FROM; empty for a bounce. Without an envelope anything that is not
// empty: then Return-Path tells. `invalid` in words that name no content: the form is beyond what
// we read.
Result<Inbound> read_inbound(std::string_view raw, std::string_view envelope_from);

crypto::Hash digest_of(std::string_view raw);

}  // namespace avow::mail
