// SPDX-License-Identifier: Apache-2.0
// Answering a survey: a customer in the portal, by name, or a visitor of its public page, by a code
// or as nobody. A survey that is not for the caller is answered like one that does not exist.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/errors.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "api/survey_shapes.hh"
#include "base/json.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

constexpr std::size_t kLanguageTagMax = 35;  // LIMIT: RFC 5646 §4.4.1

#define SURVEY_OR_ANSWER(id)                              \
    const auto parsed_##id = survey_of(request);          \
    if (!parsed_##id) return answer(parsed_##id.error()); \
    const SurveyId id = *parsed_##id

std::string title_of(Rooms& rooms, const services::Survey& survey, const std::string& language) {
    const auto json = rooms.surveys.definition_json(survey.id, survey.version);
    const auto read = json ? services::read_definition(*json) : Error(json.error());
    const auto title = read ? services::text_in(read->title, language) : std::string_view();
    return title.empty() ? survey.name : std::string(title);
}

// As whoever answers sees it: what for, and what becomes of it.
bj::object shown_json(Rooms& rooms, const services::Survey& survey, const std::string& language) {
    bj::object told{{"survey", survey.id.text()},
                    {"title", title_of(rooms, survey, language)},
                    {"mode", std::string(services::name_of(survey.mode))},
                    {"state", std::string(services::name_of(survey.state))},
                    {"version", survey.version}};
    const auto policy = rooms.policies.in_force();
    auto& purposes = told["purposes"].emplace_array();
    for (const auto& purpose : survey.purposes) {
        const auto index = policy == nullptr ? std::nullopt : policy->find_purpose(purpose);
        bj::object one{{"purpose", purpose}, {"label", purpose}, {"permission", false}};
        if (index) {
            one["label"] = purpose_label(*policy, purpose, language);
            one["permission"] = (*policy)[*index].basis == policy::Basis::permission;
        }
        purposes.push_back(std::move(one));
    }
    if (policy != nullptr) told["policy_version"] = policy->version;
    return told;
}

Result<bj::object> form_json(Rooms& rooms, const services::Survey& survey,
                             const std::string& language) {
    auto told = shown_json(rooms, survey, language);
    TRY(const auto definition, rooms.surveys.definition_json(survey.id, survey.version));
    told["definition"] = services::definition_for_browser(definition);
    return told;
}

services::SurveyReply read_reply(ObjectReader& reader, Wrongs& wrongs) {
    services::SurveyReply reply{reader.number("version", Need::required).value_or(0),
                                reader.text("policy_version", Need::required).value_or(""),
                                Personal<std::string>(std::string()),
                                {},
                                reader.text("language", Need::optional).value_or(""),
                                {}};
    if (reply.language.size() > kLanguageTagMax)
        wrongs.add("/language", "is no language: a BCP 47 tag is wanted");
    for (auto& [purpose, granted] : reader.flag_members("permissions", Need::optional)) {
        reply.permissions.push_back({purpose, granted});
    }
    if (const auto* answers = reader.value("answers", Need::required)) {
        reply.answers = Personal<std::string>(bj::serialize(*answers));
    }
    return reply;
}

bj::value parsed_or_null(const std::optional<Personal<std::string>>& content,
                         const PurposeToken& token) {
    if (!content) return nullptr;
    auto parsed = json::parse(content->reveal(token));
    return parsed ? std::move(*parsed) : bj::value(nullptr);
}

bj::object own_json(const services::OwnAnswer& own, const PurposeToken& token) {
    bj::object told{{"state", std::string(services::name_of(own.state))},
                    {"version", own.version},
                    {"at", rfc3339(own.at)},
                    {"collection", nullptr},
                    {"policy_version", nullptr},
                    {"content", parsed_or_null(own.content, token)}};
    if (own.state == services::AnswerState::answered) {
        told["collection"] = own.collection.text();
        told["policy_version"] = own.policy_version;
    }
    return told;
}

http::Response get_own_surveys(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    const auto language = language_of(request);
    API_TRY(const auto offered, rooms.surveys.offered(*caller->customer()));
    API_TRY(const auto own, rooms.surveys.own(*caller->customer()));
    bj::array waiting;
    for (const auto& survey : offered) {
        auto told = shown_json(rooms, survey, language);
        told["begun"] = std::any_of(own.begin(), own.end(), [&](const auto& one) {
            return one.survey == survey.id && one.state == services::AnswerState::draft;
        });
        waiting.push_back(std::move(told));
    }
    bj::array answered;
    for (const auto& one : own) {
        if (one.state != services::AnswerState::answered) continue;
        API_TRY(const auto survey, rooms.surveys.get(one.survey));
        auto told = shown_json(rooms, survey, language);
        told["answer"] = own_json(one, rooms.gate.own_data_token());
        answered.push_back(std::move(told));
    }
    return json_answer(
        200, bj::object{{"waiting", std::move(waiting)}, {"answered", std::move(answered)}});
}

http::Response get_own_survey(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    API_TRY(const auto survey, rooms.surveys.get(id));
    API_TRY(const auto own, rooms.surveys.own(*caller->customer(), id));
    const bool open = survey.state == services::SurveyState::open;
    if (survey.mode != services::SurveyMode::named || (!open && !own)) {
        return answer(Error(Code::not_found, "there is no such survey"));
    }
    API_TRY(auto told, form_json(rooms, survey, language_of(request)));
    told["answer"] =
        own ? bj::value(own_json(*own, rooms.gate.own_data_token())) : bj::value(nullptr);
    return json_answer(200, told);
}

http::Response put_draft(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    const auto version = reader.number("version", Need::required).value_or(0);
    const auto* answers = reader.value("answers", Need::required);
    const auto page = reader.number("page", Need::optional).value_or(0);
    if (answers != nullptr && !answers->is_object()) wrongs.add("/answers", "an object is wanted");
    END_OR_ANSWER(reader, wrongs);
    const Personal<std::string> draft(
        bj::serialize(bj::object{{"answers", *answers}, {"page", page}}));
    const auto kept = rooms.surveys.keep_draft(*caller->customer(), id, version, draft);
    return kept ? http::Response::empty(204) : answer(kept.error());
}

http::Response delete_draft(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    const auto gone =
        rooms.surveys.keep_draft(*caller->customer(), id, 0, Personal<std::string>(std::string()));
    return gone ? http::Response::empty(204) : answer(gone.error());
}

http::Response post_answer(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    auto reply = read_reply(reader, wrongs);
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto collected, rooms.surveys.answer(*caller->customer(), id, std::move(reply)));
    return json_answer(201, bj::object{{"collection", collected.collection.text()},
                                       {"receipt", receipt_json(collected.receipt)}});
}

