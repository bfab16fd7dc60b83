// SPDX-License-Identifier: Apache-2.0
// What an employee does for themself: who they are, their password and sessions, the guidelines.
#include "api/staff.hh"

#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/errors.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "api/words.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

http::Response get_me(Rooms& rooms, const http::Request& request) {
    EMPLOYEE_OR_ANSWER(caller);
    const auto& id = caller->employee()->employee;
    API_TRY(const auto employee, rooms.staff.get(id));
    API_TRY(const auto left, rooms.staff.recovery_codes_left(id));
    const auto policy = rooms.policies.in_force();
    auto told = employee_json(employee, rooms.staff.own_token());
    told["acknowledged"] = caller->employee()->acknowledged;
    told["policy_version"] = policy->version;
    told["organization"] = policy->organization;
    told["recovery_codes_left"] = left;
    told["password_changed"] = rfc3339(employee.changed);
    return json_answer(200, told);
}

http::Response put_password(Rooms& rooms, const http::Request& request) {
    EMPLOYEE_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    const Personal<std::string> current(reader.text("current", Need::required).value_or(""));
    const Personal<std::string> wanted(reader.text("password", Need::required).value_or(""));
    END_OR_ANSWER(reader, wrongs);
    const auto changed = rooms.staff.change_password(caller->employee()->employee,
                                                     request.find_cookie(kStaffCookie).value_or(""),
                                                     current, wanted);
    if (!changed) return answer_to_password(changed.error(), "/current");
    auto response = http::Response::empty(204);
    set_staff_session(response, changed->session);
    return response;
}

http::Response get_sessions(Rooms& rooms, const http::Request& request) {
    EMPLOYEE_OR_ANSWER(caller);
    API_TRY(const auto sessions,
            rooms.staff.sessions(caller->employee()->employee,
                                 request.find_cookie(kStaffCookie).value_or("")));
    bj::array items;
    for (const auto& session : sessions) {
        items.push_back({{"created", rfc3339(session.created)},
                         {"seen", rfc3339(session.seen)},
                         {"current", session.current}});
    }
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response delete_sessions(Rooms& rooms, const http::Request& request) {
    EMPLOYEE_OR_ANSWER(caller);
    API_TRY(const auto ended,
            rooms.staff.end_other_sessions(caller->employee()->employee,
                                           request.find_cookie(kStaffCookie).value_or("")));
    return json_answer(200, bj::object{{"sessions_ended", ended}});
}

bj::object acknowledgement_json(const services::Acknowledgement& made) {
    return {{"version", made.version},
            {"language", made.language},
            {"digest", made.digest},
            {"at", rfc3339(made.at)}};
}

bj::array sections_of(const policy::Policy& policy, const services::Guidelines& text) {
    bj::array sections;
    for (const auto& section : *text.sections) {
        bj::array paragraphs;
        for (const auto& paragraph : section.paragraphs) {
            std::string words;
            for (const auto index : paragraph.sentences) {
                if (!words.empty()) words += text.language == "ja" ? "" : " ";
                words += text.translation != nullptr ? text.translation->sentences[index.value]
                                                     : policy[index].text;
            }
            paragraphs.push_back({{"text", words}, {"list_item", paragraph.list_item}});
        }
        sections.push_back({{"heading", section.heading},
                            {"level", section.level},
                            {"paragraphs", std::move(paragraphs)}});
    }
    return sections;
}

http::Response get_guidelines(Rooms& rooms, const http::Request& request) {
    EMPLOYEE_OR_ANSWER(caller);
    const auto policy = rooms.policies.in_force();
    const auto text = services::guidelines_of(*policy, language_of(request));
    API_TRY(const auto made, rooms.staff.acknowledgement(caller->employee()->employee));
    bj::object told{{"version", text.version},   {"effective", policy->effective},
                    {"language", text.language}, {"title", text.title},
                    {"digest", text.digest},     {"sections", sections_of(*policy, text)},
                    {"acknowledged", nullptr}};
    if (made) told["acknowledged"] = acknowledgement_json(*made);
    return json_answer(200, told);
}

http::Response post_acknowledgement(Rooms& rooms, const http::Request& request) {
    EMPLOYEE_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    const services::Acknowledging read{reader.text("version", Need::required).value_or(""),
                                       reader.text("language", Need::required).value_or(""),
                                       reader.text("digest", Need::required).value_or("")};
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto made, rooms.staff.acknowledge(caller->employee()->employee, read));
    return json_answer(200, acknowledgement_json(made));
}

}  // namespace

bj::object employee_json(const services::Employee& employee, const PurposeToken& token) {
    bj::array roles(employee.roles.begin(), employee.roles.end());
    return {{"employee", employee.id.text()},
            {"name", employee.person.name.reveal(token)},
            {"email", employee.person.email.reveal(token)},
            {"roles", std::move(roles)},
            {"language", employee.language},
            {"state", std::string(services::name_of(employee.state))}};
}

void add_staff_routes(http::Router& router, Rooms& rooms) {
    add_staff_session_routes(router, rooms);
    add_staff_passkey_routes(router, rooms);
    add_on_worker(router, rooms, http::Method::get, "/api/v1/staff/me", get_me);
    add_on_worker(router, rooms, http::Method::put, "/api/v1/staff/password", put_password);
    add_on_worker(router, rooms, http::Method::get, "/api/v1/staff/sessions", get_sessions);
    add_on_worker(router, rooms, http::Method::delete_, "/api/v1/staff/sessions", delete_sessions);
    add_on_worker(router, rooms, http::Method::get, "/api/v1/staff/guidelines", get_guidelines);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/staff/guidelines",
                  post_acknowledgement);
}

}  // namespace avow::api
