// SPDX-License-Identifier: Apache-2.0
// Findings as they are made, one report for each file. Private to the room.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/compile.hh"

namespace avow::policy {

struct Place {
    std::uint32_t line = 1;
    std::uint32_t column = 1;  // in characters
    auto operator<=>(const Place&) const = default;
};

class Report {
  public:
    explicit Report(std::string file) : file_(std::move(file)) {}

    // `code` is one of the stable names that docs and callers know.
    void add(Place place, std::string_view code, std::string message, std::string suggestion = {});
    // Over the limit: counted, not kept. Asked before a costly suggestion is looked for.
    bool full() const { return findings_.size() >= kFindingsMax; }
    void leave_off() { ++left_off_; }

    const std::string& file() const { return file_; }
    std::string spelled(Place place) const;  // file:line:column
    std::vector<Finding>& findings() { return findings_; }
    std::uint32_t left_off() const { return left_off_; }

  private:
    std::string file_;
    std::vector<Finding> findings_;
    std::uint32_t left_off_ = 0;
};

// In quotation marks, and cut when it is very long.
std::string quoted(std::string_view words);

// `did you mean "x"?`, or the names there are, or nothing.
std::string meant(std::string_view word, std::span<const std::string> names);

}  // namespace avow::policy
