// SPDX-License-Identifier: Apache-2.0
// What a mail server says, in any pieces; addresses; and messages out of whatever is given.
#include <algorithm>
#include <string>

#include "mail/address.hh"
#include "mail/message.hh"
#include "mail/reply.hh"
#include "mail/smtp.hh"

namespace {

using namespace avow::mail;

// All replies as one text, ending in "!" where the bytes stop to be SMTP.
std::string heard(std::string_view bytes, std::size_t piece) {
    ReplyReader reader;
    std::string all;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        reader.feed(bytes.substr(at, piece));
        while (true) {
            const auto reply = reader.next();
            if (!reply) return all + "!";
            if (!*reply) break;
            if ((*reply)->code < 200 || (*reply)->code > 559 || (*reply)->lines.empty())
                __builtin_trap();
            (void)extensions_of(**reply);
            all += std::to_string((*reply)->code) + (*reply)->status;
            for (const auto& line : (*reply)->lines) all += "|" + line;
        }
    }
    return all;
}

std::string without_dots(std::string_view sent) {
    std::string out;
    while (!sent.empty()) {
        const auto end = sent.find('\n') + 1;
        auto line = sent.substr(0, end == 0 ? sent.size() : end);
        sent.remove_prefix(line.size());
        if (line == ".\r\n" && sent.empty()) return out;
        if (line.starts_with('.')) line.remove_prefix(1);
        out += line;
    }
    __builtin_trap();  // no end was found
}

std::size_t lines_that_begin(const std::string& message, std::string_view name) {
    std::size_t count = 0;
    const auto head = "\r\n" + message.substr(0, message.find("\r\n\r\n") + 2);
    for (auto at = head.find(name); at != head.npos; at = head.find(name, at + 1)) ++count;
    return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = data[0] % 16 + 1;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);

    if (heard(text, piece) != heard(text, std::max<std::size_t>(text.size(), 1))) __builtin_trap();

    const auto back = without_dots(with_dots(text));
    if (back != text && back != text + "\r\n") __builtin_trap();

    if (check_address(text)) {
        if (text.find_first_of(std::string_view("\r\n\0 <>,", 7)) != text.npos) __builtin_trap();
    }
    Message message;
    message.from = {text.substr(0, text.size() / 2), "a@b.example"};
    message.to = {"", "c@d.example"};
    message.subject = text;
    message.text = text;
    message.id = "x@y.example";
    if (const auto composed = compose(message)) {
        for (const auto* name : {"\r\nFrom:", "\r\nTo:", "\r\nSubject:", "\r\nMessage-Id:"}) {
            if (lines_that_begin(*composed, name) != 1) __builtin_trap();
        }
        if (lines_that_begin(*composed, "\r\nBcc") != 0) __builtin_trap();
    }
    return 0;
}
