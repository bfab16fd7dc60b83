// SPDX-License-Identifier: Apache-2.0
#include "services/survey/definition.hh"

#include <algorithm>
#include <array>
#include <set>

#include <boost/json.hpp>

#include "base/text.hh"
#include "services/survey/reading.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

constexpr std::size_t kElementsMax = 400;     // LIMIT: of one page or panel
constexpr std::size_t kChoiceValueMax = 100;  // LIMIT: bytes

constexpr std::array<std::pair<std::string_view, QuestionType>, 7> kTypes{
    {{"text", QuestionType::text},
     {"comment", QuestionType::comment},
     {"radiogroup", QuestionType::radiogroup},
     {"dropdown", QuestionType::dropdown},
     {"checkbox", QuestionType::checkbox},
     {"rating", QuestionType::rating},
     {"boolean", QuestionType::boolean}}};

// Which operators a question takes, and what stands beside them.
bool takes(const Question& question, const Condition& test) {
    const auto& literal = test.literal;
    const auto* text = std::get_if<std::string>(&literal);
    switch (test.test) {
        case ConditionOperator::empty:
        case ConditionOperator::not_empty:
            return true;
        case ConditionOperator::contains:
        case ConditionOperator::contains_not:
            return question.type == QuestionType::checkbox && text != nullptr &&
                   question.has_choice(*text);
        case ConditionOperator::equal:
        case ConditionOperator::unequal:
            if (question.type == QuestionType::boolean)
                return std::holds_alternative<bool>(literal);
            if (question.type == QuestionType::radiogroup ||
                question.type == QuestionType::dropdown) {
                return text != nullptr && question.has_choice(*text);
            }
            [[fallthrough]];
        case ConditionOperator::more:
        case ConditionOperator::at_least:
        case ConditionOperator::less:
        case ConditionOperator::at_most:
            return std::holds_alternative<double>(literal) &&
                   (question.type == QuestionType::number || question.type == QuestionType::rating);
    }
    return false;
}

class Reading {
  public:
    explicit Reading(Definition& into) : into_(into) {}

    Status read(const bj::value& json) {
        Properties survey(json, "", places_);
        into_.title = survey.text("title");
        survey.text("description");
        survey.pass({"showProgressBar", "showQuestionNumbers", "showTitle", "showPageTitles"});
        if (const auto hidden = survey.word("clearInvisibleValues");
            !hidden.empty() && hidden != "onHidden") {
            places_.add("/clearInvisibleValues",
                        "must be onHidden, or left out: what is not shown is no answer");
        }
        if (const auto* pages = survey.list("pages", kElementsMax)) {
            for (std::size_t i = 0; i < pages->size(); ++i) {
                read_group((*pages)[i], "/pages/" + std::to_string(i), 0, {});
            }
        }
        if (const auto* elements = survey.list("elements", kElementsMax)) {
            read_elements(*elements, "/elements", 0, {});
        }
        survey.finish();
        if (places_.none() && into_.questions.empty()) {
            places_.add("/pages", "at least one question is wanted");
        }
        return places_.result();
    }

  private:
    using Conditions = std::vector<Condition>;

    void take_name(const std::string& name, const std::string& pointer) {
        if (!name.empty() && !names_.insert(fold(name)).second) {
            places_.add(pointer, "has the same name as another, or one that differs in case alone");
        }
    }

    // Of questions that come before: then what is shown can be told in one pass.
    std::optional<Condition> read_condition(Properties& of, std::string_view property) {
        auto condition = of.condition(property);
        if (!condition) return condition;
        for_each_test(*condition, [&](const Condition& test) {
            const auto* question = into_.find(test.question);
            if (question == nullptr) {
                places_.add(of.at(property), "asks for a question that does not come before it");
            } else if (!takes(*question, test)) {
                places_.add(of.at(property),
                            "compares a question of type " + std::string(name_of(question->type)) +
                                " in a way that it does not take; a choice is named by its value");
            }
        });
        return condition;
    }

    // A page or a panel.
    void read_group(const bj::value& json, const std::string& pointer, std::size_t depth,
                    Conditions shown_if) {
        Properties group(json, pointer, places_);
        take_name(group.name("name"), group.at("name"));
        group.text("title");
        group.text("description");
        group.pass({"startWithNewLine", "showNumber"});
        if (depth > 0) group.word("type");
        if (auto own = read_condition(group, "visibleIf")) shown_if.push_back(std::move(*own));
        if (const auto* elements = group.list("elements", kElementsMax)) {
            read_elements(*elements, group.at("elements"), depth, shown_if);
        }
        group.finish();
    }

