// SPDX-License-Identifier: Apache-2.0
// What the makers' surveys and those of who answers share, and the shape of results.
#pragma once

#include <boost/json/object.hpp>

#include "http/message.hh"
#include "services/survey/survey.hh"

namespace avow::api {

// {survey} of the path; `not_found` when it is no survey's id.
Result<SurveyId> survey_of(const http::Request& request);

boost::json::object survey_json(const services::Survey& survey);
boost::json::object results_json(const services::Results& results);
std::string day_text(std::int64_t day);                       // 2026-11-27
std::optional<std::int64_t> day_from(std::string_view text);  // since 1970

}  // namespace avow::api
