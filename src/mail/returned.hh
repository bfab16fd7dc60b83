// SPDX-License-Identifier: Apache-2.0
// What a mail server reports of a message of ours (RFC 3464, in a report of RFC 6522): whether it
// arrived, and which message it was. Pure. Does not promise that the report is true: whoever knows
// the Message-ID of a letter could have written it, and that is whoever got the letter.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace avow::mail {

struct Returned {
    std::string message_id;  // of our message, without brackets
    bool failed = false;     // for good; else it is only late, or it did arrive
    std::string status;      // RFC 3463, as 5.1.1
};

// Of the report's second part (message/delivery-status) and its third: our message, or its head.
// Nothing when they do not say both what and which.
std::optional<Returned> read_returned(std::string_view delivery_status, std::string_view original);

// Whether a status says that nobody is at the address (RFC 3463 §3.2, §3.3), or says no more than
// "never", as Exim does.
bool is_about_address(std::string_view status);

}  // namespace avow::mail
