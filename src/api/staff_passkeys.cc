// SPDX-License-Identifier: Apache-2.0
// What proves who an employee is: passkeys, new recovery codes, and showing it once more.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/errors.hh"
#include "api/passkey_reading.hh"
#include "api/shapes.hh"
#include "api/staff.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;
using services::Ceremony;

// Declares `caller` as EMPLOYEE_OR_ANSWER does, one whose sign-in is of the last ten minutes.
#define PROVED_EMPLOYEE_OR_ANSWER(caller) \
    EMPLOYEE_OR_ANSWER(caller);           \
    if (auto asked = ask_for_step_up(rooms, *caller)) return std::move(*asked)

http::Response make_challenge(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    const auto ceremony = read_ceremony(reader, wrongs);
    END_OR_ANSWER(reader, wrongs);
    std::optional<EmployeeId> signer;
    if (*ceremony != Ceremony::sign_in) {
        EMPLOYEE_OR_ANSWER(caller);
        if (*ceremony == Ceremony::register_passkey) {
            if (auto asked = ask_for_step_up(rooms, *caller)) return std::move(*asked);
        }
        signer = caller->employee()->employee;
    }
    API_TRY(const auto told,
            offer_challenge(rooms.staff.passkeys(), site_of(request), *ceremony, signer));
    return json_answer(200, told);
}

http::Response get_passkeys(Rooms& rooms, const http::Request& request) {
    EMPLOYEE_OR_ANSWER(caller);
    API_TRY(const auto passkeys, rooms.staff.passkeys().list(caller->employee()->employee));
    return json_answer(200, passkeys_json(passkeys, rooms.staff.own_token()));
}

http::Response post_passkey(Rooms& rooms, const http::Request& request) {
    PROVED_EMPLOYEE_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    auto passkey = read_new_passkey(reader, wrongs);
    END_OR_ANSWER(reader, wrongs);
    const auto added = rooms.staff.passkeys().add(caller->employee()->employee, site_of(request),
                                                  std::move(passkey));
    return added ? http::Response::empty(201) : answer(added.error());
}

http::Response put_passkey(Rooms& rooms, const http::Request& request) {
    EMPLOYEE_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    const Personal<std::string> name(reader.text("name", Need::required).value_or(""));
    END_OR_ANSWER(reader, wrongs);
    const auto renamed = rooms.staff.passkeys().rename(caller->employee()->employee,
                                                       request.parameter("passkey"), name);
    return renamed ? http::Response::empty(204) : answer(renamed.error());
}

http::Response delete_passkey(Rooms& rooms, const http::Request& request) {
    PROVED_EMPLOYEE_OR_ANSWER(caller);
    const auto removed =
        rooms.staff.passkeys().remove(caller->employee()->employee, request.parameter("passkey"));
    return removed ? http::Response::empty(204) : answer(removed.error());
}

http::Response post_recovery_codes(Rooms& rooms, const http::Request& request) {
    PROVED_EMPLOYEE_OR_ANSWER(caller);
    API_TRY(const auto codes, rooms.staff.renew_recovery_codes(caller->employee()->employee));
    return json_answer(200, bj::object{{"recovery_codes", bj::array(codes.begin(), codes.end())}});
}

Result<std::string> proved_by(Rooms& rooms, const http::Request& request,
                              const EmployeeId& employee, const bj::value& body) {
    const auto session = request.find_cookie(kStaffCookie).value_or("");
    return read_proof(
        body,
        [&](const services::PasskeyAnswer& answer) {
            return rooms.staff.step_up_by_passkey(employee, session, site_of(request), answer);
        },
        [&](const Personal<std::string>& password, const std::optional<std::string>& code) {
            return rooms.staff.step_up(employee, session, password, code.value_or(""));
        });
}

http::Response step_up(Rooms& rooms, const http::Request& request) {
    EMPLOYEE_OR_ANSWER(caller);
    const auto body = read_body(request);
    if (!body) return unreadable(body.error());
    const auto stepped = proved_by(rooms, request, caller->employee()->employee, *body);
    if (!stepped) return answer_to_password(stepped.error(), "/password");
    auto response = http::Response::empty(204);
    set_staff_session(response, *stepped);
    return response;
}

}  // namespace

void add_staff_passkey_routes(http::Router& router, Rooms& rooms) {
    constexpr auto kPasskeys = "/api/v1/staff/passkeys";
    constexpr auto kPasskey = "/api/v1/staff/passkeys/{passkey}";
    add_on_worker(router, rooms, http::Method::post, "/api/v1/staff/passkeys/challenge",
                  make_challenge);
    add_on_worker(router, rooms, http::Method::get, kPasskeys, get_passkeys);
    add_on_worker(router, rooms, http::Method::post, kPasskeys, post_passkey);
    add_on_worker(router, rooms, http::Method::put, kPasskey, put_passkey);
    add_on_worker(router, rooms, http::Method::delete_, kPasskey, delete_passkey);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/staff/recovery-codes",
                  post_recovery_codes);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/staff/step-up", step_up);
}

}  // namespace avow::api
