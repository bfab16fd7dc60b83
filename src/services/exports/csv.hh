// SPDX-License-Identifier: Apache-2.0
// Lines of CSV (RFC 4180), for spreadsheets. Pure.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace avow::services {

// Every text in quotation marks. One that a spreadsheet would run as a formula begins with an
// apostrophe: as it was given it stands in data.json. A telephone number is no formula.
std::string csv_line(std::span<const std::string_view> texts);
std::string csv_line(std::initializer_list<std::string_view> texts);

}  // namespace avow::services
