// SPDX-License-Identifier: Apache-2.0
// What comes in from outside: LMTP in any pieces, and messages as hostile as one likes.
#include <algorithm>
#include <string>

#include "base/text.hh"
#include "mail/html_text.hh"
#include "mail/inbound.hh"
#include "mail/lmtp.hh"
#include "mail/message.hh"

namespace {

using namespace avow::mail;

constexpr std::size_t kMost = 4'096;

// All replies, and what was delivered; the same whatever the pieces.
std::string heard(std::string_view bytes, std::size_t piece) {
    LmtpSession session("x.example", kMost,
                        [](std::string_view to) { return !to.starts_with('n'); });
    std::string all;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        session.feed(bytes.substr(at, piece));
        while (true) {
            const auto step = session.advance(all);
            if (step == LmtpSession::Step::end) return all + "!";
            if (step == LmtpSession::Step::more) break;
            const auto& delivery = session.delivery();
            if (delivery.recipients.empty() || delivery.message.size() > kMost) __builtin_trap();
            all += "[" + delivery.from + "|" + delivery.message + "]";
            session.delivered(std::vector<LmtpReply>(delivery.recipients.size()), all);
        }
    }
    return all;
}

bool is_clean(std::string_view text) {
    return !avow::first_invalid_utf8(text) && std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 ? c != 0x7f : c == '\n' || c == '\t';
    });
}

void read(std::string_view raw) {
    if (text_of_html(raw, 100).size() > 108) __builtin_trap();
    const auto mail = read_inbound(raw, "a@b.example");
    if (!mail) return;
    if (!is_clean(mail->text) || !is_clean(mail->subject) || !is_clean(mail->name))
        __builtin_trap();
    if (mail->subject.find('\n') != mail->subject.npos || mail->text.size() > kTextMax) {
        __builtin_trap();
    }
    // What may be answered can be answered.
    if (mail->message_id.empty()) return;
    const auto answer = compose({{"", "us@x.example"},
                                 {"", "them@x.example"},
                                 {},
                                 "Re: " + mail->subject,
                                 "x",
                                 "",
                                 "1@x.example",
                                 "en",
                                 {0},
                                 Message::Author::person,
                                 mail->message_id});
    if (!answer) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = data[0] % 16 + 1;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    // A line that is too long is noticed earlier in small pieces: not compared.
    const bool long_line = bytes.size() > kMost / 2;
    if (!long_line && heard(bytes, piece) != heard(bytes, bytes.size() + 1)) __builtin_trap();
    if (long_line) (void)heard(bytes, 1 + piece * 64);
    read(bytes);
    return 0;
}