http::Response delete_answer(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    const auto gone = rooms.surveys.withdraw(*caller->customer(), id);
    return gone ? http::Response::empty(204) : answer(gone.error());
}

http::Response post_decline(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    const auto declined = rooms.surveys.decline(*caller->customer(), id);
    return declined ? http::Response::empty(204) : answer(declined.error());
}

http::Response get_public_survey(Rooms& rooms, const http::Request& request) {
    SURVEY_OR_ANSWER(id);
    API_TRY(const auto survey, rooms.surveys.get(id));
    if (survey.mode == services::SurveyMode::named ||
        survey.state == services::SurveyState::draft) {
        return answer(Error(Code::not_found, "there is no such survey"));
    }
    if (survey.state == services::SurveyState::closed) {
        return json_answer(200, shown_json(rooms, survey, language_of(request)));
    }
    API_TRY(const auto told, form_json(rooms, survey, language_of(request)));
    return json_answer(200, told);
}

http::Response post_public_answer(Rooms& rooms, const http::Request& request) {
    SURVEY_OR_ANSWER(id);
    if (const auto may = allow_open_form(rooms, request); !may) return answer(may.error());
    BODY_OR_ANSWER(reader, wrongs);
    auto reply = read_reply(reader, wrongs);
    reply.ticket = reader.text("ticket", Need::required).value_or("");
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto receipt, rooms.surveys.answer_as_visitor(id, std::move(reply)));
    return json_answer(201, bj::object{{"code", receipt.code.empty() ? bj::value(nullptr)
                                                                     : bj::value(receipt.code)}});
}

http::Response post_withdrawal(Rooms& rooms, const http::Request& request) {
    if (const auto may = allow_open_form(rooms, request); !may) return answer(may.error());
    BODY_OR_ANSWER(reader, wrongs);
    const auto code = reader.text("code", Need::required).value_or("");
    END_OR_ANSWER(reader, wrongs);
    const auto gone = rooms.surveys.withdraw_by_code(code);
    return gone ? http::Response::empty(204) : answer(gone.error());
}

}  // namespace

void add_survey_answer_routes(http::Router& router, Rooms& rooms) {
    const std::string own = "/api/v1/account/surveys/{survey}";
    add_on_worker(router, rooms, http::Method::get, "/api/v1/account/surveys", get_own_surveys);
    add_on_worker(router, rooms, http::Method::get, own, get_own_survey);
    add_on_worker(router, rooms, http::Method::put, own + "/draft", put_draft);
    add_on_worker(router, rooms, http::Method::delete_, own + "/draft", delete_draft);
    add_on_worker(router, rooms, http::Method::post, own + "/answer", post_answer);
    add_on_worker(router, rooms, http::Method::delete_, own + "/answer", delete_answer);
    add_on_worker(router, rooms, http::Method::post, own + "/decline", post_decline);
    const std::string open = "/api/v1/public/surveys/{survey}";
    add_on_worker(router, rooms, http::Method::get, open, get_public_survey);
    add_on_worker(router, rooms, http::Method::post, open + "/answers", post_public_answer);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/public/surveys/withdrawals",
                  post_withdrawal);
}

}  // namespace avow::api
