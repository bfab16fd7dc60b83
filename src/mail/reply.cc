// SPDX-License-Identifier: Apache-2.0
#include "mail/reply.hh"

#include <algorithm>

#include "base/text.hh"

namespace avow::mail {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

Error no_reply() {
    return {Code::unavailable, "the mail server says something that is no SMTP reply"};
}

std::optional<int> code_of(std::string_view line) {
    if (line.size() < 3 || line[0] < '2' || line[0] > '5' || line[1] > '5') return std::nullopt;
    if (!std::all_of(line.begin(), line.begin() + 3, is_digit)) return std::nullopt;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

// "5.1.1 no such user": class 2, 4 or 5, as the code's, then two numbers of one to three digits.
std::string status_of(int code, std::string_view text) {
    const auto status = text.substr(0, text.find(' '));
    const auto parts = split(status, '.');
    if (parts.size() != 3 || parts[0].size() != 1 || parts[0][0] - '0' != code / 100) return {};
    for (const auto part : parts) {
        if (part.empty() || part.size() > 3 || !std::all_of(part.begin(), part.end(), is_digit)) {
            return {};
        }
    }
    return std::string(status);
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (auto& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

}  // namespace

Status ReplyReader::read_line(std::string_view line, bool& last) {
    const auto code = code_of(line);
    if (!code || (reply_.code != 0 && *code != reply_.code)) return no_reply();
    const char mark = line.size() > 3 ? line[3] : ' ';
    if ((mark != ' ' && mark != '-') || reply_.lines.size() == kLinesMax) return no_reply();
    const auto text = line.substr(std::min<std::size_t>(line.size(), 4));
    if (reply_.lines.empty()) reply_.status = status_of(*code, text);
    reply_.code = *code;
    reply_.lines.emplace_back(text);
    last = mark == ' ';
    return {};
}

Result<std::optional<Reply>> ReplyReader::next() {
    std::size_t at = 0;
    while (true) {
        const auto end = buffer_.find('\n', at);
        const auto size = (end == buffer_.npos ? buffer_.size() : end) - at;
        if (size > kLineMax) return no_reply();
        if (end == buffer_.npos) {
            buffer_.erase(0, at);
            return std::optional<Reply>();
        }
        std::string_view line(buffer_.data() + at, size);
        if (line.ends_with('\r')) line.remove_suffix(1);
        bool last = false;
        TRY_OK(read_line(line, last));
        at = end + 1;
        if (!last) continue;
        buffer_.erase(0, at);
        return std::optional<Reply>(std::exchange(reply_, {}));
    }
}

Extensions extensions_of(const Reply& reply) {
    Extensions found;
    for (std::size_t i = 1; i < reply.lines.size(); ++i) {
        const auto line = upper(reply.lines[i]);
        const auto words = split(line, ' ');
        const auto name = words[0];
        if (name == "STARTTLS") found.start_tls = true;
        if (name == "PIPELINING") found.pipelining = true;
        if (name == "8BITMIME") found.eight_bit = true;
        if (name == "SMTPUTF8") found.utf8 = true;
        if (name == "SIZE") found.size = true;
        if (name == "AUTH") {
            found.auth_plain = std::find(words.begin() + 1, words.end(), "PLAIN") != words.end();
        }
    }
    return found;
}

}  // namespace avow::mail
