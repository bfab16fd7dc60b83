// SPDX-License-Identifier: Apache-2.0
// The commands that keep the house: customer, keys, retention. They go through the admin socket of
// the server that runs, or open the data directory.
#pragma once

#include <functional>

#include "app/commands.hh"

namespace CLI {
class App;
}

namespace avow::app {

// Adds the commands; the one that was chosen puts its act into `act`.
void add_keeping_commands(CLI::App& app, std::function<Result<int>()>& act);

struct EraseOptions {
    std::filesystem::path data;
    std::string customer;
    std::string scope = "customer";
    std::string name;
    bool yes = false;  // without it only the preview is told
};
Result<int> find_customer(const std::filesystem::path& data, const std::string& email,
                          Output output);
Result<int> export_customer(const std::filesystem::path& data, const std::string& customer);
Result<int> erase_customer(const EraseOptions& options, Output output);
Result<int> show_keys(const std::filesystem::path& data, Output output);
// Shows how far it is until the last older epoch is destroyed.
Result<int> rotate_keys(const std::filesystem::path& data, Output output);
Result<int> preview_retention(const std::filesystem::path& data, Output output);
Result<int> run_retention(const std::filesystem::path& data, Output output);

}  // namespace avow::app
