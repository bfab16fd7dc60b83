// SPDX-License-Identifier: Apache-2.0
#include "app/mail_place.hh"

#include <algorithm>

#include <sys/stat.h>

#include "base/bytes.hh"
#include "base/file.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "mail/inbound.hh"

namespace avow::app {
namespace {

using mail::Security;

constexpr std::size_t kPasswordFileMax = 4096;  // LIMIT: bytes

Error no_imap_address() {
    return wrong("mail.imap",
                 "must be as imaps://user@mail.example.org/INBOX: a user, whose own @ is written "
                 "%40, a host, and a folder");
}

// RFC 3986 §2.1; nothing when it is none.
std::optional<std::string> without_percents(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain += text[i];
            continue;
        }
        const auto byte = from_hex(text.substr(i + 1, 2));
        if (!byte || byte->size() != 1) return std::nullopt;
        plain += static_cast<char>((*byte)[0]);
        i += 2;
    }
    return plain;
}

Result<std::string> secret_of(const Configuration::Mail& configured) {
    if (configured.imap_token_command.empty()) {
        return password_in(configured.imap_password_file, "mail.imap_password_file");
    }
    TRY(auto token,
        output_of_command(configured.imap_token_command, "the command of mail.imap_token_command"));
    std::string plain(trimmed(token));
    wipe(token.data(), token.size());
    if (plain.empty()) return wrong("mail.imap_token_command", "must print an access token");
    return plain;
}

}  // namespace

Error wrong(const std::string& key, const std::string& mend) {
    return {Code::invalid, key + " " + mend};
}

std::optional<HostAndPort> server_of(const std::string& text, std::uint16_t port_else) {
    auto host = text;
    auto port = port_else;
    const auto colon = text.rfind(':');
    const bool has_port = colon != text.npos && text.find(']', colon) == text.npos;
    if (has_port) {
        const auto digits = text.substr(colon + 1);
        if (digits.empty() || digits.size() > 5 ||
            digits.find_first_not_of("0123456789") != digits.npos || std::stoul(digits) == 0 ||
            std::stoul(digits) > 65'535) {
            return std::nullopt;
        }
        port = static_cast<std::uint16_t>(std::stoul(digits));
        host = text.substr(0, colon);
    }
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.empty() || host.find_first_of("[] /@") != host.npos) return std::nullopt;
    return HostAndPort{host, port};
}

Result<std::string> password_in(const std::string& path, const std::string& key) {
    struct stat info{};
    if (stat(path.c_str(), &info) == 0 && (info.st_mode & 0077) != 0) {
        return Error(Code::denied, key + " " + path + " can be read by others: chmod 600 mends it");
    }
    TRY(auto password, read_file(path, kPasswordFileMax));
    while (password.ends_with('\n') || password.ends_with('\r')) password.pop_back();
    if (password.empty() || password.find('\0') != password.npos) {
        return wrong(key, path + " must hold the password and nothing else");
    }
    return password;
}

Result<std::string> authorities_in(const std::string& path) {
    if (path.empty()) return std::string();
    TRY(auto pem, read_file(path));
    if (pem.empty()) return wrong("mail.ca", "names an empty file");
    return pem;
}

Result<ImapPlace> imap_place_of(const Configuration::Mail& configured) {
    ImapPlace place;
    auto& options = place.options;
    auto rest = std::string_view(configured.imap);
    if (rest.starts_with("imaps://")) {
        rest.remove_prefix(8);
    } else if (rest.starts_with("imap://")) {
        options.security = Security::starttls;
        rest.remove_prefix(7);
    } else {
        return no_imap_address();
    }
    if (configured.imap_security == "none-on-loopback") {
        options.security = Security::none_on_loopback;
    } else if (!configured.imap_security.empty()) {
        return wrong("mail.imap_security", "must be empty or none-on-loopback");
    }
    const auto slash = rest.find('/');
    const auto authority = rest.substr(0, slash);
    const auto at = authority.rfind('@');
    if (slash == rest.npos || at == rest.npos) return no_imap_address();
    const auto user = without_percents(authority.substr(0, at));
    const auto folder = without_percents(rest.substr(slash + 1));
    auto server = server_of(std::string(authority.substr(at + 1)),
                            configured.imap.starts_with("imaps") ? 993 : 143);
    const auto is_plain = [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7f; };
    if (!user || user->empty() || !std::all_of(user->begin(), user->end(), is_plain) || !server ||
        !folder || !mail::imap_folder_name(*folder)) {
        return no_imap_address();
    }
    for (const auto& [key, name] : {std::pair("mail.imap_processed", &configured.imap_processed),
                                    std::pair("mail.imap_set_aside", &configured.imap_set_aside)}) {
        if (!mail::imap_folder_name(*name) || *name == *folder) {
            return wrong(key, "must name a folder, and not the one that is read");
        }
    }
    if (configured.imap_password_file.empty() == configured.imap_token_command.empty()) {
        return wrong("mail.imap_password_file",
                     "or mail.imap_token_command must be set, and not both");
    }
    if (!configured.imap_password_file.empty()) {
        TRY(auto password, secret_of(configured));  // that it can be read is said at the start
        wipe(password.data(), password.size());
    } else {
        options.sign_in = mail::SignIn::xoauth2;
    }
    options.host = std::move(server->host);
    options.port = server->port;
    options.user = *user;
    options.secret = [configured] { return secret_of(configured); };
    TRY(options.authorities_pem, authorities_in(configured.ca));
    options.message_max = mail::kInboundMax;
    place.folder = *folder;
    return place;
}

}  // namespace avow::app
