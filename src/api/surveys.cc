// SPDX-License-Identifier: Apache-2.0
// /api/v1/surveys: those who make surveys and read what they say. Counts name nobody; answers one
// after another are uses, each in its customer's ledger.
#include <charconv>
#include <set>

#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/caller.hh"
#include "api/errors.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "api/survey_shapes.hh"
#include "base/json.hh"
#include "services/exports/csv.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

constexpr std::size_t kCsvPage = 200;

#define RESEARCHER_OR_ANSWER(caller)                                                             \
    API_TRY(const auto caller, find_staff(rooms, request));                                      \
    if (!caller) return unauthorized();                                                          \
    if (!caller->has_role({"researcher"})) return forbidden("surveys need the role researcher"); \
    if (auto known = caller->check_acknowledged(); !known) return answer(known.error())

#define SURVEY_OR_ANSWER(id)                              \
    const auto parsed_##id = survey_of(request);          \
    if (!parsed_##id) return answer(parsed_##id.error()); \
    const SurveyId id = *parsed_##id

// With its versions, and what the newest one asks.
http::Response whole(Rooms& rooms, int status, const services::Survey& survey) {
    auto told = survey_json(survey);
    API_TRY(auto definition, rooms.surveys.definition_json(survey.id, survey.version));
    API_TRY(const auto versions, rooms.surveys.versions(survey.id));
    told["definition"] = std::move(definition);
    auto& list = told["versions"].emplace_array();
    for (const auto& one : versions) {
        list.push_back(bj::object{
            {"version", one.version}, {"author", one.author}, {"made", rfc3339(one.made)}});
    }
    return json_answer(status, told);
}

http::Response get_surveys(Rooms& rooms, const http::Request& request) {
    RESEARCHER_OR_ANSWER(caller);
    auto without_cursor = request;
    std::optional<SurveyId> before;
    if (const auto cursor = request.find_query("cursor")) {
        before = SurveyId::parse(*cursor);
        if (!before)
            return answer(Error(Code::invalid, "cursor must be the `next` of an earlier answer"));
    }
    without_cursor.query.clear();
    if (const auto limit = request.find_query("limit")) without_cursor.query = "limit=" + *limit;
    API_TRY(const auto page, read_page(without_cursor));
    API_TRY(auto found, rooms.surveys.list(before, page.limit + 1));
    bj::value next = nullptr;
    if (found.size() > static_cast<std::size_t>(page.limit)) {
        found.pop_back();
        next = found.back().id.text();
    }
    bj::array items;
    for (const auto& one : found) items.push_back(survey_json(one));
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

http::Response post_survey(Rooms& rooms, const http::Request& request) {
    RESEARCHER_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    services::NewSurvey wanted;
    wanted.name = reader.text("name", Need::required).value_or("");
    const auto mode =
        services::survey_mode_from(reader.text("mode", Need::optional).value_or("named"));
    if (!mode) wrongs.add("/mode", "must be named, pseudonymous or anonymous");
    wanted.mode = mode.value_or(services::SurveyMode::named);
    wanted.purposes = reader.texts("purposes", Need::required);
    if (const auto* definition = reader.value("definition", Need::required)) {
        wanted.definition = *definition;
    }
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto made, rooms.surveys.make(wanted, caller->actor().label));
    auto response = whole(rooms, 201, made);
    response.set_header("location", "/api/v1/surveys/" + made.id.text());
    return response;
}

http::Response get_survey(Rooms& rooms, const http::Request& request) {
    RESEARCHER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    API_TRY(const auto survey, rooms.surveys.get(id));
    return whole(rooms, 200, survey);
}

http::Response put_survey(Rooms& rooms, const http::Request& request) {
    RESEARCHER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    const auto name = reader.text("name", Need::required).value_or("");
    const auto seen = reader.number("version", Need::required).value_or(0);
    const auto* definition = reader.value("definition", Need::required);
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto revised,
            rooms.surveys.revise(id, seen, name, *definition, caller->actor().label));
    return whole(rooms, 200, revised);
}

