// SPDX-License-Identifier: Apache-2.0
// Structured log: one JSON object a line on standard error. Values are numbers and words of ours;
// there is no overload for Personal, and callers never pass what a person sent.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace avow::log {

class Field {
  public:
    Field(std::string_view name, std::string_view value);
    Field(std::string_view name, const char* value) : Field(name, std::string_view(value)) {}
    template <typename Number>
        requires std::is_arithmetic_v<Number>
    Field(std::string_view name, Number value) : name_(name), json_(std::to_string(value)) {}

    std::string_view name() const { return name_; }
    const std::string& json() const { return json_; }

  private:
    std::string_view name_;
    std::string json_;
};

using Fields = std::initializer_list<Field>;

enum class Level { debug, info, warn, error };
void set_level(Level level);

void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warn(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

}  // namespace avow::log
