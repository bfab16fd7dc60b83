// SPDX-License-Identifier: Apache-2.0
// `avow drp check`: an agent that holds any business's server to the Data Rights Protocol 1.0. It
// asks for one right of one person and revokes it; all else that it sends is to be refused.
#pragma once

#include <filesystem>
#include <string>

#include "app/commands.hh"

namespace avow::app {

struct DrpCheckOptions {
    std::string url;  // the api_base of the business, as https://host
    std::string agent;
    std::string business;
    std::filesystem::path key;        // as `avow drp key` makes it
    std::string other_agent;          // a second one that the business knows; or empty
    std::filesystem::path other_key;  // its key
    std::string email;                // whom it asks for
    std::string exercise = "access";
    std::filesystem::path ca;
    bool strict = false;  // advice counts, too
    Output output = Output::text;
};
// kDone when all is green, kNo when something is red; an error when it could not be asked at all.
Result<int> check_drp(const DrpCheckOptions& options);

}  // namespace avow::app
