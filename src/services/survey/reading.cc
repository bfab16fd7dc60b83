// SPDX-License-Identifier: Apache-2.0
#include "services/survey/reading.hh"

#include <algorithm>
#include <cmath>

#include "base/text.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

constexpr std::size_t kNameMax = 40;       // LIMIT: bytes
constexpr std::size_t kLanguageMax = 35;   // LIMIT: RFC 5646 §4.4.1
constexpr std::size_t kLanguagesMax = 60;  // LIMIT: of one text

// What SurveyJS means by these names in an expression is not a question.
constexpr std::string_view kTaken[] = {"locale", "pageno", "pagecount", "item",  "row",
                                       "panel",  "self",   "choice",    "survey"};

bool is_name(std::string_view name) {
    const auto fits = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
    };
    return !name.empty() && name.size() <= kNameMax &&
           std::isalpha(static_cast<unsigned char>(name.front())) &&
           std::all_of(name.begin(), name.end(), fits);
}

bool is_language(std::string_view tag) {
    const auto fits = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '-';
    };
    return tag.size() >= 2 && tag.size() <= kLanguageMax &&
           std::all_of(tag.begin(), tag.end(), fits);
}

std::string advice_on(std::string_view property) {
    if (property == "enableIf") return ": use visibleIf";
    if (property == "min" || property == "max") return ": it wants inputType number";
    if (property == "defaultValue") return ": an answer is what somebody chose";
    if (property == "hasOther") return ": write showOtherItem";
    if (property == "hasNone") return ": write showNoneItem";
    return "";
}

}  // namespace

void Places::add(std::string pointer, std::string detail) {
    error_ = std::move(error_).at(std::move(pointer), std::move(detail));
}

Status Places::result() const {
    if (none()) return {};
    return error_;
}

std::string pointer_below(const std::string& pointer, std::string_view name) {
    std::string below = pointer + "/";
    for (const char c : name.substr(0, 100)) {
        if (c == '~') {
            below += "~0";
        } else if (c == '/') {
            below += "~1";
        } else {
            below += c;
        }
    }
    return below;
}

Properties::Properties(const bj::value& value, std::string pointer, Places& places)
    : object_(value.if_object()), pointer_(std::move(pointer)), places_(places) {
    if (object_ == nullptr) places_.add(pointer_, "an object is wanted");
}

const bj::value* Properties::find(std::string_view name) {
    known_.push_back(name);
    return object_ == nullptr ? nullptr : object_->if_contains(name);
}

std::string Properties::name(std::string_view property) {
    auto name = word(property);
    if (is_name(name)) {
        const bool taken = std::any_of(std::begin(kTaken), std::end(kTaken),
                                       [&](const auto& one) { return fold(name) == one; });
        if (!taken) return name;
        places_.add(at(property), "means something else in SurveyJS: choose another");
        return {};
    }
    places_.add(at(property), "a name is wanted: a letter, then letters, digits and _, at most " +
                                  std::to_string(kNameMax) + " in all");
    return {};
}

std::string Properties::word(std::string_view property) {
    const auto* value = find(property);
    if (value == nullptr) return {};
    if (value->is_string()) return std::string(value->get_string());
    places_.add(at(property), "a text is wanted");
    return {};
}

bool Properties::flag(std::string_view property) {
    const auto* value = find(property);
    if (value == nullptr) return false;
    if (value->is_bool()) return value->get_bool();
    places_.add(at(property), "true or false is wanted");
    return false;
}

std::optional<double> Properties::number(std::string_view property) {
    const auto* value = find(property);
    if (value == nullptr) return std::nullopt;
    if (value->is_number()) return value->to_number<double>();
    places_.add(at(property), "a number is wanted");
    return std::nullopt;
}

std::int64_t Properties::whole(std::string_view property, std::int64_t otherwise,
                               std::int64_t least, std::int64_t most) {
    const auto given = number(property);
    if (!given) return otherwise;
    if (*given == std::floor(*given) && *given >= static_cast<double>(least) &&
        *given <= static_cast<double>(most)) {
        return static_cast<std::int64_t>(*given);
    }
    places_.add(at(property), "a whole number from " + std::to_string(least) + " to " +
                                  std::to_string(most) + " is wanted");
    return otherwise;
}

LocalText Properties::text(std::string_view property) {
    LocalText text;
    const auto* value = find(property);
    if (value == nullptr) return text;
    const auto take = [&](std::string language, const std::string& pointer, const bj::value& one) {
        if (!one.is_string()) return places_.add(pointer, "a text is wanted");
        if (one.get_string().size() > kQuestionTextMax) {
            return places_.add(
                pointer, "longer than " + std::to_string(kQuestionTextMax) + " bytes: shorten it");
        }
        text[std::move(language)] = std::string(one.get_string());
    };
    const auto* languages = value->if_object();
    if (languages == nullptr) {
        take("default", at(property), *value);
        return text;
    }
    if (languages->size() > kLanguagesMax) places_.add(at(property), "too many languages");
    for (const auto& [language, one] : *languages) {
        const auto pointer = pointer_below(at(property), language);
        if (is_language(language)) {
            take(std::string(language), pointer, one);
        } else {
            places_.add(pointer, "is neither a language nor \"default\"");
        }
    }
    return text;
}

std::optional<Condition> Properties::condition(std::string_view property) {
    const auto text = word(property);
    if (text.empty()) return std::nullopt;
    auto parsed = parse_condition(text);
    if (parsed) return std::move(*parsed);
    places_.add(at(property), parsed.error().words().value);
    return std::nullopt;
}

const bj::array* Properties::list(std::string_view property, std::size_t most) {
    const auto* value = find(property);
    if (value == nullptr) return nullptr;
    if (const auto* list = value->if_array(); list != nullptr && list->size() <= most) return list;
    places_.add(at(property), "a list of at most " + std::to_string(most) + " is wanted");
    return nullptr;
}

void Properties::pass(std::initializer_list<std::string_view> properties) {
    known_.insert(known_.end(), properties);
}

void Properties::finish() {
    if (object_ == nullptr) return;
    for (const auto& member : *object_) {
        const std::string_view property = member.key();
        if (std::find(known_.begin(), known_.end(), property) != known_.end()) continue;
        places_.add(at(property),
                    "the server cannot check this property here" + advice_on(property));
    }
}

}  // namespace avow::services