http::Response put_state(Rooms& rooms, const http::Request& request) {
    RESEARCHER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    const auto state =
        services::survey_state_from(reader.text("state", Need::required).value_or(""));
    if (wrongs.none() && !state) wrongs.add("/state", "must be open or closed");
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto changed, rooms.surveys.change_state(id, *state));
    return json_answer(200, survey_json(changed));
}

http::Response put_after_requests(Rooms& rooms, const http::Request& request) {
    RESEARCHER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    const auto asked = reader.flag("asked", Need::required);
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto changed, rooms.surveys.ask_after_requests(id, asked.value_or(false)));
    return json_answer(200, survey_json(changed));
}

http::Response get_version(Rooms& rooms, const http::Request& request) {
    RESEARCHER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    const auto text = request.parameter("version");
    std::int64_t version = 0;
    std::from_chars(text.data(), text.data() + text.size(), version);
    API_TRY(auto definition, rooms.surveys.definition_json(id, version));
    return json_answer(200,
                       bj::object{{"version", version}, {"definition", std::move(definition)}});
}

http::Response get_results(Rooms& rooms, const http::Request& request) {
    RESEARCHER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    services::ResultsQuestion question{id,
                                       request.find_query("purpose").value_or(""),
                                       {},
                                       {},
                                       {},
                                       request.find_query("rows").value_or(""),
                                       request.find_query("columns").value_or("")};
    Wrongs wrongs;
    if (const auto text = request.find_query("version")) {
        std::int64_t version = 0;
        const auto read = std::from_chars(text->data(), text->data() + text->size(), version);
        if (read.ec != std::errc() || read.ptr != text->data() + text->size())
            wrongs.add("/version", "is not a version's number");
        question.version = version;
    }
    for (const auto& [name, day] :
         {std::pair{"from", &question.from_day}, std::pair{"to", &question.to_day}}) {
        const auto text = request.find_query(name);
        if (!text) continue;
        *day = day_from(*text);
        if (!*day) wrongs.add("/" + std::string(name), "is no day: 2026-11-27 is one");
    }
    if (auto fits = wrongs.result(); !fits) return answer(fits.error());
    API_TRY(const auto results, rooms.surveys.results(question, caller->actor()));
    return json_answer(200, results_json(results));
}

bj::object read_json(const services::ReadAnswer& one, const std::optional<PurposeToken>& token) {
    const bool allowed = one.decision.answer == policy::Answer::allowed;
    bj::object told{{"answer", one.answer},
                    {"version", one.version},
                    {"day", day_text(one.day)},
                    {"decision", allowed ? "allowed" : "refused"},
                    {"because", std::string(policy::name_of(one.decision.because))},
                    {"answers", nullptr}};
    if (!one.content || !token) return told;
    const auto content = json::parse(one.content->reveal(*token));
    if (content && content->is_object()) {
        if (const auto* answers = content->get_object().if_contains("answers")) {
            told["answers"] = *answers;
        }
    }
    return told;
}

http::Response get_answers(Rooms& rooms, const http::Request& request) {
    RESEARCHER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    auto limits = request;
    limits.query.clear();
    if (const auto limit = request.find_query("limit")) limits.query = "limit=" + *limit;
    API_TRY(const auto page, read_page(limits));
    API_TRY(const auto read,
            rooms.surveys.read(id, request.find_query("purpose").value_or(""),
                               request.find_query("cursor").value_or(""),
                               static_cast<std::size_t>(page.limit), caller->actor()));
    bj::array items;
    for (const auto& one : read.answers) {
        items.push_back(read_json(one, read.token));
    }
    return json_answer(
        200, bj::object{{"items", std::move(items)},
                        {"next", read.next.empty() ? bj::value(nullptr) : bj::value(read.next)}});
}

