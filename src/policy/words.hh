// SPDX-License-Identifier: Apache-2.0
// The small languages inside promises.toml: durations, dates, names. Pure. Private to the room.
#pragma once

#include <optional>
#include <string_view>

#include "policy/policy.hh"

namespace avow::policy {

// "2 years", "18 months", "6 weeks", "30 days", "until withdrawn", "until closed".
std::optional<Retention> retention_from(std::string_view words);

// "30 days" or "4 weeks", as days.
std::optional<std::uint32_t> notice_period_from(std::string_view words);

std::optional<Basis> basis_from(std::string_view word);

// A day that the calendar has, as YYYY-MM-DD.
bool is_date(std::string_view text);

// Names stand in addresses, tables and the ledger: Latin letters, digits, - and _, at most 64.
bool is_name(std::string_view text);

// A name that may also have dots: 2010-11-29, v3.1.
bool is_version(std::string_view text);

}  // namespace avow::policy
