// SPDX-License-Identifier: Apache-2.0
// Employees come and go: the invitation, joining, signing in with password and code, signing out.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/caller.hh"
#include "api/errors.hh"
#include "api/passkey_reading.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "api/staff.hh"
#include "http/problem.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

constexpr std::string_view kSignIn = "/api/v1/staff/sign-in";

http::Response signed_in(int status, const services::StaffSignedIn& signed_in, bj::object told) {
    told["employee"] = signed_in.employee.text();
    auto response = json_answer(status, told);
    set_staff_session(response, signed_in.session);
    if (!signed_in.device.empty()) {
        response.set_header("set-cookie",
                            std::string(kStaffDeviceCookie) + "=" + signed_in.device +
                                "; Path=" + std::string(kSignIn) +
                                "; Secure; HttpOnly; SameSite=Strict; Max-Age=" +
                                std::to_string(services::kStaffDeviceLifeMs / kSecondMs));
    }
    return response;
}

http::Response post_sign_in(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    const services::StaffSignIn form{
        Personal<std::string>(reader.text("email", Need::required).value_or("")),
        Personal<std::string>(reader.text("password", Need::required).value_or("")),
        reader.text("code", Need::optional).value_or(""), network_of(rooms, request),
        std::string(request.find_cookie(kStaffDeviceCookie).value_or(""))};
    END_OR_ANSWER(reader, wrongs);
    const auto found = rooms.staff.sign_in(form);
    if (!found) {
        if (found.error().code() != Code::denied) return answer(found.error());
        return http::problem(401, "Not signed in", found.error().words().value);
    }
    if (found->session.empty()) return json_answer(200, bj::object{{"wants", "code"}});
    return signed_in(200, *found, {{"wants", nullptr}});
}

http::Response post_sign_in_by_passkey(Rooms& rooms, const http::Request& request) {
    const auto body = read_body(request);
    if (!body) return unreadable(body.error());
    Wrongs wrongs;
    const auto signed_challenge = read_passkey_answer(*body, "", wrongs);
    if (auto fits = wrongs.result(); !fits) return answer(fits.error());
    const auto found = rooms.staff.sign_in_by_passkey(
        site_of(request), signed_challenge, request.find_cookie(kStaffDeviceCookie).value_or(""));
    if (found) return signed_in(200, *found, {});
    if (found.error().code() != Code::denied) return answer(found.error());
    return http::problem(401, "Not signed in", found.error().words().value);
}

http::Response post_sign_out(Rooms& rooms, const http::Request& request) {
    if (const auto session = request.find_cookie(kStaffCookie)) {
        if (auto ended = rooms.staff.sign_out(*session); !ended) return answer(ended.error());
    }
    auto response = http::Response::empty(204);
    clear_staff_session(response);
    return response;
}

http::Response post_invitation(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    const auto link = reader.text("link", Need::required).value_or("");
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto invitation, rooms.staff.find_invitation(link));
    const auto token = rooms.staff.own_token();
    auto told = employee_json(invitation.employee, token);
    told["organization"] = rooms.policies.in_force()->organization;
    told["totp_secret"] = invitation.totp_secret.reveal(token);
    told["totp_uri"] = invitation.totp_uri.reveal(token);
    return json_answer(200, told);
}

http::Response post_join(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    const services::Joining joining{
        reader.text("link", Need::required).value_or(""),
        Personal<std::string>(reader.text("password", Need::required).value_or("")),
        reader.text("code", Need::required).value_or("")};
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto joined, rooms.staff.join(joining));
    bj::array codes(joined.recovery_codes.begin(), joined.recovery_codes.end());
    return signed_in(201, joined, {{"recovery_codes", std::move(codes)}});
}

}  // namespace

// Strict: no other site opens a page of the console signed in.
void set_staff_session(http::Response& response, std::string_view session) {
    response.set_header("set-cookie", std::string(kStaffCookie) + "=" + std::string(session) +
                                          "; Path=/; Secure; HttpOnly; SameSite=Strict");
}

void clear_staff_session(http::Response& response) {
    response.set_header(
        "set-cookie",
        std::string(kStaffCookie) + "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    response.set_header("clear-site-data", "\"cache\"");
}

void add_staff_session_routes(http::Router& router, Rooms& rooms) {
    add_on_worker(router, rooms, http::Method::post, std::string(kSignIn), post_sign_in);
    add_on_worker(router, rooms, http::Method::post, std::string(kSignIn) + "/passkey",
                  post_sign_in_by_passkey);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/staff/sign-out", post_sign_out);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/staff/invitation", post_invitation);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/staff/join", post_join);
}

}  // namespace avow::api
