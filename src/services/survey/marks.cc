// SPDX-License-Identifier: Apache-2.0
#include "services/survey/marks.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "base/json.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

Error damaged() {
    return {Code::corrupt, "the marks of a survey's answer are damaged"};
}

bool is_figure(QuestionType type) {
    return type == QuestionType::number || type == QuestionType::rating;
}

// The bit of a value; 0 when there is no room for another.
std::uint64_t bit_of(MarkColumn& column, std::string_view value) {
    const auto found = std::find(column.values.begin(), column.values.end(), value);
    const auto index = static_cast<std::size_t>(found - column.values.begin());
    if (index >= kMarkBitsMax) return 0;
    if (found == column.values.end()) column.values.emplace_back(value);
    return std::uint64_t{1} << index;
}

Result<std::uint64_t> cell_of(MarkColumn& column, const bj::value& value) {
    if (is_figure(column.type)) {
        if (!value.is_number()) return MarkColumns::kNothing;
        return std::bit_cast<std::uint64_t>(value.to_number<double>());
    }
    if (value.is_bool()) return bit_of(column, value.get_bool() ? "true" : "false");
    if (value.is_string()) return bit_of(column, value.get_string());
    if (!value.is_array()) return damaged();
    std::uint64_t bits = 0;
    for (const auto& one : value.get_array()) {
        if (!one.is_string()) return damaged();
        bits |= bit_of(column, one.get_string());
    }
    return bits;
}

}  // namespace

bj::object marks_of(const Definition& definition, std::int64_t version, std::int64_t day,
                    const bj::object& answers) {
    bj::object marks;
    for (const auto& question : definition.questions) {
        const auto* answer = answers.if_contains(question.name);
        if (answer != nullptr && !question.is_text()) marks[question.name] = *answer;
    }
    return {{"v", version}, {"d", day}, {"m", std::move(marks)}};
}

MarkColumn& MarkColumns::column(const Question& question) {
    const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const auto& one) {
        return one.question == question.name && one.type == question.type;
    });
    if (found != columns_.end()) return *found;
    columns_.push_back({question.name, question.type, {}, {}});
    columns_.back().cells.assign(days_.size(), kNothing);
    return columns_.back();
}

Status MarkColumns::add(const MarkKey& key, std::string_view text, const Definition& definition) {
    TRY(const auto json, json::parse(text));
    const auto* object = json.if_object();
    const auto* version = object == nullptr ? nullptr : object->if_contains("v");
    const auto* day = object == nullptr ? nullptr : object->if_contains("d");
    const auto* marks = object == nullptr ? nullptr : object->if_contains("m");
    if (version == nullptr || !version->is_int64() || day == nullptr || !day->is_int64() ||
        marks == nullptr || !marks->is_object()) {
        return damaged();
    }
    const auto row = days_.size();
    days_.push_back(static_cast<std::int32_t>(day->get_int64()));
    versions_.push_back(static_cast<std::int32_t>(version->get_int64()));
    for (auto& one : columns_) one.cells.push_back(kNothing);
    for (const auto& question : definition.questions) {
        const auto* mark = marks->get_object().if_contains(question.name);
        if (mark == nullptr) continue;
        auto& column_of = column(question);
        TRY(column_of.cells[row], cell_of(column_of, *mark));
    }
    rows_.insert({key, static_cast<std::uint32_t>(row)});
    return {};
}

const MarkColumn* MarkColumns::find(std::string_view question) const {
    // A question whose type changed has a column of each; the newest is asked for.
    const auto found = std::find_if(columns_.rbegin(), columns_.rend(),
                                    [&](const auto& one) { return one.question == question; });
    return found == columns_.rend() ? nullptr : &*found;
}

}  // namespace avow::services
