// SPDX-License-Identifier: Apache-2.0
// `avow staff invite|list|disable`.
#pragma once

#include <functional>

#include "app/commands.hh"

namespace CLI {
class App;
}

namespace avow::app {

void add_staff_commands(CLI::App& app, std::function<Result<int>()>& act);

}  // namespace avow::app
