// SPDX-License-Identifier: Apache-2.0
// /v1/agent and /v1/data-rights-request: the Data Rights Protocol (docs/data-rights-protocol.md).
// Errors have the protocol's own shape. Not set up, there is nothing here.
#include <boost/json.hpp>

#include "api/errors.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"
#include "services/drp/status_json.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;
namespace drp = services::drp;

http::Response refuse(const drp::Fault& fault) {
    bj::object told{{"code", std::to_string(fault.status)}, {"message", fault.message}};
    if (fault.fatal) told["fatal"] = true;
    auto response = json_answer(fault.status, told);
    if (fault.status == 401) response.set_header("www-authenticate", "Bearer realm=\"drp\"");
    if (fault.status == 429) response.set_header("retry-after", "3600");
    return response;
}

// Nothing when the bearer token is none of ours.
Result<std::optional<drp::Agent>> find_agent(Rooms& rooms, const http::Request& request) {
    constexpr std::string_view kBearer = "Bearer ";
    const auto authorization = request.find_header("authorization");
    if (!authorization || !authorization->starts_with(kBearer)) return std::optional<drp::Agent>();
    return rooms.drp.agents().find_by_token(authorization->substr(kBearer.size()));
}

// Declares the agent that calls, or answers.
#define AGENT_OR_ANSWER(agent)                                                               \
    const auto found_##agent = find_agent(rooms, request);                                   \
    if (!found_##agent) return refuse(drp::fault_of(found_##agent.error()));                 \
    if (!*found_##agent) return refuse({401, "A token of POST /v1/agent is wanted.", true}); \
    const drp::Agent& agent = **found_##agent

// Whatever is wrong: nothing is said of it (§2.05.1).
http::Response post_agent(Rooms& rooms, const http::Request& request) {
    const auto id = request.parameter("agent");
    const auto token = rooms.drp.set_up(id, request.body);
    if (!token && token.error().status >= 500) return refuse(token.error());
    if (!token) return http::Response::empty(403);
    return json_answer(200, bj::object{{"agent-id", std::string(id)}, {"token", *token}});
}

http::Response get_agent(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(agent);
    if (agent.id != request.parameter("agent"))
        return refuse({403, "This token is another agent's.", true});
    return json_answer(200, bj::object{});
}

using Portal = std::function<std::string()>;

http::Response tell(const drp::Answered<drp::ExerciseStatus>& told, const Portal& portal) {
    if (!told) return refuse(told.error());
    return json_answer(200, drp::status_json(*told, portal()));
}

http::Response post_exercise(Rooms& rooms, const http::Request& request, const Portal& portal) {
    AGENT_OR_ANSWER(agent);
    return tell(rooms.drp.exercise(agent, request.body), portal);
}

http::Response get_exercise(Rooms& rooms, const http::Request& request, const Portal& portal) {
    AGENT_OR_ANSWER(agent);
    return tell(rooms.drp.look(agent, request.parameter("request")), portal);
}

http::Response delete_exercise(Rooms& rooms, const http::Request& request, const Portal& portal) {
    AGENT_OR_ANSWER(agent);
    return tell(rooms.drp.revoke(agent, request.parameter("request"), request.body), portal);
}

}  // namespace

void add_drp_routes(http::Router& router, Rooms& rooms, Portal portal) {
    const auto add = [&](http::Method method, std::string pattern, auto handler) {
        router.add(method, std::move(pattern), http::Runs::on_worker,
                   [&rooms, handler, portal](const http::Request& request) {
                       if (!rooms.drp.is_on())
                           return answer(Error(Code::not_found, "there is nothing here"));
                       if constexpr (std::is_invocable_v<decltype(handler), Rooms&,
                                                         const http::Request&>) {
                           return handler(rooms, request);
                       } else {
                           return handler(rooms, request, portal);
                       }
                   });
    };
    add(http::Method::post, "/v1/agent/{agent}", post_agent);
    add(http::Method::get, "/v1/agent/{agent}", get_agent);
    add(http::Method::post, "/v1/data-rights-request", post_exercise);
    add(http::Method::get, "/v1/data-rights-request/{request}", get_exercise);
    add(http::Method::delete_, "/v1/data-rights-request/{request}", delete_exercise);
}

}  // namespace avow::api
