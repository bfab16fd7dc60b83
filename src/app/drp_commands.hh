// SPDX-License-Identifier: Apache-2.0
// `avow drp …`: the agents of the Data Rights Protocol that this house trusts; a key of one's own;
// and a check of any business's server, as an agent sees it.
#pragma once

#include <filesystem>
#include <functional>

#include "app/commands.hh"
#include "crypto/sign.hh"

namespace CLI {
class App;
}

namespace avow::app {

// An agent's key, from a file that `avow drp key` made: base64 of the seed of RFC 8032.
Result<crypto::SigningKey> read_drp_key(const std::filesystem::path& file);

void add_drp_commands(CLI::App& app, std::function<Result<int>()>& act);

}  // namespace avow::app
