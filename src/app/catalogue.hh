// SPDX-License-Identifier: Apache-2.0
// services.toml, beside the policy: the services that customers can have an account at.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "services/products/products.hh"

namespace avow::app {

// `invalid` with line and column of what is not right. `name` is how the file is called in errors.
Result<std::vector<services::Product>> parse_catalogue(std::string_view text,
                                                       std::string_view name);
// Nothing when the folder has no such file.
Result<std::vector<services::Product>> read_catalogue(const std::filesystem::path& folder);

}  // namespace avow::app
