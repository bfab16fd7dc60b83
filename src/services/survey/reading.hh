// SPDX-License-Identifier: Apache-2.0
// One object of a definition, read property by property; what nobody asked for is refused. Private
// to this folder.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "services/survey/definition.hh"

namespace avow::services {

// Every wrong place of a definition or of answers.
class Places {
  public:
    explicit Places(std::string words) : error_(Code::invalid, std::move(words)) {}
    void add(std::string pointer, std::string detail);
    bool none() const { return error_.inputs().empty(); }
    Status result() const;

  private:
    Error error_;
};

std::string pointer_below(const std::string& pointer, std::string_view name);

class Properties {
  public:
    Properties(const boost::json::value& value, std::string pointer, Places& places);

    const boost::json::value* find(std::string_view name);
    std::string name(std::string_view property);  // of a question, page or panel; empty when wrong
    std::string word(std::string_view property);  // a text that is no reader's; empty: absent
    bool flag(std::string_view property);
    std::optional<double> number(std::string_view property);
    std::int64_t whole(std::string_view property, std::int64_t otherwise, std::int64_t least,
                       std::int64_t most);
    LocalText text(std::string_view property);
    std::optional<Condition> condition(std::string_view property);
    const boost::json::array* list(std::string_view property, std::size_t most);
    // Known, and of no weight for the answers.
    void pass(std::initializer_list<std::string_view> properties);
    void finish();

    const std::string& pointer() const { return pointer_; }
    std::string at(std::string_view property) const { return pointer_below(pointer_, property); }
    Places& places() { return places_; }

  private:
    const boost::json::object* object_;
    std::string pointer_;
    Places& places_;
    std::vector<std::string_view> known_;
};

}  // namespace avow::services
