// SPDX-License-Identifier: Apache-2.0
// `avow mail`: whether letters go out. Through the admin socket of the server that runs, or on the
// data directory.
#pragma once

#include <functional>

#include "app/commands.hh"

namespace CLI {
class App;
}

namespace avow::app {

// Adds the commands; the one that was chosen puts its act into `act`.
void add_mail_commands(CLI::App& app, std::function<Result<int>()>& act);

}  // namespace avow::app
