// SPDX-License-Identifier: Apache-2.0
#include "app/admin.hh"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json.hpp>

#include "api/errors.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "app/admin_drp.hh"
#include "app/admin_keeping.hh"
#include "app/admin_staff.hh"
#include "app/mail.hh"
#include "app/mail_standing.hh"
#include "base/json.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

bj::object token_json(const services::Token& token) {
    bj::object told{{"id", token.id.text()},
                    {"role", token.role},
                    {"name", token.name},
                    {"created", rfc3339(token.created)},
                    {"revoked", nullptr}};
    if (token.revoked) told["revoked"] = rfc3339(*token.revoked);
    return told;
}

http::Response post_token(House& house, const http::Request& request) {
    const auto body = api::read_body(request);
    if (!body) return api::unreadable(body.error());
    api::Wrongs wrongs;
    api::ObjectReader reader(*body, "", wrongs);
    const auto role = reader.text("role", api::Need::required).value_or("");
    const auto name = reader.text("name", api::Need::required).value_or("");
    reader.finish();
    if (auto fits = wrongs.result(); !fits) return api::answer(fits.error());
    API_TRY(const auto made, house.tokens->make(role, name));
    return api::json_answer(201, bj::object{{"id", made.id.text()}, {"token", made.secret}});
}

http::Response get_tokens(House& house, const http::Request&) {
    API_TRY(const auto tokens, house.tokens->list());
    bj::array items;
    for (const auto& token : tokens) items.push_back(token_json(token));
    return api::json_answer(200, bj::object{{"items", std::move(items)}});
}

http::Response delete_token(House& house, const http::Request& request) {
    const auto id = TokenId::parse(request.parameter("id"));
    if (!id) return api::answer(Error(Code::invalid, "this is no token's id: tok_… is wanted"));
    if (auto revoked = house.tokens->revoke(*id); !revoked) return api::answer(revoked.error());
    return api::json_answer(200, bj::object{{"id", id->text()}, {"revoked", true}});
}

http::Response post_policy(House& house, const http::Request& request) {
    const auto body = api::read_body(request);
    if (!body) return api::unreadable(body.error());
    api::Wrongs wrongs;
    api::ObjectReader reader(*body, "", wrongs);
    std::vector<policy::SourceFile> files;
    for (auto& [name, content] : reader.text_members("files", api::Need::required)) {
        files.push_back({name, std::move(content)});
    }
    reader.finish();
    if (auto fits = wrongs.result(); !fits) return api::answer(fits.error());
    API_TRY(const auto policy, house.policies->publish(files));
    return api::json_answer(200, bj::object{{"version", policy->version}, {"in_force", true}});
}

Result<std::string> body_of(int status, std::string body) {
    if (status < 400) return body;
    TRY(const auto problem, json::parse(body));
    Error error(status == 409   ? Code::conflict
                : status == 404 ? Code::not_found
                                : Code::invalid,
                std::string(problem.at("detail").as_string()));
    if (const auto* inputs = problem.as_object().if_contains("errors")) {
        for (const auto& input : inputs->as_array()) {
            error = std::move(error).at(std::string(input.at("pointer").as_string()),
                                        std::string(input.at("detail").as_string()));
        }
    }
    return error;
}

// Nothing when no server listens there.
std::optional<Result<std::string>> ask_socket(const std::filesystem::path& socket,
                                              http::Method method, const std::string& path,
                                              const std::string& body) {
    namespace asio = boost::asio;
    namespace beast = boost::beast;
    asio::io_context context;
    asio::local::stream_protocol::socket stream(context);
    boost::system::error_code error;
    stream.connect(asio::local::stream_protocol::endpoint(socket.string()), error);
    if (error) return std::nullopt;
    beast::http::request<beast::http::string_body> request(
        beast::http::string_to_verb({http::name_of(method).data(), http::name_of(method).size()}),
        path, 11);
    request.set(beast::http::field::host, "admin");
    request.set(beast::http::field::content_type, "application/json");
    request.body() = body;
    request.prepare_payload();
    beast::http::write(stream, request, error);
    beast::flat_buffer buffer;
    beast::http::response<beast::http::string_body> response;
    if (!error) beast::http::read(stream, buffer, response, error);
    if (error)
        return Error(Code::unavailable, "the running server does not answer: " + error.message());
    return body_of(static_cast<int>(response.result_int()), std::move(response.body()));
}

http::Response post_import(House& house, const http::Request& request) {
    API_TRY(auto told, import_for_admin(house, request));
    return http::Response::json(200, std::move(told));
}

}  // namespace

http::Router admin_routes(House& house) {
    http::Router router;
    const auto add = [&](http::Method method, std::string pattern, auto handler) {
        router.add(
            method, std::move(pattern), http::Runs::on_worker,
            [&house, handler](const http::Request& request) { return handler(house, request); });
    };
    add(http::Method::post, "/tokens", post_token);
    add(http::Method::get, "/tokens", get_tokens);
    add(http::Method::delete_, "/tokens/{id}", delete_token);
    add(http::Method::post, "/policy", post_policy);
    add(http::Method::post, "/traffic/import", post_import);
    add_keeping_routes(router, house);
    add_mail_routes(router, house);
    add_metrics(router, house);
    add_staff_admin_routes(router, house);
    add_drp_admin_routes(router, house);
    return router;
}

void add_listing(http::Router& admin, const http::Router& served) {
    bj::array items;
    for (const auto& route : served.list()) items.emplace_back(route);
    const bj::object told{{"items", std::move(items)}};
    admin.add(http::Method::get, "/routes", http::Runs::on_io,
              [told](const http::Request&) { return api::json_answer(200, told); });
}

Result<std::string> ask_admin(const std::filesystem::path& data, http::Method method,
                              const std::string& path, const std::string& body) {
    const auto socket = data / "admin.sock";
    if (auto answered = ask_socket(socket, method, path, body)) return std::move(*answered);
    TRY(const auto configuration, read_configuration(data, {}));
    TRY(const auto house, House::create(configuration, Opening::must_exist));
    http::Request request;
    request.method = method;
    request.path = path;
    request.headers.push_back({"content-type", "application/json"});
    request.body = body;
    auto response = admin_routes(*house).answer(std::move(request));
    TRY_OK(house->ledger->flush());
    return body_of(response.status, std::string(response.body.view()));
}

std::optional<Result<std::string>> ask_running(const std::filesystem::path& data,
                                               http::Method method, const std::string& path,
                                               const std::string& body) {
    return ask_socket(data / "admin.sock", method, path, body);
}

}  // namespace avow::app
