// SPDX-License-Identifier: Apache-2.0
#include "services/survey/rows.hh"

#include <array>

#include "base/text.hh"

namespace avow::services {
namespace {

constexpr std::array<std::pair<SurveyMode, std::string_view>, 3> kModes{
    {{SurveyMode::named, "named"},
     {SurveyMode::pseudonymous, "pseudonymous"},
     {SurveyMode::anonymous, "anonymous"}}};
constexpr std::array<std::pair<SurveyState, std::string_view>, 3> kStates{
    {{SurveyState::draft, "draft"}, {SurveyState::open, "open"}, {SurveyState::closed, "closed"}}};
constexpr std::array<std::pair<AnswerState, std::string_view>, 4> kAnswers{
    {{AnswerState::draft, "draft"},
     {AnswerState::answered, "answered"},
     {AnswerState::declined, "declined"},
     {AnswerState::withdrawn, "withdrawn"}}};

std::string_view name_in(const auto& names, auto wanted) {
    for (const auto& [one, name] : names) {
        if (one == wanted) return name;
    }
    return {};
}

auto value_in(const auto& names, std::string_view wanted) {
    std::optional<std::remove_cvref_t<decltype(names.front().first)>> found;
    for (const auto& [one, name] : names) {
        if (name == wanted) found = one;
    }
    return found;
}

std::optional<Time> time_of(std::int64_t ms) {
    return ms == 0 ? std::nullopt : std::optional(Time{ms});
}

}  // namespace

std::string_view name_of(SurveyMode mode) {
    return name_in(kModes, mode);
}
std::string_view name_of(SurveyState state) {
    return name_in(kStates, state);
}
std::string_view name_of(AnswerState state) {
    return name_in(kAnswers, state);
}
std::optional<SurveyMode> survey_mode_from(std::string_view name) {
    return value_in(kModes, name);
}
std::optional<SurveyState> survey_state_from(std::string_view name) {
    return value_in(kStates, name);
}
std::optional<AnswerState> answer_state_from(std::string_view name) {
    return value_in(kAnswers, name);
}

Result<Survey> read_survey(const sql::Row& row) {
    const auto id = SurveyId::from_bytes(row.blob(0));
    const auto mode = survey_mode_from(row.text(2));
    const auto state = survey_state_from(row.text(4));
    if (!id || !mode || !state) return Error(Code::corrupt, "a survey's row is damaged");
    Survey survey{*id,
                  std::string(row.text(1)),
                  *mode,
                  {},
                  *state,
                  row.integer(5),
                  {row.integer(6)},
                  time_of(row.integer(7)),
                  time_of(row.integer(8)),
                  row.integer(9) != 0};
    for (const auto purpose : split(row.text(3), ' ')) survey.purposes.emplace_back(purpose);
    return survey;
}

Result<OwnAnswer> read_own_answer(const sql::Row& row) {
    const auto survey = SurveyId::from_bytes(row.blob(0));
    const auto answer = AnswerId::from_bytes(row.blob(1));
    const auto collection = CollectionId::from_bytes(row.blob(2));
    const auto state = answer_state_from(row.text(3));
    if (!survey || !answer || !collection || !state) {
        return Error(Code::corrupt, "a survey's answer has a damaged row");
    }
    return OwnAnswer{*survey,          *answer,        *collection,
                     *state,           row.integer(4), std::string(row.text(5)),
                     {row.integer(6)}, std::nullopt};
}

Error no_such_survey() {
    return {Code::not_found, "there is no such survey"};
}

std::int64_t day_of(Time at) {
    return at.ms / kDayMs;
}

vault::Place place_of_draft(const SurveyId& survey) {
    return {"survey_answers", "draft", survey.bytes()};
}

}  // namespace avow::services
