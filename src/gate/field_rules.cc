// SPDX-License-Identifier: Apache-2.0
#include "gate/field_rules.hh"

#include <algorithm>

#include "base/domain.hh"
#include "base/text.hh"
#include "gate/gate.hh"

namespace avow::gate {
namespace {

constexpr std::size_t kLocalMax = 64;    // LIMIT: octets, RFC 5321 §4.5.3.1.1
constexpr std::size_t kDomainMax = 255;  // LIMIT: octets, RFC 5321 §4.5.3.1.2
constexpr std::size_t kLabelMax = 63;    // LIMIT: octets, RFC 1035 §2.3.4

bool is_atom_character(char c) {
    const auto u = static_cast<unsigned char>(c);
    return u >= 0x80 || std::isalnum(u) != 0 ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view local) {
    for (const auto atom : split(local, '.')) {
        if (atom.empty() || !std::all_of(atom.begin(), atom.end(), is_atom_character)) return false;
    }
    return true;
}

bool is_quoted_string(std::string_view local) {
    if (local.size() < 3 || local.front() != '"' || local.back() != '"') return false;
    local = local.substr(1, local.size() - 2);
    for (std::size_t i = 0; i < local.size(); ++i) {
        const auto c = static_cast<unsigned char>(local[i]);
        if (c < 0x20 || c == 0x7f || c == '"') return false;
        if (c == '\\' && (++i == local.size() || local[i] < 0x20)) return false;
    }
    return true;
}

bool is_domain(std::string_view domain) {
    if (domain.empty() || domain.size() > kDomainMax) return false;
    for (const auto label : split(domain, '.')) {
        const auto fits = [](char c) {
            const auto u = static_cast<unsigned char>(c);
            return u >= 0x80 || std::isalnum(u) != 0 || c == '-';
        };
        if (label.empty() || label.size() > kLabelMax || label.front() == '-' ||
            label.back() == '-' || !std::all_of(label.begin(), label.end(), fits)) {
            return false;
        }
    }
    const auto ascii = ascii_domain(domain);
    return ascii && ascii->size() <= kDomainMax;
}

bool has_control_character(std::string_view value) {
    return std::any_of(value.begin(), value.end(), [](char c) {
        const auto u = static_cast<unsigned char>(c);
        return u == 0x7f || (u < 0x20 && c != '\n' && c != '\r' && c != '\t');
    });
}

bool is_telephone(std::string_view value) {
    const auto digits = std::count_if(value.begin(), value.end(),
                                      [](unsigned char c) { return std::isdigit(c) != 0; });
    return digits >= 3 && value.size() <= 40 &&
           value.find_first_not_of("0123456789 +-.()/") == std::string_view::npos;
}

}  // namespace

bool is_mailbox(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || at == 0 || at > kLocalMax) return false;
    const auto local = text.substr(0, at);
    return (is_dot_atom(local) || is_quoted_string(local)) && is_domain(text.substr(at + 1));
}

std::optional<std::string> wrong_with(std::string_view field, std::string_view value) {
    const auto most = field == "message"   ? kMessageMax
                      : field == "answers" ? kAnswersMax
                                           : kValueMax;
    if (value.size() > most) {
        return "longer than " + std::to_string(most) + " bytes: shorten it";
    }
    if (first_invalid_utf8(value)) return "not valid UTF-8";
    if (has_control_character(value)) return "has a control character";
    if (trimmed(value).empty()) return "is empty: leave the field out instead";
    if (field == "email" && !is_mailbox(value)) {
        return "is not an email address: name@domain, at most 64 octets before the @";
    }
    if (field == "phone" && !is_telephone(value)) {
        return "is not a telephone number: digits, spaces and + - . ( ) / are taken";
    }
    return std::nullopt;
}

}  // namespace avow::gate
