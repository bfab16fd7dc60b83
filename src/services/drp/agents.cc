// SPDX-License-Identifier: Apache-2.0
#include "services/drp/agents.hh"

#include <algorithm>

#include "base/domain.hh"
#include "base/text.hh"
#include "services/bearer.hh"
#include "services/statements.hh"

namespace avow::services::drp {
namespace {

constexpr std::string_view kTokenPrefix = "drp_";

bool is_id(std::string_view id) {
    return !id.empty() && id.size() <= kAgentIdMax && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.';
    });
}

// A name of a host and, if need be, a port: no address, no path.
bool is_host(std::string_view text) {
    const auto colon = text.find(':');
    const auto host = text.substr(0, colon);
    const auto port = colon == text.npos ? std::string_view("443") : text.substr(colon + 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (port.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit))
        return false;
    if (host.empty() || host.size() > 253 || host.starts_with('.') || host.ends_with('.'))
        return false;
    const bool spelled = std::all_of(host.begin(), host.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '.';
    });
    // The last label of a name has a letter; that of an IPv4 address has none.
    const auto last = host.substr(host.rfind('.') + 1);
    return spelled && !std::all_of(last.begin(), last.end(), is_digit);
}

Result<Agent> read_agent(const sql::Row& row) {
    Agent agent{std::string(row.text(0)),
                std::string(row.text(1)),
                {},
                std::string(row.text(3)),
                {row.integer(4)}};
    const auto key = row.blob(2);
    if (key.size() != agent.key.size()) return Error(Code::corrupt, "an agent's key is damaged");
    std::copy(key.begin(), key.end(), agent.key.begin());
    return agent;
}

}  // namespace

Result<Agent> Agents::add(std::string id, std::string name, std::string_view key,
                          std::string callback) {
    Error wrong(Code::invalid, "the agent is not right");
    if (!is_id(id)) {
        wrong = std::move(wrong).at("/id", "1 to 64 letters, digits, _ - and . are wanted");
    }
    if (trimmed(name).empty() || name.size() > kAgentNameMax || first_invalid_utf8(name)) {
        wrong = std::move(wrong).at("/name", "1 to 100 bytes are wanted: customers will read it");
    }
    const auto bytes = from_base64(key);
    Agent agent{std::move(id), std::move(name), {}, std::move(callback), clock_.now()};
    if (!bytes || bytes->size() != agent.key.size()) {
        wrong = std::move(wrong).at("/key", "base64 of the 32 bytes of an Ed25519 key is wanted");
    } else {
        std::copy(bytes->begin(), bytes->end(), agent.key.begin());
    }
    if (!agent.callback.empty() && !is_host(agent.callback)) {
        wrong =
            std::move(wrong).at("/callback", "a host in small letters, or host:port, is wanted");
    }
    if (!wrong.inputs().empty()) return wrong;
    const auto written = store_.write([&](sql::Writer& unit) {
        return unit.execute(
            statements::insert_drp_agent,
            {std::string_view(agent.id), std::string_view(agent.name), ByteView(agent.key),
             std::string_view(agent.callback), agent.added.ms});
    });
    if (!written && written.error().code() == Code::conflict)
        return Error(Code::conflict, "there is an agent of this id already: remove it first");
    if (!written) return written.error();
    return agent;
}

Result<std::vector<Agent>> Agents::list() {
    std::vector<Agent> agents;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        agents.clear();
        return reader.query(statements::list_drp_agents, {}, [&](const sql::Row& row) -> Status {
            TRY(auto one, read_agent(row));
            agents.push_back(std::move(one));
            return {};
        });
    }));
    return agents;
}

Status Agents::remove(std::string_view id) {
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::delete_drp_tokens, {id}));
        TRY(const auto rows, unit.run(statements::delete_drp_agent, {id}));
        if (rows == 1) return {};
        return Error(Code::not_found, "there is no agent of this id");
    });
}

Result<std::optional<Agent>> Agents::find(std::string_view id) {
    std::optional<Agent> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_drp_agent, {id}, [&](const sql::Row& row) -> Status {
            TRY(found, read_agent(row));
            return {};
        });
    }));
    return found;
}

Result<std::string> Agents::write_token(sql::Writer& unit, std::string_view id) {
    const auto bearer = make_bearer(kTokenPrefix, random_);
    TRY_OK(
        unit.execute(statements::insert_drp_token, {ByteView(bearer.hash), id, clock_.now().ms}));
    TRY_OK(unit.execute(statements::delete_oldest_drp_tokens, {id, kTokensKept}));
    return bearer.text;
}

Result<std::optional<Agent>> Agents::find_by_token(std::string_view token) {
    const auto hash = hash_of_bearer(token);
    std::optional<Agent> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_drp_agent_by_token, {ByteView(hash)},
                            [&](const sql::Row& row) -> Status {
                                TRY(found, read_agent(row));
                                return {};
                            });
    }));
    return found;
}

}  // namespace avow::services::drp
