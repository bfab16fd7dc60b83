// SPDX-License-Identifier: Apache-2.0
// One message on its way in, with all that is written beside its collection. Private to this
// folder.
#pragma once

#include <functional>

#include "mail/inbound.hh"
#include "services/desk/desk.hh"

namespace avow::services {

inline constexpr std::string_view kService = "service";
inline constexpr std::string_view kMessageField = "message";
inline constexpr std::string_view kAttachmentsField = "attachments";
inline constexpr std::string_view kThreadKeys = "mail thread";
inline constexpr std::string_view kMailKeys = "mail";

struct Desk::Entry {
    std::optional<RequestId> request = {};  // nothing: it begins one
    RequestAct act = RequestAct::customer_writes;
    std::optional<std::int64_t> revision = {};  // that the writer saw
    Direction direction = Direction::in;
    std::string channel = {};
    std::string author = {};
    std::string carried = {};
    bool automatic = false;
    bool review = false;
    std::optional<RequestId> linked = {};
    std::int64_t left_out = 0;
    std::span<const mail::Attached> files = {};  // that are kept
    std::string mail_id = {};                    // Message-ID; personal, so it is sealed
    std::optional<crypto::Hash> mail_hash = {};  // of the mail's bytes
    std::string tag = {};                        // behind the plus of our address, in lower case
    std::string perhaps = {};                    // as Request has it
    std::optional<Letter> letter = {};           // that carries an answer
    MessageId id;
    RequestId fresh;  // the id that it gets when it begins one
};

// What the field `attachments` holds: a line a file, for people to read.
std::string listed(std::span<const mail::Attached> files);

// `invalid` at the pointer when a text is empty or longer than `most`.
Status check_text(const std::string& pointer, std::string_view text, std::size_t most);

}  // namespace avow::services
