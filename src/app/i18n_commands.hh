// SPDX-License-Identifier: Apache-2.0
// `avow i18n status|export|import|confirm|pseudo`: the catalogues of a checkout (web/words), for
// translators. Works on a folder; the running program has its words inside.
#pragma once

#include <functional>

#include "base/result.hh"

namespace CLI {
class App;
}

namespace avow::app {

void add_i18n_commands(CLI::App& app, std::function<Result<int>()>& act);

}  // namespace avow::app