    void read_elements(const bj::array& elements, const std::string& pointer, std::size_t depth,
                       const Conditions& shown_if) {
        for (std::size_t i = 0; i < elements.size(); ++i) {
            const auto here = pointer + "/" + std::to_string(i);
            const auto* object = elements[i].if_object();
            const auto* type = object == nullptr ? nullptr : object->if_contains("type");
            if (type == nullptr || !type->is_string()) {
                places_.add(here + "/type", "a type is wanted");
            } else if (std::string_view(type->get_string()) != "panel") {
                read_question(elements[i], here, shown_if);
            } else if (depth == kPanelDepthMax) {
                places_.add(here, "panels stand in panels too deep");
            } else {
                read_group(elements[i], here, depth + 1, shown_if);
            }
        }
    }

    void read_question(const bj::value& json, const std::string& pointer,
                       const Conditions& shown_if) {
        Properties properties(json, pointer, places_);
        Question question;
        const auto type = properties.word("type");
        const auto found = std::find_if(kTypes.begin(), kTypes.end(),
                                        [&](const auto& one) { return one.first == type; });
        if (found == kTypes.end()) {
            return places_.add(pointer + "/type",
                               "the server cannot check this type: it knows text, comment, "
                               "radiogroup, dropdown, checkbox, rating, boolean and panel");
        }
        question.type = found->second;
        question.name = properties.name("name");
        take_name(question.name, properties.at("name"));
        question.title = properties.text("title");
        properties.text("description");
        properties.text("requiredErrorText");
        properties.pass({"startWithNewLine", "showNumber", "titleLocation"});
        question.required = properties.flag("isRequired");
        question.shown_if = shown_if;
        if (auto own = read_condition(properties, "visibleIf")) {
            question.shown_if.push_back(std::move(*own));
        }
        question.required_if = read_condition(properties, "requiredIf");
        if (question.required && question.required_if) {
            places_.add(properties.at("isRequired"),
                        "requiredIf overrules it in SurveyJS: keep one of the two");
        }
        read_kind(properties, question);
        properties.finish();
        if (into_.questions.size() == kQuestionsMax) {
            return places_.add(pointer, "more than " + std::to_string(kQuestionsMax) +
                                            " questions: leave some out");
        }
        into_.questions.push_back(std::move(question));
    }

    void read_kind(Properties& properties, Question& question) {
        switch (question.type) {
            case QuestionType::text:
            case QuestionType::number:
                return read_text(properties, question);
            case QuestionType::comment:
                properties.pass({"rows", "autoGrow", "allowResize"});
                return read_lengths(properties, question);
            case QuestionType::radiogroup:
            case QuestionType::dropdown:
            case QuestionType::checkbox:
                return read_choices(properties, question);
            case QuestionType::rating:
                properties.text("minRateDescription");
                properties.text("maxRateDescription");
                properties.pass({"rateType", "displayMode", "displayRateDescriptionsAsExtremeItems",
                                 "rateColorMode", "scaleColorMode"});
                question.rating_from = properties.whole("rateMin", 1, 0, 100);
                question.rating_to = properties.whole("rateMax", 5, 1, 100);
                if (question.rating_to <= question.rating_from ||
                    question.rating_to - question.rating_from >= kRatingsMax) {
                    places_.add(properties.at("rateMax"), "must be above rateMin, by less than " +
                                                              std::to_string(kRatingsMax));
                }
                return;
            case QuestionType::boolean:
                properties.text("labelTrue");
                properties.text("labelFalse");
                properties.pass({"renderAs", "swapOrder"});
        }
    }

    void read_text(Properties& properties, Question& question) {
        const auto input = properties.word("inputType");
        if (input == "number") {
            properties.text("placeholder");
            question.type = QuestionType::number;
            question.least = properties.number("min");
            question.most = properties.number("max");
            read_validators(properties, question);
            return;
        }
        if (!input.empty() && input != "text") {
            places_.add(properties.at("inputType"), "the server checks text and number only");
        }
        read_lengths(properties, question);
    }

    void read_lengths(Properties& properties, Question& question) {
        properties.text("placeholder");
        question.field_takes = properties.whole("maxLength", kTextAnswerMax, 1, kTextAnswerMax);
        read_validators(properties, question);
    }

    void read_validators(Properties& properties, Question& question) {
        const auto* validators = properties.list("validators", 4);
        if (validators == nullptr) return;
        const auto pointer = properties.at("validators");
        for (std::size_t i = 0; i < validators->size(); ++i) {
            Properties one((*validators)[i], pointer + "/" + std::to_string(i), places_);
            one.text("text");
            const auto type = one.word("type");
            if (type == "numeric" && question.type == QuestionType::number) {
                const auto least = one.number("minValue");
                const auto most = one.number("maxValue");
                if (least && (!question.least || *least > *question.least)) question.least = least;
                if (most && (!question.most || *most < *question.most)) question.most = most;
            } else if (type == "text" && question.is_text()) {
                const auto least = one.whole("minLength", 0, 0, kTextAnswerMax);
                const auto most = one.whole("maxLength", kTextAnswerMax, 1, kTextAnswerMax);
                question.shortest = std::max(question.shortest, least);
                question.longest = std::min(question.longest, most);
            } else {
                places_.add(one.at("type"),
                            "the server checks numeric for a number, and text for a text");
                continue;
            }
            one.finish();
        }
    }

