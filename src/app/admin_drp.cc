// SPDX-License-Identifier: Apache-2.0
#include "app/admin_drp.hh"

#include <boost/json.hpp>

#include "api/errors.hh"
#include "api/reading.hh"
#include "api/shapes.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

bj::object agent_json(const services::drp::Agent& agent) {
    return {{"id", agent.id},
            {"name", agent.name},
            {"key", base64(agent.key)},
            {"callback", agent.callback.empty() ? bj::value(nullptr) : bj::value(agent.callback)},
            {"added", rfc3339(agent.added)}};
}

http::Response post_agent(House& house, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    auto id = reader.text("id", api::Need::required).value_or("");
    auto name = reader.text("name", api::Need::required).value_or("");
    const auto key = reader.text("key", api::Need::required).value_or("");
    auto callback = reader.text("callback", api::Need::optional).value_or("");
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto agent,
            house.drp->agents().add(std::move(id), std::move(name), key, std::move(callback)));
    return api::json_answer(201, agent_json(agent));
}

http::Response get_agents(House& house, const http::Request&) {
    API_TRY(const auto agents, house.drp->agents().list());
    bj::array items;
    for (const auto& agent : agents) items.push_back(agent_json(agent));
    return api::json_answer(200, bj::object{{"items", std::move(items)}});
}

http::Response delete_agent(House& house, const http::Request& request) {
    const auto id = request.parameter("id");
    if (auto gone = house.drp->agents().remove(id); !gone) return api::answer(gone.error());
    return api::json_answer(200, bj::object{{"id", std::string(id)}, {"removed", true}});
}

}  // namespace

void add_drp_admin_routes(http::Router& router, House& house) {
    const auto add = [&](http::Method method, std::string pattern, auto handler) {
        router.add(
            method, std::move(pattern), http::Runs::on_worker,
            [&house, handler](const http::Request& request) { return handler(house, request); });
    };
    add(http::Method::post, "/drp/agents", post_agent);
    add(http::Method::get, "/drp/agents", get_agents);
    add(http::Method::delete_, "/drp/agents/{id}", delete_agent);
}

}  // namespace avow::app
