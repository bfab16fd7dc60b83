// SPDX-License-Identifier: Apache-2.0
#include "api/account_session.hh"

#include "api/errors.hh"
#include "http/problem.hh"

namespace avow::api {

// A reference token of 128 bits; __Host- binds it to this host, Lax keeps it from cross-site posts.
void set_session(http::Response& response, std::string_view session) {
    response.set_header("set-cookie", std::string(kSessionCookie) + "=" + std::string(session) +
                                          "; Path=/; Secure; HttpOnly; SameSite=Lax");
}

void set_device(http::Response& response, std::string_view device) {
    response.set_header("set-cookie",
                        std::string(kDeviceCookie) + "=" + std::string(device) +
                            "; Path=/api/v1/account/sign-in; Secure; HttpOnly; SameSite=Strict; "
                            "Max-Age=" +
                            std::to_string(services::Devices::kLifeMs / kSecondMs));
}

void clear_session(http::Response& response) {
    response.set_header("set-cookie", std::string(kSessionCookie) +
                                          "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    response.set_header("clear-site-data", "\"cache\", \"storage\"");
}

http::Response answer_to_password(const Error& error, std::string pointer) {
    if (error.code() != Code::denied) return answer(error);
    // It says itself where it was wrong: at the code of the second factor.
    if (!error.inputs().empty()) {
        auto invalid = Error(Code::invalid, error.words().value);
        invalid.inputs() = error.inputs();
        return answer(invalid);
    }
    return answer(Error(Code::invalid, error.words().value)
                      .at(std::move(pointer), "is not the password of this account"));
}

std::optional<Personal<std::string>> personal(std::optional<std::string> text) {
    if (!text) return std::nullopt;
    return Personal<std::string>(std::move(*text));
}

void add_on_worker(http::Router& router, Rooms& rooms, http::Method method, std::string pattern,
                   AccountHandler handler) {
    router.add(method, std::move(pattern), http::Runs::on_worker,
               [&rooms, handler](const http::Request& request) { return handler(rooms, request); });
}

std::string network_of(const Rooms& rooms, const http::Request& request) {
    const auto forwarded = request.find_header("x-forwarded-for").value_or("");
    const auto address = traffic::Address::parse(
        traffic::visitor_address(request.peer.text(), forwarded, rooms.trusted_proxies));
    if (!address) return "";
    const ByteView bytes(address->bytes());
    return std::string(as_text(address->is_v4() ? bytes : bytes.first(8)));
}

Status allow_open_form(const Rooms& rooms, const http::Request& request) {
    const auto network = network_of(rooms, request);
    const auto now = rooms.clock.now();
    if (network.empty() || rooms.open_forms.allows(traffic::Fleeting::over(network), now))
        return {};
    return services::too_often(kMinuteMs - now.ms % kMinuteMs);
}

std::optional<http::Response> ask_for_step_up(const Rooms& rooms, const Caller& caller) {
    if (caller.token() != nullptr) return std::nullopt;
    const auto* employee = caller.employee();
    const auto proved = employee != nullptr ? employee->created : caller.session()->proved;
    if (rooms.clock.now() - proved < services::kProvedMs) return std::nullopt;
    auto response = http::problem(
        401, "Give your password once more",
        employee != nullptr ? "this needs a sign-in of the last ten minutes: sign in once more"
                            : "this needs the password to have been given in the last ten minutes: "
                              "POST it to /api/v1/account/step-up",
        {});
    response.set_header("www-authenticate",
                        "Bearer error=\"insufficient_user_authentication\", max_age=" +
                            std::to_string(services::kProvedMs / kSecondMs));
    return response;
}

}  // namespace avow::api