    void read_choices(Properties& properties, Question& question) {
        properties.pass({"colCount", "choicesOrder", "placeholder", "searchEnabled", "allowClear",
                         "showClearButton"});
        properties.text("otherText");
        properties.text("noneText");
        properties.text("otherPlaceholder");
        question.has_other = properties.flag("showOtherItem");
        question.has_none = properties.flag("showNoneItem");
        const auto* choices = properties.list("choices", kChoicesMax);
        const auto pointer = properties.at("choices");
        if (choices == nullptr || choices->empty()) {
            return places_.add(pointer, "at least one choice is wanted");
        }
        std::set<std::string> seen;
        for (std::size_t i = 0; i < choices->size(); ++i) {
            const auto here = pointer + "/" + std::to_string(i);
            auto choice = read_choice((*choices)[i], here);
            if (!choice) continue;
            const auto folded = fold(choice->value);
            if (folded == kOther || folded == kNone || folded == "refused" ||
                folded == "dontknow") {
                places_.add(here,
                            "means something else in SurveyJS: use showOtherItem or "
                            "showNoneItem, or choose another value");
            } else if (!seen.insert(folded).second) {
                places_.add(here, "is there already, or differs in case alone");
            }
            question.choices.push_back(std::move(*choice));
        }
        if (question.type != QuestionType::checkbox) return;
        const auto most = static_cast<std::int64_t>(question.choices.size() + question.has_other +
                                                    question.has_none);
        question.least_chosen = properties.whole("minSelectedChoices", 0, 0, most);
        question.most_chosen = properties.whole("maxSelectedChoices", 0, 0, most);
        if (question.most_chosen > 0 && question.least_chosen > question.most_chosen) {
            places_.add(properties.at("minSelectedChoices"), "is more than maxSelectedChoices");
        }
    }

    std::optional<SurveyChoice> read_choice(const bj::value& json, const std::string& pointer) {
        SurveyChoice choice;
        if (json.is_string()) {
            choice.value = json.get_string();
        } else if (json.is_object()) {
            Properties properties(json, pointer, places_);
            choice.value = properties.word("value");
            choice.text = properties.text("text");
            properties.finish();
        } else {
            places_.add(pointer, "a text is wanted, or an object with value and text");
            return std::nullopt;
        }
        const bool plain = !choice.value.empty() && choice.value.size() <= kChoiceValueMax &&
                           trimmed(choice.value).size() == choice.value.size() &&
                           choice.value.find_first_of("'\"\\{}") == choice.value.npos;
        if (plain) return choice;
        places_.add(pointer, "a value is wanted: at most " + std::to_string(kChoiceValueMax) +
                                 " bytes, without space at its ends, quotation marks, braces and "
                                 "backslashes");
        return std::nullopt;
    }

    Definition& into_;
    Places places_{"the definition cannot be used as it is"};
    std::set<std::string> names_;  // folded, of pages, panels and questions
};

}  // namespace

std::string_view name_of(QuestionType type) {
    for (const auto& [name, one] : kTypes) {
        if (one == type) return name;
    }
    return "number";
}

bool Question::has_choice(std::string_view value) const {
    if (value == kOther) return has_other;
    if (value == kNone) return has_none;
    return std::any_of(choices.begin(), choices.end(),
                       [&](const auto& choice) { return choice.value == value; });
}

const Question* Definition::find(std::string_view name) const {
    const auto found = std::find_if(questions.begin(), questions.end(),
                                    [&](const auto& question) { return question.name == name; });
    return found == questions.end() ? nullptr : &*found;
}

Result<Definition> read_definition(const bj::value& json) {
    Definition definition;
    TRY_OK(Reading(definition).read(json));
    return definition;
}

bj::object definition_for_browser(const bj::object& definition) {
    auto shown = definition;
    shown["clearInvisibleValues"] = "onHidden";
    shown["maxTextLength"] = kTextAnswerMax;
    shown["maxOthersLength"] = kTextAnswerMax;
    return shown;
}

std::string_view text_in(const LocalText& text, std::string_view language) {
    for (const auto tag : {language, std::string_view("default"), std::string_view("en")}) {
        const auto found = text.find(std::string(tag));
        if (found != text.end()) return found->second;
    }
    return text.empty() ? std::string_view() : std::string_view(text.begin()->second);
}

}  // namespace avow::services
