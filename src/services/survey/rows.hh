// SPDX-License-Identifier: Apache-2.0
// Rows of the surveys' tables, read; and what the acts share. Private to this folder.
#pragma once

#include "services/survey/survey.hh"

namespace avow::services {

inline constexpr std::string_view kSurveyChannel = "survey";
inline constexpr std::string_view kAnswersField = "answers";

Result<Survey> read_survey(const sql::Row& row);
Result<OwnAnswer> read_own_answer(const sql::Row& row);  // without its content
Error no_such_survey();
std::int64_t day_of(Time at);
vault::Place place_of_draft(const SurveyId& survey);

}  // namespace avow::services
