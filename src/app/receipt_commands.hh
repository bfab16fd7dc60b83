// SPDX-License-Identifier: Apache-2.0
// `avow receipt verify`: a downloaded receipt, offline, trusting nothing but the key.
#pragma once

#include <functional>

#include "base/result.hh"

namespace CLI {
class App;
}

namespace avow::app {

void add_receipt_commands(CLI::App& app, std::function<Result<int>()>& act);

}  // namespace avow::app
