// SPDX-License-Identifier: Apache-2.0
#include "http/target.hh"

#include "base/text.hh"

namespace avow::http {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<char> decode_octet(std::string_view text, std::size_t at) {
    if (at + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[at + 1]);
    const int low = hex_digit(text[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    return static_cast<char>(high * 16 + low);
}

std::optional<std::string> decode_path(std::string_view text) {
    std::string path;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const auto octet = decode_octet(text, i);
            if (!octet || *octet == '/' || *octet == '\\') return std::nullopt;
            c = *octet;
            i += 2;
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
        path += c;
    }
    if (first_invalid_utf8(path)) return std::nullopt;
    for (const auto segment : split(path, '/')) {
        if (segment == "." || segment == "..") return std::nullopt;
    }
    return path;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
    if (target.size() > kTargetMax) return std::nullopt;
    Target parsed;
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!target.starts_with(scheme)) continue;
        target.remove_prefix(scheme.size());
        const auto slash = target.find('/');
        if (slash == std::string_view::npos || slash == 0) return std::nullopt;
        parsed.host = target.substr(0, slash);
        target.remove_prefix(slash);
    }
    if (!target.starts_with('/')) return std::nullopt;
    const auto mark = target.find('?');
    if (mark != std::string_view::npos) parsed.query = target.substr(mark + 1);
    auto path = decode_path(target.substr(0, mark));
    if (!path) return std::nullopt;
    parsed.path = std::move(*path);
    return parsed;
}

std::string decode_query(std::string_view text) {
    std::string value;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            value += ' ';
        } else if (const auto octet = text[i] == '%' ? decode_octet(text, i) : std::nullopt) {
            value += *octet;
            i += 2;
        } else {
            value += text[i];
        }
    }
    return value;
}

}  // namespace avow::http
