// SPDX-License-Identifier: Apache-2.0
#include "services/survey/condition.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <boost/json.hpp>

namespace avow::services {
namespace {

namespace bj = boost::json;

struct Spelling {
    std::string_view text;
    ConditionOperator meaning;
    bool takes_literal;
};

// Longer ones first: ">=" begins with ">".
constexpr std::array<Spelling, 12> kSpellings{{
    {"notcontains", ConditionOperator::contains_not, true},
    {"contains", ConditionOperator::contains, true},
    {"notempty", ConditionOperator::not_empty, false},
    {"empty", ConditionOperator::empty, false},
    {"==", ConditionOperator::equal, true},
    {"<>", ConditionOperator::unequal, true},
    {"!=", ConditionOperator::unequal, true},
    {">=", ConditionOperator::at_least, true},
    {"<=", ConditionOperator::at_most, true},
    {"=", ConditionOperator::equal, true},
    {">", ConditionOperator::more, true},
    {"<", ConditionOperator::less, true},
}};

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    Result<Condition> parse() {
        TRY(auto whole, either(0));
        skip();
        if (at_ < text_.size()) return wrong("this goes on after its end");
        return whole;
    }

  private:
    Error wrong(std::string_view what) const {
        return {Code::invalid, std::string(what) + ", at character " + std::to_string(at_ + 1) +
                                   "; the server knows {question} with = <> > >= < <= empty "
                                   "notempty contains notcontains, and, or, and parentheses"};
    }
    void skip() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    }
    bool take(std::string_view token) {
        skip();
        if (!text_.substr(at_).starts_with(token)) return false;
        const auto end = at_ + token.size();
        if (is_word(token.back()) && end < text_.size() && is_word(text_[end])) return false;
        at_ = end;
        return true;
    }

    Result<Condition> chain(int depth, Condition::Kind kind, std::string_view word) {
        Condition all{kind};
        do {
            const bool outer = kind == Condition::Kind::any;
            auto part = outer ? chain(depth, Condition::Kind::all, "and") : test(depth);
            if (!part) return part;
            all.parts.push_back(std::move(*part));
        } while (take(word));
        if (all.parts.size() > 1) return all;
        auto only = std::move(all.parts.front());
        return only;
    }
    Result<Condition> either(int depth) {
        if (depth > kConditionDepthMax) return wrong("too many parentheses");
        return chain(depth, Condition::Kind::any, "or");
    }

    Result<Condition> test(int depth) {
        if (take("(")) {
            TRY(auto inner, either(depth + 1));
            if (!take(")")) return wrong("a closing parenthesis is wanted");
            return inner;
        }
        if (!take("{")) return wrong("a question in braces is wanted");
        const auto end = text_.find('}', at_);
        if (end == text_.npos) return wrong("a closing brace is wanted");
        Condition made{Condition::Kind::test};
        made.question = text_.substr(at_, end - at_);
        if (made.question.empty() ||
            !std::all_of(made.question.begin(), made.question.end(), is_word)) {
            return wrong("no name of a question stands here");
        }
        at_ = end + 1;
        const auto spelling = std::find_if(kSpellings.begin(), kSpellings.end(),
                                           [&](const auto& one) { return take(one.text); });
        if (spelling == kSpellings.end()) return wrong("an operator is wanted");
        made.test = spelling->meaning;
        if (spelling->takes_literal) {
            TRY(made.literal, literal());
        }
        return made;
    }

    Result<ConditionLiteral> literal() {
        if (take("true")) return ConditionLiteral(true);
        if (take("false")) return ConditionLiteral(false);
        skip();
        if (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"')) {
            const auto end = text_.find(text_[at_], at_ + 1);
            if (end == text_.npos) return wrong("a closing quotation mark is wanted");
            std::string value(text_.substr(at_ + 1, end - at_ - 1));
            if (value.empty() || value.find('\\') != value.npos) {
                return wrong("this text is empty or has a backslash");
            }
            at_ = end + 1;
            return ConditionLiteral(std::move(value));
        }
        double number = 0;
        const auto* begin = text_.data() + at_;
        const auto* end = text_.data() + text_.size();
        const auto read = std::from_chars(begin, end, number, std::chars_format::fixed);
        if (read.ec != std::errc() || (read.ptr < end && is_word(*read.ptr))) {
            return wrong("a text in quotation marks, a number, true or false is wanted");
        }
        at_ += static_cast<std::size_t>(read.ptr - begin);
        return ConditionLiteral(number);
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

bool is_like(const bj::value& value, const ConditionLiteral& literal) {
    if (const auto* text = std::get_if<std::string>(&literal)) {
        return value.is_string() && std::string_view(value.get_string()) == *text;
    }
    if (const auto* flag = std::get_if<bool>(&literal)) {
        return value.is_bool() && value.get_bool() == *flag;
    }
    const auto* number = std::get_if<double>(&literal);
    return number != nullptr && value.is_number() && value.to_number<double>() == *number;
}

bool includes(const bj::value& value, const ConditionLiteral& literal) {
    if (!value.is_array()) return false;
    const auto& items = value.get_array();
    return std::any_of(items.begin(), items.end(),
                       [&](const auto& item) { return is_like(item, literal); });
}

bool passes(const Condition& condition, const bj::value* value) {
    const auto number = [&] { return value->to_number<double>(); };
    const auto limit = [&] { return std::get<double>(condition.literal); };
    const bool comparable = value != nullptr && value->is_number();
    switch (condition.test) {
        case ConditionOperator::empty:
            return value == nullptr;
        case ConditionOperator::not_empty:
            return value != nullptr;
        case ConditionOperator::equal:
            return value != nullptr && is_like(*value, condition.literal);
        case ConditionOperator::unequal:
            return value == nullptr || !is_like(*value, condition.literal);
        case ConditionOperator::contains:
            return value != nullptr && includes(*value, condition.literal);
        case ConditionOperator::contains_not:
            return value == nullptr || !includes(*value, condition.literal);
        case ConditionOperator::more:
            return comparable && number() > limit();
        case ConditionOperator::at_least:
            return comparable && number() >= limit();
        case ConditionOperator::less:
            return comparable && number() < limit();
        case ConditionOperator::at_most:
            return comparable && number() <= limit();
    }
    return false;
}

}  // namespace

Result<Condition> parse_condition(std::string_view text) {
    if (text.size() > kConditionTextMax) {
        return Error(Code::invalid,
                     "longer than " + std::to_string(kConditionTextMax) + " bytes: shorten it");
    }
    return Parser(text).parse();
}

void for_each_test(const Condition& condition, const std::function<void(const Condition&)>& visit) {
    if (condition.kind == Condition::Kind::test) visit(condition);
    for (const auto& part : condition.parts) for_each_test(part, visit);
}

bool holds(const Condition& condition, const bj::object& answers) {
    const auto part_holds = [&](const Condition& part) { return holds(part, answers); };
    switch (condition.kind) {
        case Condition::Kind::always:
            return true;
        case Condition::Kind::test:
            return passes(condition, answers.if_contains(condition.question));
        case Condition::Kind::all:
            return std::all_of(condition.parts.begin(), condition.parts.end(), part_holds);
        case Condition::Kind::any:
            return std::any_of(condition.parts.begin(), condition.parts.end(), part_holds);
    }
    return false;
}

}  // namespace avow::services
