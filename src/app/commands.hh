// SPDX-License-Identifier: Apache-2.0
// The acts behind the commands. Each prints its answer on standard output and returns the exit
// code.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/configuration.hh"
#include "base/result.hh"

namespace avow::app {

enum class Output { text, json };
inline constexpr int kDone = 0;
inline constexpr int kNo = 1;
inline constexpr int kWrongUsage = 2;
inline constexpr int kFailed = 3;

struct ServeOptions {
    std::filesystem::path data;
    std::filesystem::path config;
    std::string listen;  // empty: as configured
    std::string policy;
    bool demo = false;
};
Result<int> serve(const ServeOptions& options);

Result<int> check_policy(const std::filesystem::path& folder, Output output);
Result<int> show_policy(const std::filesystem::path& folder);

// With the server running these go through its admin socket; else they open the data directory.
Result<int> create_token(const std::filesystem::path& data, const std::string& role,
                         const std::string& name, Output output);
Result<int> list_tokens(const std::filesystem::path& data, Output output);
Result<int> revoke_token(const std::filesystem::path& data, const std::string& id, Output output);
Result<int> publish_policy(const std::filesystem::path& data, const std::filesystem::path& folder,
                           Output output);

// What spreads the store over many machines; printed, or run on the database that `store` names.
enum class Applying { print_only, apply };
Result<int> distribute_store(const std::filesystem::path& data, Applying applying);

// Access logs into the traffic store; a log read before goes on where it was left.
Result<int> import_traffic(const std::filesystem::path& data, const std::vector<std::string>& files,
                           const std::string& site, const std::string& format, Output output);

Result<int> verify_data(const std::filesystem::path& data, const std::string& key, Output output);
Result<int> verify_url(const std::string& url, const std::string& key,
                       const std::filesystem::path& ca, Output output);
// `key` must have come by another way than the proof.
Result<int> verify_proof(const std::filesystem::path& file, const std::string& key, Output output);

}  // namespace avow::app