std::string cell_text(const bj::value* value) {
    if (value == nullptr || value->is_null()) return {};
    if (value->is_string()) return std::string(value->get_string());
    if (!value->is_array()) return bj::serialize(*value);
    std::string text;
    for (const auto& one : value->get_array()) {
        if (!text.empty()) text += "; ";
        text += cell_text(&one);
    }
    return text;
}

// A line an answer, a column a question; made page by page while it is sent.
http::Response get_csv(Rooms& rooms, const http::Request& request) {
    RESEARCHER_OR_ANSWER(caller);
    SURVEY_OR_ANSWER(id);
    const auto purpose = request.find_query("purpose").value_or("");
    const auto actor = caller->actor();
    API_TRY(const auto versions, rooms.surveys.versions(id));
    std::vector<std::string> columns;
    std::set<std::string> known;
    for (const auto& version : versions) {
        API_TRY(const auto json, rooms.surveys.definition_json(id, version.version));
        const auto definition = services::read_definition(json);
        if (!definition) return answer(definition.error());
        for (const auto& question : definition->questions) {
            if (known.insert(question.name).second) columns.push_back(question.name);
            const auto comment = question.name + std::string(services::kCommentSuffix);
            if (question.has_other && known.insert(comment).second) columns.push_back(comment);
        }
    }
    // What is wrong is said before the first line is.
    API_TRY(auto first, rooms.surveys.read(id, purpose, "", kCsvPage, actor));
    std::string head = "\xef\xbb\xbf";
    std::vector<std::string_view> names{"day", "version"};
    names.insert(names.end(), columns.begin(), columns.end());
    head += services::csv_line(names);
    const auto lines = [columns](const services::ReadPage& page) {
        std::string text;
        for (const auto& one : page.answers) {
            const auto read = read_json(one, page.token);
            const auto* answers = read.at("answers").if_object();
            if (answers == nullptr) continue;
            std::vector<std::string> cells{day_text(one.day), std::to_string(one.version)};
            for (const auto& name : columns) cells.push_back(cell_text(answers->if_contains(name)));
            const std::vector<std::string_view> views(cells.begin(), cells.end());
            text += services::csv_line(views);
        }
        return text;
    };
    http::Response response;
    response.set_header("content-type", "text/csv; charset=utf-8");
    response.set_header("content-disposition", "attachment; filename=\"" + id.text() + ".csv\"");
    auto next = std::make_shared<std::string>(first.next);  // shared: a function is copied
    auto text = std::make_shared<std::string>(head + lines(first));
    response.body = http::Body::of_parts(
        std::nullopt,
        [&rooms, id, purpose, actor, lines, next, text]() -> std::optional<std::string> {
            if (!text->empty()) return std::exchange(*text, {});
            while (!next->empty()) {
                const auto page = rooms.surveys.read(id, purpose, *next, kCsvPage, actor);
                if (!page) return std::nullopt;
                *next = page->next;
                if (auto made = lines(*page); !made.empty()) return made;
            }
            return std::string();
        });
    return response;
}

}  // namespace

void add_survey_routes(http::Router& router, Rooms& rooms) {
    const std::string one = "/api/v1/surveys/{survey}";
    add_on_worker(router, rooms, http::Method::get, "/api/v1/surveys", get_surveys);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/surveys", post_survey);
    add_on_worker(router, rooms, http::Method::get, one, get_survey);
    add_on_worker(router, rooms, http::Method::put, one, put_survey);
    add_on_worker(router, rooms, http::Method::put, one + "/state", put_state);
    add_on_worker(router, rooms, http::Method::put, one + "/after-requests", put_after_requests);
    add_on_worker(router, rooms, http::Method::get, one + "/versions/{version}", get_version);
    add_on_worker(router, rooms, http::Method::get, one + "/results", get_results);
    add_on_worker(router, rooms, http::Method::get, one + "/answers", get_answers);
    add_on_worker(router, rooms, http::Method::get, one + "/answers.csv", get_csv);
}

}  // namespace avow::api
