// SPDX-License-Identifier: Apache-2.0
#include "policy/source.hh"

#include <algorithm>

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include "base/text.hh"

namespace avow::policy {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Control characters but tab and line ends: no reader sees them, so no quote can name them.
std::optional<std::size_t> first_control(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) return i;
    }
    return std::nullopt;
}

bool joins_without_space(UChar32 c) {
    const auto width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    if (width != U_EA_WIDE && width != U_EA_FULLWIDTH) return false;
    UErrorCode status = U_ZERO_ERROR;
    return uscript_getScript(c, &status) != USCRIPT_HANGUL;
}

}  // namespace

SourceText::SourceText(std::string_view text) : text_(text), line_starts_{0} {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool in_crlf = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (text[i] == '\n' || (text[i] == '\r' && !in_crlf)) line_starts_.push_back(i + 1);
    }
}

std::optional<SourceText> SourceText::create(const SourceFile& file, Report& report) {
    if (file.content.size() > kPolicyFileMax) {
        report.add({}, "file_too_large",
                   "the file has " + std::to_string(file.content.size()) + " bytes, more than " +
                       std::to_string(kPolicyFileMax) + "; it was not read",
                   "a policy that people can read is far smaller");
        return std::nullopt;
    }
    std::string_view text = file.content;
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const auto dropped = file.content.size() - text.size();
    SourceText source(text);
    if (const auto bad = first_invalid_utf8(text)) {
        report.add(source.place_of(*bad), "invalid_utf8",
                   "this is not UTF-8: the byte at offset " + std::to_string(*bad + dropped),
                   "save the file as UTF-8");
        return std::nullopt;
    }
    if (const auto bad = first_control(text)) {
        report.add(source.place_of(*bad), "control_character",
                   "an invisible control character stands at byte offset " +
                       std::to_string(*bad + dropped),
                   "delete it");
        return std::nullopt;
    }
    return source;
}

Place SourceText::place_of(std::size_t offset) const {
    const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    const auto line = static_cast<std::size_t>(after - line_starts_.begin());
    const auto start = line_starts_[line - 1];
    const auto before = text_.substr(start, offset - start);
    return {static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(length_of(before) + 1)};
}

std::size_t SourceText::start_of_line(std::size_t line) const {
    if (line == 0) return 0;
    return line > line_starts_.size() ? text_.size() : line_starts_[line - 1];
}

std::string fold_space(std::string_view text, std::vector<std::uint32_t>* from) {
    std::string out;
    out.reserve(text.size());
    if (from) from->clear();
    const auto put = [&](std::string_view bytes, std::size_t source) {
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (from) from->push_back(static_cast<std::uint32_t>(source + i));
        }
        out += bytes;
    };
    UChar32 before = 0;  // the last character put; 0 at the start
    bool space = false;
    bool line_break = false;
    std::size_t space_at = 0;
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < size;) {
        const auto start = static_cast<std::size_t>(at);
        UChar32 c;
        U8_NEXT(text.data(), at, size, c);
        if (c >= 0 && u_isUWhiteSpace(c)) {
            if (!space) space_at = start;
            space = true;
            line_break = line_break || c == '\n' || c == '\r';
            continue;
        }
        const bool nothing = line_break && joins_without_space(before) && joins_without_space(c);
        if (space && before != 0 && !nothing) put(" ", space_at);
        put(text.substr(start, static_cast<std::size_t>(at) - start), start);
        before = c;
        space = line_break = false;
    }
    return out;
}

}  // namespace avow::policy
