// SPDX-License-Identifier: Apache-2.0
#include "mail/charset.hh"

#include <memory>

#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include "base/text.hh"

namespace avow::mail {
namespace {

struct Close {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
};

std::unique_ptr<UConverter, Close> converter_of(const char* label) {
    auto error = U_ZERO_ERROR;
    std::unique_ptr<UConverter, Close> converter(ucnv_open(label, &error));
    if (U_FAILURE(error)) return nullptr;
    return converter;
}

std::string converted(std::string_view bytes, UConverter& converter) {
    auto error = U_ZERO_ERROR;
    icu::UnicodeString text(bytes.data(), static_cast<std::int32_t>(bytes.size()), &converter,
                            error);
    std::string utf8;
    if (U_SUCCESS(error)) text.toUTF8String(utf8);
    return utf8;
}

bool is_unlabelled(const std::string& label) {
    const auto folded = fold(label);
    return folded.empty() || folded == "utf-8" || folded == "utf8" || folded == "us-ascii" ||
           folded == "ascii" || folded == "unknown-8bit" || folded == "x-unknown";
}

}  // namespace

std::string to_utf8(std::string_view bytes, const std::string& label) {
    if (is_unlabelled(label) || label.size() > 64) {
        if (!first_invalid_utf8(bytes)) return std::string(bytes);
    } else if (const auto converter = converter_of(label.c_str())) {
        return converted(bytes, *converter);
    } else if (!first_invalid_utf8(bytes)) {
        return std::string(bytes);
    }
    const auto any = converter_of("windows-1252");
    return any ? converted(bytes, *any) : std::string();
}

std::string to_imap_utf7(std::string_view utf8) {
    const auto converter = converter_of("IMAP-mailbox-name");
    if (!converter) return std::string(utf8);
    const auto text = icu::UnicodeString::fromUTF8(
        icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
    std::string spelled(utf8.size() * 4 + 8, '\0');
    auto error = U_ZERO_ERROR;
    const auto size = text.extract(spelled.data(), static_cast<std::int32_t>(spelled.size()),
                                   converter.get(), error);
    if (U_FAILURE(error)) return std::string(utf8);
    spelled.resize(static_cast<std::size_t>(size));
    return spelled;
}

std::string clean_text(std::string_view utf8) {
    std::string clean;
    clean.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto c = static_cast<unsigned char>(utf8[i]);
        if (c == '\r') {
            if (i + 1 == utf8.size() || utf8[i + 1] != '\n') clean += '\n';
        } else if (c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7f)) {
            // U+0080 to U+009F are controls, too.
            const bool c1 =
                c == 0xc2 && i + 1 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) < 0xa0;
            if (c1) {
                ++i;
            } else {
                clean += utf8[i];
            }
        }
    }
    return std::string(trimmed(clean));
}

std::string clean_line(std::string_view utf8) {
    auto line = clean_text(utf8);
    for (auto& c : line) {
        if (c == '\n' || c == '\t') c = ' ';
    }
    return line;
}

}  // namespace avow::mail
