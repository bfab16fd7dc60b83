// SPDX-License-Identifier: Apache-2.0
#include "mail/address.hh"

#include <algorithm>

#include "base/domain.hh"
#include "base/text.hh"

namespace avow::mail {
namespace {

// RFC 5322 §3.2.3 and, above ASCII, RFC 6532 §3.2.
bool is_atom_text(char c) {
    constexpr std::string_view kSpecial = "()<>[]:;@\\,\".";
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7f && kSpecial.find(c) == kSpecial.npos;
}

bool is_dotted_atoms(std::string_view text) {
    const auto atoms = split(text, '.');
    return std::all_of(atoms.begin(), atoms.end(), [](std::string_view atom) {
        return !atom.empty() && std::all_of(atom.begin(), atom.end(), is_atom_text);
    });
}

bool is_domain(std::string_view text) {
    const auto labels = split(text, '.');
    return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
        const auto fits = [](char c) {
            return static_cast<unsigned char>(c) >= 0x80 || c == '-' || (c >= '0' && c <= '9') ||
                   (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        };
        return !label.empty() && label.size() <= 63 && label.front() != '-' &&
               label.back() != '-' && std::all_of(label.begin(), label.end(), fits);
    });
}

}  // namespace

Status check_address(std::string_view address) {
    const Error wrong(Code::invalid, "this is no email address that a message can be sent to");
    if (address.size() > kAddressMax || first_invalid_utf8(address)) return wrong;
    const auto at = address.rfind('@');
    if (at == address.npos || at > kLocalPartMax) return wrong;
    if (!is_dotted_atoms(address.substr(0, at)) || !is_domain(address.substr(at + 1))) return wrong;
    return {};
}

std::string with_ascii_domain(const std::string& address) {
    const auto at = address.rfind('@');
    if (at == address.npos) return address;
    const auto domain = ascii_domain(std::string_view(address).substr(at + 1));
    return domain ? address.substr(0, at + 1) + *domain : address;
}

}  // namespace avow::mail
