// SPDX-License-Identifier: Apache-2.0
// Every table of the store, from the scripts of all rooms. A new script must be named here: a test
// holds this list against the files.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hh"
#include "sql/schema.hh"

namespace avow::app {

std::vector<std::string_view> house_scripts();
Result<std::vector<sql::Table>> house_tables();

}  // namespace avow::app
