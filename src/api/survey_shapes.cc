// SPDX-License-Identifier: Apache-2.0
#include "api/survey_shapes.hh"

#include <boost/json.hpp>

#include "base/time.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

bj::value time_or_null(const std::optional<Time>& time) {
    return time ? bj::value(rfc3339(*time)) : bj::value(nullptr);
}

bj::value estimate_json(const std::optional<services::Estimate>& estimate) {
    if (!estimate) return nullptr;
    return bj::object{{"value", estimate->value}, {"low", estimate->low}, {"high", estimate->high}};
}

bj::object question_json(const services::QuestionResult& one) {
    bj::object told{{"question", one.question}, {"type", std::string(services::name_of(one.type))},
                    {"answered", one.answered}, {"average", estimate_json(one.average)},
                    {"measure", nullptr},       {"estimate", estimate_json(one.estimate)}};
    if (one.measure != services::Measure::none) {
        told["measure"] = std::string(services::name_of(one.measure));
    }
    auto& counts = told["counts"].emplace_array();
    for (const auto& count : one.counts) {
        counts.push_back(bj::object{{"value", count.value}, {"count", count.count}});
    }
    auto& trend = told["trend"].emplace_array();
    for (const auto& period : one.trend) {
        trend.push_back(bj::object{{"from", day_text(period.first_day)},
                                   {"answered", period.answered},
                                   {"estimate", estimate_json(period.estimate)}});
    }
    return told;
}

bj::object cross_json(const services::CrossTab& cross) {
    bj::object told{
        {"rows", cross.rows},
        {"columns", cross.columns},
        {"row_values", bj::array(cross.row_values.begin(), cross.row_values.end())},
        {"column_values", bj::array(cross.column_values.begin(), cross.column_values.end())}};
    auto& cells = told["cells"].emplace_array();
    for (const auto& line : cross.cells) {
        bj::array row;
        for (const auto& cell : line) row.push_back(cell ? bj::value(*cell) : bj::value(nullptr));
        cells.push_back(std::move(row));
    }
    return told;
}

}  // namespace

Result<SurveyId> survey_of(const http::Request& request) {
    const auto id = SurveyId::parse(request.parameter("survey"));
    if (!id) return Error(Code::not_found, "there is no such survey");
    return *id;
}

bj::object survey_json(const services::Survey& survey) {
    return {{"survey", survey.id.text()},
            {"name", survey.name},
            {"mode", std::string(services::name_of(survey.mode))},
            {"purposes", bj::array(survey.purposes.begin(), survey.purposes.end())},
            {"state", std::string(services::name_of(survey.state))},
            {"version", survey.version},
            {"created", rfc3339(survey.created)},
            {"opened", time_or_null(survey.opened)},
            {"closed", time_or_null(survey.closed)},
            {"after_requests", survey.after_requests}};
}

bj::object results_json(const services::Results& results) {
    bj::object told{
        {"answers", results.answers}, {"fewest_told", services::kFewestTold}, {"cross", nullptr}};
    auto& questions = told["questions"].emplace_array();
    for (const auto& one : results.questions) questions.push_back(question_json(one));
    if (results.cross) told["cross"] = cross_json(*results.cross);
    return told;
}

std::string day_text(std::int64_t day) {
    return rfc3339({day * kDayMs}).substr(0, 10);
}

std::optional<std::int64_t> day_from(std::string_view text) {
    const auto time =
        text.size() == 10 ? from_rfc3339(std::string(text) + "T00:00:00Z") : std::nullopt;
    if (!time) return std::nullopt;
    return time->ms / kDayMs;
}

}  // namespace avow::api
