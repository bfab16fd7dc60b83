// SPDX-License-Identifier: Apache-2.0
// When a question is shown or wanted: the part of SurveyJS' expressions that we evaluate exactly.
//
//   either = both {"or" both};  both = test {"and" test};
//   test   = "(" either ")" | "{" question "}" operator [literal];
//
// with = == <> != > >= < <= empty notempty contains notcontains, and a text, a number, true or
// false. Which operator and which literal a question takes depends on its type, so that no value is
// ever turned into another type, which is where expression languages differ. A question that was
// not answered compares as in SurveyJS: it is unlike every literal, and neither more nor less.
// Pure. Source: survey-core 2.5.38, held to it by agreement_test.mjs.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/result.hh"

namespace avow::services {

enum class ConditionOperator {
    equal,
    unequal,
    more,
    at_least,
    less,
    at_most,
    empty,
    not_empty,
    contains,
    contains_not,
};

using ConditionLiteral = std::variant<std::monostate, std::string, double, bool>;

struct Condition {
    enum class Kind { always, test, all, any };
    Kind kind = Kind::always;
    std::vector<Condition> parts = {};  // of `all` and `any`
    std::string question = {};
    ConditionOperator test = ConditionOperator::not_empty;
    ConditionLiteral literal = {};
};

inline constexpr int kConditionDepthMax = 16;           // LIMIT: of parentheses
inline constexpr std::size_t kConditionTextMax = 2000;  // LIMIT: bytes

// `invalid`, with words that say where in the text it stops being one of ours.
Result<Condition> parse_condition(std::string_view text);

// Every test of a condition, in its order.
void for_each_test(const Condition& condition, const std::function<void(const Condition&)>& visit);

// `answers` as checked until here: a question that is not there was not answered.
bool holds(const Condition& condition, const boost::json::object& answers);

}  // namespace avow::services
