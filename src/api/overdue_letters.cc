// SPDX-License-Identifier: Apache-2.0
// /api/v1/desk/overdue-letters: whether an employee is written to when requests are overdue.
#include "services/escalation/overdue_letters.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/caller.hh"
#include "api/errors.hh"
#include "api/reading.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

// Declares `caller` and `employee`, who works with requests of either kind, or answers.
#define ANSWERER_OR_ANSWER(caller, employee)                                            \
    API_TRY(const auto caller, find_staff(rooms, request));                             \
    if (!caller) return unauthorized();                                                 \
    if (!caller->has_role({"agent", "officer"}))                                        \
        return forbidden("letters about requests are for the roles agent and officer"); \
    if (caller->employee() == nullptr) return forbidden("letters go to employees");     \
    const auto& employee = caller->employee()->employee

Result<services::OverdueLetter> choice_of(services::OverdueLetters& letters,
                                          const EmployeeId& employee) {
    TRY(const auto all, letters.list());
    const auto found = std::ranges::find(all, employee, &services::OverdueLetter::employee);
    return found == all.end() ? services::OverdueLetter{employee, false, false, {}, {}} : *found;
}

http::Response told(const services::OverdueLetter& choice) {
    return json_answer(200, bj::object{{"requests", choice.requests}, {"rights", choice.rights}});
}

http::Response get_choice(Rooms& rooms, services::OverdueLetters& letters,
                          const http::Request& request) {
    ANSWERER_OR_ANSWER(caller, employee);
    API_TRY(const auto choice, choice_of(letters, employee));
    return told(choice);
}

// What is not named stays.
http::Response put_choice(Rooms& rooms, services::OverdueLetters& letters,
                          const http::Request& request) {
    ANSWERER_OR_ANSWER(caller, employee);
    BODY_OR_ANSWER(reader, wrongs);
    const auto requests = reader.flag("requests", Need::optional);
    const auto rights = reader.flag("rights", Need::optional);
    END_OR_ANSWER(reader, wrongs);
    if (requests == true && !caller->has_role({"agent"}))
        return forbidden("letters about requests at the desk need the role agent");
    if (rights == true && !caller->has_role({"officer"}))
        return forbidden("letters about requests under the policy need the role officer");
    API_TRY(auto choice, choice_of(letters, employee));
    choice.requests = requests.value_or(choice.requests);
    choice.rights = rights.value_or(choice.rights);
    const auto kept = letters.keep(employee, choice.requests, choice.rights);
    return kept ? told(choice) : answer(kept.error());
}

}  // namespace

void add_overdue_letter_routes(http::Router& router, Rooms& rooms,
                               services::OverdueLetters& letters) {
    const std::string path = "/api/v1/desk/overdue-letters";
    router.add(http::Method::get, path, http::Runs::on_worker,
               [&](const http::Request& request) { return get_choice(rooms, letters, request); });
    router.add(http::Method::put, path, http::Runs::on_worker,
               [&](const http::Request& request) { return put_choice(rooms, letters, request); });
}

}  // namespace avow::api
