// SPDX-License-Identifier: Apache-2.0
#include "mail/returned.hh"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hh"
#include "mail/message.hh"
#include "mail/reply.hh"

namespace avow::mail {
namespace {

constexpr std::size_t kReadMax = 65'536;  // LIMIT: bytes of either part that are looked at
constexpr std::size_t kFieldsMax = 500;   // LIMIT: of either part

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

struct Field {
    std::string name;  // in lower case; empty: an empty line
    std::string value;
};

// Fields as a head has them, unfolded; an empty line is an empty field.
std::vector<Field> fields_of(std::string_view text) {
    std::vector<Field> fields;
    for (auto line : split(text.substr(0, kReadMax), '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        const bool folded = line.starts_with(' ') || line.starts_with('\t');
        if (folded && !fields.empty() && !fields.back().name.empty()) {
            fields.back().value += " " + std::string(trimmed(line));
            continue;
        }
        if (fields.size() == kFieldsMax) break;
        const auto colon = line.find(':');
        auto& field = fields.emplace_back();
        if (colon == line.npos) continue;
        field.name = trimmed(line.substr(0, colon));
        std::transform(field.name.begin(), field.name.end(), field.name.begin(), lower);
        field.value = trimmed(line.substr(colon + 1));
    }
    return fields;
}

// "smtp; 550 5.1.1 no such user": the status of what the other side answered.
std::string diagnosed(std::string_view diagnostic) {
    const auto semicolon = diagnostic.find(';');
    if (semicolon == diagnostic.npos) return {};
    ReplyReader reader;
    auto answer = std::string(trimmed(diagnostic.substr(semicolon + 1)));
    // Of an answer of several lines, as "550-5.1.1 …", the first will do.
    if (answer.size() > 3 && answer[3] == '-') answer[3] = ' ';
    reader.feed(answer + "\r\n");
    const auto reply = reader.next();
    return reply && *reply ? (*reply)->status : std::string();
}

// What one recipient's group of fields says; each of our messages has one recipient.
struct Fate {
    std::string action;
    std::string status;
    std::string diagnostic;
};

std::optional<Fate> fate_in(std::string_view delivery_status) {
    Fate fate;
    for (const auto& [name, value] : fields_of(delivery_status)) {
        if (name.empty() && fate.action == "failed") break;
        if (name == "action") {
            fate = {};
            fate.action = value;
            std::transform(fate.action.begin(), fate.action.end(), fate.action.begin(), lower);
        }
        // "5.1.1 (no such user)": a comment may follow (RFC 3464 §2.3.4).
        if (name == "status") fate.status = value.substr(0, value.find(' '));
        if (name == "diagnostic-code") fate.diagnostic = value;
    }
    if (fate.action.empty()) return std::nullopt;
    return fate;
}

bool is_status(std::string_view status) {
    const auto parts = split(status, '.');
    return parts.size() == 3 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
               return !part.empty() && part.size() <= 3 &&
                      part.find_first_not_of("0123456789") == part.npos;
           });
}

}  // namespace

std::optional<Returned> read_returned(std::string_view delivery_status, std::string_view original) {
    auto fate = fate_in(delivery_status);
    if (!fate) return std::nullopt;
    Returned returned;
    returned.failed = fate->action == "failed";
    returned.status = is_status(fate->status) ? fate->status : returned.failed ? "5.0.0" : "4.0.0";
    if (returned.status.ends_with(".0.0")) {
        if (auto better = diagnosed(fate->diagnostic); !better.empty()) {
            returned.status = std::move(better);
        }
    }
    for (const auto& [name, value] : fields_of(original)) {
        if (name.empty()) break;
        if (name != "message-id") continue;
        const auto from = value.find('<');
        const auto to = value.find('>', std::min(from, value.size()));
        if (from == value.npos || to == value.npos) return std::nullopt;
        returned.message_id = value.substr(from + 1, to - from - 1);
        break;
    }
    if (!is_answerable_id(returned.message_id)) return std::nullopt;
    return returned;
}

bool is_about_address(std::string_view status) {
    constexpr std::array<std::string_view, 8> kOnes{"5.0.0", "5.1.0", "5.1.1",  "5.1.2",
                                                    "5.1.3", "5.1.6", "5.1.10", "5.2.1"};
    return std::find(kOnes.begin(), kOnes.end(), status) != kOnes.end();
}

}  // namespace avow::mail
