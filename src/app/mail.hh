// SPDX-License-Identifier: Apache-2.0
// Mail as it is configured: who carries it, how letters and their links are named, and the
// operator's routes of the admin socket.
#pragma once

#include <memory>

#include "app/configuration.hh"
#include "app/house.hh"
#include "http/router.hh"
#include "mail/carrier.hh"
#include "mail/smtp.hh"
#include "services/letters/post.hh"

namespace avow::app {

std::string_view name_of(Fetching::State state);

// Null when neither a server nor a folder is configured. `invalid` names the key and the mend,
// `denied` a password file that others can read. Connects to nobody.
Result<std::unique_ptr<mail::Carrier>> carrier_of(const Configuration::Mail& mail,
                                                  const mail::Timeouts& timeouts);
// "smtp", "folder" or "none".
std::string_view carrier_name(const Configuration::Mail& mail);

// Behind the @ of Message-IDs.
std::string letter_domain(const Configuration& configuration);
// What links to our pages begin with: mail.links, else the first public host and the port.
std::string pages_address(const Configuration& configuration, std::uint16_t port);
services::Post::Options post_options(const Configuration& configuration, std::uint16_t port);
// By web/words/*/mail.json.
Result<services::Say> letter_words();

// GET /mail, POST /mail/test {to, language?}
void add_mail_routes(http::Router& router, House& house);

}  // namespace avow::app
