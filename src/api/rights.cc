// SPDX-License-Identifier: Apache-2.0
// /api/v1/rights: a customer's own requests under the policy. Another's is answered like one that
// does not exist.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/errors.hh"
#include "api/right_shapes.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"
#include "base/log.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

http::Response get_rights(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    API_TRY(const auto rights, rooms.rights.own(*caller->customer()));
    bj::array items;
    for (const auto& one : rights) items.push_back(right_json(rooms, one));
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response post_right(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    const auto kind = read_right_kind(reader, wrongs);
    auto corrected = read_corrected(reader);
    if (kind && *kind != services::RightKind::correction && !corrected.empty())
        wrongs.add("/fields", "only a correction takes fields");
    END_OR_ANSWER(reader, wrongs);
    if (auto ask = ask_for_step_up(rooms, *caller)) return std::move(*ask);
    API_TRY(const auto asked, rooms.rights.ask(*caller->customer(), *kind, language_of(request),
                                               std::move(corrected)));
    auto response = json_answer(201, right_json(rooms, asked));
    response.set_header("location", "/api/v1/rights/" + asked.id.text());
    return response;
}

http::Response get_right(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    RIGHT_OR_ANSWER(id);
    API_TRY(const auto right, rooms.rights.own(*caller->customer(), id));
    return json_answer(200, right_json(rooms, right));
}

http::Response post_identify(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    RIGHT_OR_ANSWER(id);
    // Another's is not told from none by being asked for a password.
    API_TRY([[maybe_unused]] const auto seen, rooms.rights.own(*caller->customer(), id));
    if (auto ask = ask_for_step_up(rooms, *caller)) return std::move(*ask);
    API_TRY(const auto right, rooms.rights.identify(*caller->customer(), id));
    return json_answer(200, right_json(rooms, right));
}

http::Response post_withdraw(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    RIGHT_OR_ANSWER(id);
    API_TRY(const auto right, rooms.rights.withdraw(*caller->customer(), id));
    return json_answer(200, right_json(rooms, right));
}

http::Response post_received(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    RIGHT_OR_ANSWER(id);
    API_TRY(const auto right, rooms.rights.receive(*caller->customer(), id));
    return json_answer(200, right_json(rooms, right));
}

http::Response get_file(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    RIGHT_OR_ANSWER(id);
    if (is_from_elsewhere(request)) return forbidden("this request comes from another site");
    API_TRY([[maybe_unused]] const auto seen, rooms.rights.own(*caller->customer(), id));
    if (auto ask = ask_for_step_up(rooms, *caller)) return std::move(*ask);
    API_TRY(const auto download, rooms.rights.take(*caller->customer(), id));
    http::Response response;
    response.set_header("content-type", "application/zip");
    response.set_header("content-disposition", "attachment; filename=\"" + id.text() + ".zip\"");
    response.body = http::Body::of_parts(static_cast<std::uint64_t>(download->size()),
                                         [&rooms, download]() -> std::optional<std::string> {
                                             const auto part = download->next();
                                             if (part)
                                                 return part->reveal(rooms.gate.own_data_token());
                                             log::error("export_cut_short",
                                                        {{"code", name_of(part.error().code())}});
                                             return std::nullopt;
                                         });
    return response;
}

// By name; nothing when nobody's agent asked, or one that the operator does not trust any more.
bj::value agent_of(Rooms& rooms, const services::Right& right) {
    if (right.channel != "agent") return nullptr;
    const auto agent = rooms.drp.agent_of(right.id);
    if (!agent) log::error("agent_not_found", {{"cause", agent.error().describe()}});
    return agent && *agent ? bj::value(**agent) : bj::value(nullptr);
}

}  // namespace

bj::object right_json(Rooms& rooms, const services::Right& right) {
    bj::object told{
        {"right", right.id.text()},
        {"kind", std::string(services::name_of(right.kind))},
        {"channel", right.channel},
        {"agent", agent_of(rooms, right)},
        {"state", std::string(services::name_of(right.state))},
        {"regime", std::string(services::name_of(right.regime))},
        {"identified", !right.shown.empty()},
        {"received", rfc3339(right.received)},
        {"updated", rfc3339(right.changed)},
        {"deadline", services::is_running(right.state) ? bj::value(rfc3339(right.deadline))
                                                       : bj::value(nullptr)},
        {"until", nullptr},
        {"extended", right.extended.empty() ? bj::value(nullptr) : bj::value(right.extended)},
        {"ground", right.ground.empty() ? bj::value(nullptr) : bj::value(right.ground)},
        {"can_withdraw",
         services::next(right.state, services::RightEvent::withdraw, right.kind).has_value()}};
    const bool ends =
        right.state == services::RightState::unshown || right.state == services::RightState::ready;
    if (ends) told["until"] = rfc3339(right.until);
    return told;
}

std::vector<gate::FieldValue> read_corrected(ObjectReader& reader) {
    std::vector<gate::FieldValue> corrected;
    for (auto& [field, value] : reader.text_members("fields", Need::optional))
        corrected.push_back({field, Personal<std::string>(std::move(value))});
    return corrected;
}

std::optional<services::RightKind> read_right_kind(ObjectReader& reader, Wrongs& wrongs) {
    const auto kind = services::right_kind_from(reader.text("kind", Need::required).value_or(""));
    if (!kind) wrongs.add("/kind", "must be access, correction, erasure or objection");
    return kind;
}

void add_right_routes(http::Router& router, Rooms& rooms) {
    const std::string one = "/api/v1/rights/{right}";
    add_on_worker(router, rooms, http::Method::get, "/api/v1/rights", get_rights);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/rights", post_right);
    add_on_worker(router, rooms, http::Method::get, one, get_right);
    add_on_worker(router, rooms, http::Method::post, one + "/identify", post_identify);
    add_on_worker(router, rooms, http::Method::post, one + "/withdraw", post_withdraw);
    add_on_worker(router, rooms, http::Method::get, one + "/file", get_file);
    add_on_worker(router, rooms, http::Method::post, one + "/received", post_received);
}

}  // namespace avow::api
