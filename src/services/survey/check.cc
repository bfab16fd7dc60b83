// SPDX-License-Identifier: Apache-2.0
// Answers, question by question in their order: one that is not shown has no answer, so that what
// comes after it sees none.
#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include "services/survey/definition.hh"
#include "services/survey/reading.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

struct CodePoint {
    char32_t value = 0;
    std::size_t bytes = 1;
};

CodePoint first_of(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto lead = byte(0);
    const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (bytes == 1 || bytes > text.size()) return {lead, 1};
    char32_t value = lead & (0xff >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) value = (value << 6) | (byte(i) & 0x3f);
    return {value, bytes};
}

// ECMA-262 §12.2 and §12.3: what String.prototype.trim takes off.
bool is_space(char32_t c) {
    return (c >= 9 && c <= 13) || c == 0x20 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000 || c == 0xfeff;
}

struct Measure {
    std::int64_t units = 0;  // UTF-16 units: a browser's `length`
    bool blank = true;
};

Measure measure(std::string_view text) {
    Measure measure;
    while (!text.empty()) {
        const auto point = first_of(text);
        measure.units += point.value > 0xffff ? 2 : 1;
        measure.blank = measure.blank && is_space(point.value);
        text.remove_prefix(point.bytes);
    }
    return measure;
}

bool is_nothing(const bj::value* value) {
    return value == nullptr || value->is_null() ||
           (value->is_string() && value->get_string().empty()) ||
           (value->is_array() && value->get_array().empty());
}

class Check {
  public:
    Check(const Definition& definition, const bj::object& given)
        : definition_(definition), given_(given) {}

    Result<bj::object> run() {
        refuse_unknown();
        for (const auto& question : definition_.questions) {
            const auto shown = [&](const Condition& one) { return holds(one, checked_); };
            if (std::all_of(question.shown_if.begin(), question.shown_if.end(), shown)) {
                check(question);
            }
        }
        TRY_OK(places_.result());
        return std::move(checked_);
    }

  private:
    void refuse_unknown() {
        for (const auto& member : given_) {
            std::string_view name = member.key();
            const auto* question = definition_.find(name);
            if (question == nullptr && name.ends_with(kCommentSuffix)) {
                name.remove_suffix(kCommentSuffix.size());
                question = definition_.find(name);
                if (question != nullptr && !question->has_other) question = nullptr;
            }
            if (question == nullptr) wrong(member.key(), "this version asks no such question");
        }
    }

    void wrong(std::string_view name, std::string detail) {
        places_.add(pointer_below("", name), std::move(detail));
    }

    void check(const Question& question) {
        const auto* value = given_.if_contains(question.name);
        const bool wanted =
            question.required || (question.required_if && holds(*question.required_if, checked_));
        if (is_nothing(value)) {
            if (wanted) {
                wrong(question.name, "an answer is wanted");
            } else if (question.least_chosen > 0) {
                check_count(question, 0, false);
            }
            return;
        }
        if (!fits(question, *value, wanted)) return;
        checked_[question.name] = *value;
    }

    bool fits(const Question& question, const bj::value& value, bool wanted) {
        switch (question.type) {
            case QuestionType::text:
            case QuestionType::comment:
                return text_fits(question, value, wanted);
            case QuestionType::number:
                return number_fits(question, value);
            case QuestionType::radiogroup:
            case QuestionType::dropdown:
                return choice_fits(question, value);
            case QuestionType::checkbox:
                return choices_fit(question, value);
            case QuestionType::rating: {
                const bool among =
                    value.is_number() &&
                    value.to_number<double>() >= static_cast<double>(question.rating_from) &&
                    value.to_number<double>() <= static_cast<double>(question.rating_to) &&
                    value.to_number<double>() ==
                        static_cast<double>(static_cast<std::int64_t>(value.to_number<double>()));
                if (!among) {
                    wrong(question.name, "a whole number from " +
                                             std::to_string(question.rating_from) + " to " +
                                             std::to_string(question.rating_to) + " is wanted");
                }
                return among;
            }
            case QuestionType::boolean:
                if (!value.is_bool()) wrong(question.name, "true or false is wanted");
                return value.is_bool();
        }
        return false;
    }

