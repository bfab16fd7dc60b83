// SPDX-License-Identifier: Apache-2.0
// Where mail servers are and how we show who we are, read from the configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/configuration.hh"
#include "mail/imap.hh"

namespace avow::app {

Error wrong(const std::string& key, const std::string& mend);

struct HostAndPort {
    std::string host;
    std::uint16_t port = 0;
};
// host:port, [IPv6]:port, or a host alone.
std::optional<HostAndPort> server_of(const std::string& text, std::uint16_t port_else);

// `denied` when others can read the file; `key` names it in the configuration.
Result<std::string> password_in(const std::string& path, const std::string& key);
// PEM; empty when no file is named.
Result<std::string> authorities_in(const std::string& path);

struct ImapPlace {
    mail::ImapOptions options;
    std::string folder;
};
// mail.imap and the keys about it. `invalid` names the key and the mend. Connects to nobody.
Result<ImapPlace> imap_place_of(const Configuration::Mail& mail);

}  // namespace avow::app
