// SPDX-License-Identifier: Apache-2.0
#include "mail/file_type.hh"

#include <algorithm>
#include <array>

#include "base/text.hh"

namespace avow::mail {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLookedAt = 4'096;  // LIMIT: bytes

struct Pattern {
    std::size_t at;
    std::string_view bytes;
    std::string_view type;
};

constexpr std::array kPatterns{
    Pattern{0, "%PDF-"sv, "application/pdf"sv},
    Pattern{0, "\x89PNG\r\n\x1a\n"sv, "image/png"sv},
    Pattern{0, "\xff\xd8\xff"sv, "image/jpeg"sv},
    Pattern{0, "GIF87a"sv, "image/gif"sv},
    Pattern{0, "GIF89a"sv, "image/gif"sv},
    Pattern{8, "WEBPVP8"sv, "image/webp"sv},
    Pattern{0, "II*\0"sv, "image/tiff"sv},
    Pattern{0, "MM\0*"sv, "image/tiff"sv},
    Pattern{4, "ftyphei"sv, "image/heic"sv},
    Pattern{4, "ftyp"sv, "video/mp4"sv},
    Pattern{8, "WAVEfmt"sv, "audio/wav"sv},
    Pattern{0, "ID3"sv, "audio/mpeg"sv},
    Pattern{0, "OggS\0"sv, "application/ogg"sv},
    Pattern{0, "\x1f\x8b\x08"sv, "application/gzip"sv},
    Pattern{0, "7z\xbc\xaf\x27\x1c"sv, "application/x-7z-compressed"sv},
    Pattern{0, "Rar!\x1a\x07"sv, "application/vnd.rar"sv},
    Pattern{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "application/x-ole-storage"sv},
    Pattern{0, "MZ"sv, "application/vnd.microsoft.portable-executable"sv},
    Pattern{0,
            "\x7f"
            "ELF"sv,
            "application/x-elf"sv},
    Pattern{0, "{\\rtf"sv, "application/rtf"sv},
    Pattern{0, "#!"sv, "application/x-shellscript"sv},
};

// An office's document is a ZIP archive whose first entries tell of what.
std::string_view zipped(std::string_view start) {
    constexpr std::string_view kOpen = "application/vnd.oasis.opendocument.";
    constexpr std::array kEntries{
        Pattern{0, "word/"sv,
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"sv},
        Pattern{0, "xl/"sv, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"sv},
        Pattern{0, "ppt/"sv,
                "application/vnd.openxmlformats-officedocument.presentationml.presentation"sv},
    };
    for (const auto* kind : {"text", "spreadsheet", "presentation"}) {
        const auto type = std::string(kOpen) + kind;
        if (start.substr(30).starts_with("mimetype" + type)) {
            return kind == "text"sv          ? "application/vnd.oasis.opendocument.text"sv
                   : kind == "spreadsheet"sv ? "application/vnd.oasis.opendocument.spreadsheet"sv
                                             : "application/vnd.oasis.opendocument.presentation"sv;
        }
    }
    if (start.find("[Content_Types].xml") != start.npos) {
        for (const auto& entry : kEntries) {
            if (start.find(entry.bytes) != start.npos) return entry.type;
        }
    }
    return "application/zip";
}

bool begins(std::string_view text, std::string_view lower) {
    return text.size() >= lower.size() &&
           std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
               return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
           });
}

// UTF-8 without control characters: then by how it begins.
std::string_view written(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    // The last character may be cut in two.
    const auto wrong = first_invalid_utf8(text);
    if (wrong && (*wrong + 4 < text.size() || text.size() + 3 < kLookedAt)) return {};
    const bool control = std::any_of(text.begin(), text.end(), [](char c) {
        const auto u = static_cast<unsigned char>(c);
        return u == 0x7f || (u < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f');
    });
    if (control) return {};
    const auto start = trimmed(text);
    for (const auto* tag : {"<!doctype html", "<html", "<head", "<body", "<script"}) {
        if (begins(start, tag)) return "text/html";
    }
    if (begins(start, "<svg")) return "image/svg+xml";
    if (begins(start, "<?xml")) {
        return start.find("<svg") != start.npos ? "image/svg+xml"sv : "application/xml"sv;
    }
    if (begins(start, "begin:vcalendar")) return "text/calendar";
    if (begins(start, "begin:vcard")) return "text/vcard";
    return "text/plain";
}

// U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069, U+061C, U+FEFF: marks that are not seen, and
// turn what is.
bool is_turning(std::string_view character) {
    constexpr std::array kMarks{
        "\xe2\x80\x8e"sv, "\xe2\x80\x8f"sv, "\xe2\x80\xaa"sv, "\xe2\x80\xab"sv, "\xe2\x80\xac"sv,
        "\xe2\x80\xad"sv, "\xe2\x80\xae"sv, "\xe2\x81\xa6"sv, "\xe2\x81\xa7"sv, "\xe2\x81\xa8"sv,
        "\xe2\x81\xa9"sv, "\xd8\x9c"sv,     "\xef\xbb\xbf"sv};
    return std::find(kMarks.begin(), kMarks.end(), character) != kMarks.end();
}

std::size_t width_of(char lead) {
    const auto u = static_cast<unsigned char>(lead);
    return u < 0xc0 ? 1 : u < 0xe0 ? 2 : u < 0xf0 ? 3 : 4;
}

std::string_view cut_to(std::string_view text, std::size_t most) {
    auto size = std::min(text.size(), most);
    while (size > 0 && size < text.size() &&
           (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
        --size;
    return text.substr(0, size);
}

}  // namespace

std::string_view file_type_of(std::string_view bytes) {
    const auto start = bytes.substr(0, kLookedAt);
    if (start.starts_with("PK\x03\x04"sv) && start.size() > 30) return zipped(start);
    for (const auto& pattern : kPatterns) {
        if (start.size() > pattern.at && start.substr(pattern.at).starts_with(pattern.bytes))
            return pattern.type;
    }
    const auto text = written(start);
    return text.empty() ? "application/octet-stream"sv : text;
}

std::string file_name_of(std::string_view given, std::size_t most) {
    const auto path = given.find_last_of("/\\");
    if (path != given.npos) given.remove_prefix(path + 1);
    std::string name;
    for (std::size_t i = 0; i < given.size();) {
        const auto character = given.substr(i, width_of(given[i]));
        i += character.size();
        const auto u = static_cast<unsigned char>(character[0]);
        if (u < 0x20 || u == 0x7f || is_turning(character)) continue;
        // Signs that a file's name may not have somewhere.
        if (character.find_first_of("\"*:<>?|") != character.npos) {
            name += '_';
        } else {
            name += character;
        }
    }
    auto whole = trimmed(name);
    while (whole.starts_with('.')) whole.remove_prefix(1);
    if (whole.size() <= most) return std::string(whole);
    constexpr std::size_t kEndingMax = 12;  // LIMIT: bytes of an ending that is kept
    const auto dot = whole.rfind('.');
    if (dot == whole.npos || whole.size() - dot > kEndingMax)
        return std::string(cut_to(whole, most));
    const auto ending = whole.substr(dot);
    return std::string(cut_to(whole, most - ending.size())) + std::string(ending);
}

}  // namespace avow::mail
