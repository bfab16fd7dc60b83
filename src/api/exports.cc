// SPDX-License-Identifier: Apache-2.0
// /api/v1/customers/{id}/exports: everything as one archive, made in the background, fetched once.
// And /export: the same as JSON, at once.
#include "api/exports.hh"

#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/customer_caller.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"
#include "base/log.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

bj::object export_json(const services::Export& one) {
    return {{"export", one.id.text()},
            {"state", one.state},
            {"done", one.done},
            {"total", one.total},
            {"size", one.size},
            {"language", one.language},
            {"created", rfc3339(one.created)},
            {"gone_at", rfc3339(one.gone())}};
}

http::Response post_export(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, {"officer"});
    if (auto ask = ask_for_step_up(rooms, *caller)) return std::move(*ask);
    API_TRY(const auto one, rooms.exports.start(id, caller->actor(), language_of(request)));
    return json_answer(202, export_json(one));
}

http::Response get_exports(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, {"officer"});
    API_TRY(const auto one, rooms.exports.find(id));
    bj::array items;
    if (one) items.push_back(export_json(*one));
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response get_export(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, {"officer"});
    API_TRY(const auto one, rooms.exports.find(id));
    if (!one || one->id.text() != request.parameter("export"))
        return answer(Error(Code::not_found, "there is no such export: ask for one"));
    return json_answer(200, export_json(*one));
}

std::optional<std::string> logged(const Error& error, const char* what) {
    log::error(what, {{"code", name_of(error.code())}});
    return std::nullopt;
}

http::Response get_file(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, {"officer"});
    if (is_from_elsewhere(request)) return forbidden("this request comes from another site");
    if (auto ask = ask_for_step_up(rooms, *caller)) return std::move(*ask);
    const auto wanted = services::ExportId::parse(request.parameter("export"));
    if (!wanted) return answer(Error(Code::not_found, "there is no such export: ask for one"));
    API_TRY(const auto download, rooms.exports.take(id, *wanted));
    http::Response response;
    response.set_header("content-type", "application/zip");
    response.set_header("content-disposition",
                        "attachment; filename=\"" + wanted->text() + ".zip\"");
    response.body = http::Body::of_parts(static_cast<std::uint64_t>(download->size()),
                                         [&rooms, download]() -> std::optional<std::string> {
                                             const auto part = download->next();
                                             if (!part)
                                                 return logged(part.error(), "export_cut_short");
                                             return part->reveal(rooms.gate.own_data_token());
                                         });
    return response;
}

http::Response get_json(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, {"officer"});
    if (auto ask = ask_for_step_up(rooms, *caller)) return std::move(*ask);
    return answer_export(rooms.gate, rooms.exports, id, caller->actor(), rooms.clock.now());
}

}  // namespace

http::Response answer_export(gate::Gate& gate, const services::Exports& exports,
                             const CustomerId& customer, const gate::Actor& actor, Time now) {
    if (auto noted = gate.note_reading(customer, actor); !noted) return answer(noted.error());
    // Shared: the body's parts are copied.
    const auto data = std::make_shared<services::DataJson>(gate, customer, exports.parts(), now);
    http::Response response;
    response.set_header("content-type", "application/json; charset=utf-8");
    response.set_header("content-disposition",
                        "attachment; filename=\"" + customer.text() + ".json\"");
    response.body = http::Body::of_parts(std::nullopt, [data]() -> std::optional<std::string> {
        auto text = data->next();
        if (!text) return logged(text.error(), "export_cut_short");
        return std::move(*text);
    });
    return response;
}

void add_export_routes(http::Router& router, Rooms& rooms) {
    const auto add = [&](http::Method method, std::string rest, auto handler) {
        router.add(
            method, "/api/v1/customers/{id}/" + rest, http::Runs::on_worker,
            [&rooms, handler](const http::Request& request) { return handler(rooms, request); });
    };
    add(http::Method::post, "exports", post_export);
    add(http::Method::get, "exports", get_exports);
    add(http::Method::get, "exports/{export}", get_export);
    add(http::Method::get, "exports/{export}/file", get_file);
    add(http::Method::get, "export", get_json);
}

}  // namespace avow::api
