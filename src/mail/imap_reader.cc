// SPDX-License-Identifier: Apache-2.0
#include "mail/imap_reader.hh"

#include <algorithm>
#include <charconv>
#include <utility>

namespace avow::mail {
namespace {

Error no_response() {
    return {Code::unavailable, "the mail server says something that is no IMAP response"};
}

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

bool same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return upper(x) == upper(y); });
}

// One response without its literals, and those.
class Parser {
  public:
    Parser(std::string_view line, std::vector<std::string>& literals,
           const std::vector<std::size_t>& places)
        : line_(line), literals_(literals), places_(places) {}

    Result<ImapResponse> response() {
        ImapResponse response;
        const auto tag = word();
        if (tag == "+") {
            response.kind = ImapResponse::Kind::more;
            response.text = line_.substr(std::min(line_.size(), at_ + 1));
            return response;
        }
        if (tag.empty() || !take(' ')) return no_response();
        if (tag != "*") response.kind = ImapResponse::Kind::tagged;
        response.tag = tag;
        const auto begin = at_;
        const auto name = word();
        for (const auto* status : {"OK", "NO", "BAD", "BYE", "PREAUTH"}) {
            if (!same(name, status)) continue;
            response.status = status;
            response.code = code();
            return response;
        }
        if (response.kind == ImapResponse::Kind::tagged) return no_response();
        at_ = begin;
        TRY(response.values, values_until(line_.size(), 0));
        return response;
    }

  private:
    std::string_view word() {
        const auto from = at_;
        while (at_ < line_.size() && line_[at_] != ' ') ++at_;
        return line_.substr(from, at_ - from);
    }
    bool take(char c) {
        if (at_ >= line_.size() || line_[at_] != c) return false;
        ++at_;
        return true;
    }

    // "[UIDNEXT 5] …": the words in brackets; what is odd within them counts as nothing.
    std::vector<ImapValue> code() {
        if (!take(' ') || !take('[')) return {};
        const auto end = line_.find(']', at_);
        if (end == line_.npos) return {};
        auto read = values_until(end, 0);
        if (!read) return {};
        return std::move(*read);
    }

    // Values with a space between them, up to `end`. Some servers put one more before the end.
    Result<std::vector<ImapValue>> values_until(std::size_t end, std::size_t depth) {
        std::vector<ImapValue> values;
        while (at_ < end) {
            TRY(auto value, value_of(end, depth));
            values.push_back(std::move(value));
            if (at_ < end && !take(' ')) return no_response();
        }
        return values;
    }

    Result<ImapValue> value_of(std::size_t end, std::size_t depth) {
        switch (line_[at_]) {
            case '(':
                ++at_;
                return list(end, depth + 1);
            case '"':
                ++at_;
                return quoted(end);
            case '{':
            case '~':
                if (is_literal(end)) return literal();
                break;
            default:  // any: the first byte of an atom
                break;
        }
        return atom(end);
    }

    Result<ImapValue> list(std::size_t end, std::size_t depth) {
        if (depth > ImapReader::kDepthMax) return no_response();
        ImapValue value;
        value.kind = ImapValue::Kind::list;
        while (!(at_ < end && take(')'))) {
            if (at_ >= end) return no_response();
            if (!value.items.empty()) take(' ');  // addresses stand side by side
            if (at_ < end && line_[at_] == ')') continue;
            if (at_ >= end) return no_response();
            TRY(auto item, value_of(end, depth));
            value.items.push_back(std::move(item));
        }
        return value;
    }

    Result<ImapValue> quoted(std::size_t end) {
        ImapValue value;
        value.kind = ImapValue::Kind::string;
        while (at_ < end) {
            char c = line_[at_++];
            if (c == '"') return value;
            if (c == '\\') {
                if (at_ >= end) break;
                c = line_[at_++];
            }
            value.text += c;
        }
        return no_response();
    }

    bool is_literal(std::size_t end) const {
        const auto close = line_.find('}', at_);
        return close < end && next_ < places_.size() && places_[next_] == close + 1;
    }
    Result<ImapValue> literal() {
        ImapValue value;
        value.kind = ImapValue::Kind::string;
        value.text = std::move(literals_[next_]);
        at_ = places_[next_++];
        return value;
    }