    bool text_fits(const Question& question, const bj::value& value, bool wanted) {
        if (!value.is_string()) {
            wrong(question.name, "a text is wanted");
            return false;
        }
        const auto size = measure(value.get_string());
        // SurveyJS' validators do not look at a blank text.
        const auto most =
            size.blank ? question.field_takes : std::min(question.field_takes, question.longest);
        if (wanted && size.blank) {
            wrong(question.name, "an answer is wanted");
        } else if (size.units > most) {
            wrong(question.name, "longer than " + std::to_string(most) + " characters: shorten it");
        } else if (!size.blank && size.units < question.shortest) {
            wrong(question.name,
                  "shorter than " + std::to_string(question.shortest) + " characters: say more");
        } else {
            return true;
        }
        return false;
    }

    bool number_fits(const Question& question, const bj::value& value) {
        if (!value.is_number()) {
            wrong(question.name, "a number is wanted");
            return false;
        }
        const auto number = value.to_number<double>();
        const bool inside = (!question.least || number >= *question.least) &&
                            (!question.most || number <= *question.most);
        if (!inside) wrong(question.name, "is not within the bounds that the question states");
        return inside;
    }

    bool choice_fits(const Question& question, const bj::value& value) {
        if (!value.is_string() || !question.has_choice(std::string_view(value.get_string()))) {
            wrong(question.name, "is none of the choices");
            return false;
        }
        return std::string_view(value.get_string()) != kOther || comment_fits(question);
    }

    bool choices_fit(const Question& question, const bj::value& value) {
        const auto* items = value.if_array();
        if (items == nullptr) {
            wrong(question.name, "a list of choices is wanted");
            return false;
        }
        std::set<std::string_view> chosen;
        for (const auto& item : *items) {
            const auto* text = item.if_string();
            if (text == nullptr || !question.has_choice(std::string_view(*text)) ||
                !chosen.insert(std::string_view(*text)).second) {
                wrong(question.name, "holds what is none of the choices, or one of them twice");
                return false;
            }
        }
        const bool none = chosen.contains(kNone);
        if (none && chosen.size() > 1) {
            wrong(question.name, "says none, and something else besides");
            return false;
        }
        if (!check_count(question, static_cast<std::int64_t>(chosen.size()), none)) return false;
        return !chosen.contains(kOther) || comment_fits(question);
    }

    bool check_count(const Question& question, std::int64_t chosen, bool none) {
        if (question.most_chosen > 0 && chosen > question.most_chosen) {
            wrong(question.name, "more than " + std::to_string(question.most_chosen) +
                                     " are chosen: take some out");
            return false;
        }
        if (question.least_chosen > 0 && !none && chosen < question.least_chosen) {
            wrong(question.name,
                  "fewer than " + std::to_string(question.least_chosen) + " are chosen: add some");
            return false;
        }
        return true;
    }

    // What "other" is, in words; it stands beside its question.
    bool comment_fits(const Question& question) {
        const auto name = question.name + std::string(kCommentSuffix);
        const auto* comment = given_.if_contains(name);
        if (is_nothing(comment) || !comment->is_string() || measure(comment->get_string()).blank) {
            wrong(name, "say what the other one is");
            return false;
        }
        if (measure(comment->get_string()).units > kTextAnswerMax) {
            wrong(name,
                  "longer than " + std::to_string(kTextAnswerMax) + " characters: shorten it");
            return false;
        }
        checked_[name] = *comment;
        return true;
    }

    const Definition& definition_;
    const bj::object& given_;
    bj::object checked_;
    Places places_{"the answers do not fit the survey: nothing was kept"};
};

}  // namespace

Result<bj::object> check_answers(const Definition& definition, const bj::value& answers) {
    const auto* given = answers.if_object();
    if (given == nullptr) {
        return Error(Code::invalid, "the answers do not fit the survey: nothing was kept")
            .at("", "an object is wanted: a question's name, and its answer");
    }
    return Check(definition, *given).run();
}

}  // namespace avow::services
