// SPDX-License-Identifier: Apache-2.0
// What the files of the account's acts share: the session's cookie, and routes on a worker.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/rooms.hh"
#include "base/personal.hh"
#include "http/message.hh"

namespace avow::api {

void set_session(http::Response& response, std::string_view session);
void clear_session(http::Response& response);
std::optional<Personal<std::string>> personal(std::optional<std::string> text);

using AccountHandler = http::Response (*)(Rooms&, const http::Request&);
void add_on_worker(http::Router& router, Rooms& rooms, http::Method method, std::string pattern,
                   AccountHandler handler);

}  // namespace avow::api