    // With the section of "BODY[HEADER.FIELDS (To)]<0>", spaces and parentheses and all.
    Result<ImapValue> atom(std::size_t end) {
        const auto from = at_;
        while (at_ < end) {
            const char c = line_[at_];
            if (c == '[') {
                const auto close = line_.find(']', at_);
                if (close >= end) return no_response();
                at_ = close;
            } else if (c == ' ' || c == '(' || c == ')' || c == '"' || c == '{') {
                break;
            }
            ++at_;
        }
        if (at_ == from) return no_response();
        ImapValue value;
        value.text = line_.substr(from, at_ - from);
        return value;
    }

    const std::string_view line_;
    std::vector<std::string>& literals_;
    const std::vector<std::size_t>& places_;
    std::size_t at_ = 0;
    std::size_t next_ = 0;  // of the literals
};

// Whether a line's end is "{12}", "{12+}" and no word of a status that only looks so.
bool announces_literal(std::string_view line) {
    if (!line.ends_with('}')) return false;
    auto at = line.size() - 1;
    if (at > 0 && line[at - 1] == '+') --at;
    const auto digits_end = at;
    while (at > 0 && line[at - 1] >= '0' && line[at - 1] <= '9') --at;
    return at < digits_end && at > 0 && line[at - 1] == '{';
}

}  // namespace

bool ImapValue::is(std::string_view atom) const {
    return kind == Kind::atom && same(text, atom);
}

std::optional<std::uint32_t> ImapValue::number() const {
    std::uint32_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [read, fault] = std::from_chars(text.data(), end, value);
    if (kind != Kind::atom || text.empty() || fault != std::errc() || read != end) return {};
    return value;
}

void ImapReader::feed(std::string_view bytes) {
    if (at_ == input_.size()) {
        input_.clear();
        at_ = scanned_ = 0;
    }
    input_ += bytes;
}

// "… {size}" at the end of a line: so many bytes follow, whatever they are.
Status ImapReader::begin_literal() {
    const auto open = line_.rfind('{');
    if (open == line_.npos) return no_response();
    auto digits = std::string_view(line_).substr(open + 1, line_.size() - open - 2);
    if (digits.ends_with('+')) digits.remove_suffix(1);
    std::size_t size = 0;
    const auto [read, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (digits.empty() || digits.size() > 10 || fault != std::errc() ||
        read != digits.data() + digits.size() || literals_.size() == kLiteralsMax ||
        size > kPassedMax) {
        return no_response();
    }
    passing_ = size > literals_max_ - held_;
    auto& literal = literals_.emplace_back();
    places_.push_back(line_.size());
    wanted_ = size;
    if (passing_) {
        is_cut_ = true;
        return {};
    }
    literal.reserve(size);
    held_ += size;
    return {};
}

Result<bool> ImapReader::read_line() {
    const auto end = input_.find('\n', std::max(scanned_, at_));
    const auto size = (end == input_.npos ? input_.size() : end) - at_;
    if (line_.size() + size > kLineMax) return no_response();
    if (end == input_.npos) {
        scanned_ = input_.size();
        return false;
    }
    const auto line = std::string_view(input_).substr(at_, size);
    if (!line.ends_with('\r') || line.find('\0') != line.npos) return no_response();
    const auto piece = line.substr(0, size - 1);
    const bool whole = !announces_literal(piece);
    line_ += piece;
    at_ = scanned_ = end + 1;
    if (whole) return true;
    TRY_OK(begin_literal());
    return false;
}

Result<std::optional<ImapResponse>> ImapReader::next() {
    while (true) {
        if (wanted_ > 0) {
            const auto take = std::min(wanted_, input_.size() - at_);
            if (!passing_) literals_.back().append(input_, at_, take);
            at_ += take;
            wanted_ -= take;
            scanned_ = at_;
        }
        if (wanted_ > 0) break;
        const auto before = at_;
        TRY(const bool whole, read_line());
        if (whole) {
            auto response = Parser(line_, literals_, places_).response();
            line_.clear();
            literals_.clear();
            places_.clear();
            held_ = 0;
            if (!response) return response.error();
            response->is_cut = std::exchange(is_cut_, false);
            return std::optional<ImapResponse>(std::move(*response));
        }
        if (at_ == before) break;  // no line's end is there yet
    }
    input_.erase(0, at_);
    scanned_ -= std::min(scanned_, at_);
    at_ = 0;
    return std::optional<ImapResponse>();
}

}  // namespace avow::mail
