// SPDX-License-Identifier: Apache-2.0
// What a survey asks: a SurveyJS definition, as far as the server checks its answers exactly as the
// browser does. Whatever else SurveyJS knows is refused when the definition is read, by the RFC
// 6901 pointer of the property. Pure; a definition that was read does not change.
//
// The subset: pages, panels; text (a text or a number), comment, radiogroup, dropdown, checkbox,
// rating, boolean; isRequired, visibleIf, requiredIf (condition.hh, of questions before it);
// choices with "other" and "none"; min, max, maxLength, validators numeric and text; texts by
// language. Answers of what is not shown are no answers: the survey runs with
// clearInvisibleValues = onHidden, which definition_for_browser() sets.
// Source: survey-core 2.5.38, held to it by agreement_test.mjs; docs/surveys.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.hh"
#include "services/survey/condition.hh"

namespace avow::services {

inline constexpr std::size_t kDefinitionMax = 262'144;  // LIMIT: bytes
inline constexpr std::size_t kQuestionsMax = 200;       // LIMIT
inline constexpr std::size_t kChoicesMax = 60;          // LIMIT: a set of them is counted as bits
inline constexpr std::size_t kPanelDepthMax = 4;        // LIMIT
inline constexpr std::size_t kQuestionTextMax = 2'000;  // LIMIT: bytes of a title or a choice
inline constexpr std::int64_t kTextAnswerMax = 10'000;  // LIMIT: UTF-16 units of one text
inline constexpr std::int64_t kRatingsMax = 20;         // LIMIT: values of one rating
inline constexpr std::string_view kOther = "other";
inline constexpr std::string_view kNone = "none";
inline constexpr std::string_view kCommentSuffix = "-Comment";

using LocalText = std::map<std::string, std::string>;  // by language, "default" among them

enum class QuestionType { text, number, comment, radiogroup, dropdown, checkbox, rating, boolean };
std::string_view name_of(QuestionType type);

struct SurveyChoice {
    std::string value;
    LocalText text;  // empty: the value itself
};

struct Question {
    std::string name;
    QuestionType type = QuestionType::text;
    LocalText title;  // empty: the name itself
    bool required = false;
    std::optional<Condition> required_if = {};
    std::vector<Condition> shown_if = {};  // its page's, its panels' and its own: all must hold
    std::vector<SurveyChoice> choices = {};
    bool has_other = false;
    bool has_none = false;
    std::int64_t least_chosen = 0;  // of a checkbox; 0: any number
    std::int64_t most_chosen = 0;
    std::optional<double> least = {};  // of a number
    std::optional<double> most = {};
    // UTF-16 units: what the field takes, and what is right of a text that is not blank.
    std::int64_t field_takes = kTextAnswerMax;
    std::int64_t shortest = 0;
    std::int64_t longest = kTextAnswerMax;
    std::int64_t rating_from = 1;
    std::int64_t rating_to = 5;

    bool is_text() const { return type == QuestionType::text || type == QuestionType::comment; }
    bool has_choice(std::string_view value) const;
};

struct Definition {
    LocalText title;
    std::vector<Question> questions;  // in the order in which they are asked

    const Question* find(std::string_view name) const;
};

// `invalid`: each place that is wrong, or that the server could not check, by its pointer.
Result<Definition> read_definition(const boost::json::value& json);

// With what the server's checks rest on, for the browser.
boost::json::object definition_for_browser(const boost::json::object& definition);

// What the browser would hand over of these answers, in the order of the questions: without what is
// not shown. `invalid` by pointer where it would not hand them over, or where they name what the
// survey does not ask. Values are never repeated in the words.
Result<boost::json::object> check_answers(const Definition& definition,
                                          const boost::json::value& answers);

// As the text reads in this language; the default one below it.
std::string_view text_in(const LocalText& text, std::string_view language);

}  // namespace avow::services
