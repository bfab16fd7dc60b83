// SPDX-License-Identifier: Apache-2.0
// A telephone system tells that a call rings; who works at the desk sees its number and takes it.
#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/desk.hh"
#include "api/form.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "base/bytes.hh"
#include "policy/policy.hh"
#include "services/staff/telephone_role.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;
using services::RingState;

// Its token, as a bearer's or as the password of Basic (RFC 7617): many telephone systems can send
// nothing else. Nothing when it is none of ours.
Result<std::optional<services::Token>> find_telephone(Rooms& rooms, const http::Request& request) {
    const std::string header(request.find_header("authorization").value_or(""));
    constexpr std::string_view kBearer = "Bearer ";
    constexpr std::string_view kBasic = "Basic ";
    if (header.starts_with(kBearer)) return rooms.tokens.find(header.substr(kBearer.size()));
    const auto pair =
        header.starts_with(kBasic) ? from_base64(header.substr(kBasic.size())) : std::nullopt;
    if (!pair) return std::optional<services::Token>();
    const auto text = as_text(*pair);
    const auto colon = text.find(':');
    if (colon == text.npos) return std::optional<services::Token>();
    return rooms.tokens.find(text.substr(colon + 1));
}

http::Response ask_for_token() {
    auto response = unauthorized();
    response.set_header("www-authenticate", "Basic realm=\"avow\"");
    return response;
}

struct Told {
    std::optional<std::string> number, to, call, state;
};

// Of a form, ours or as services that speak as Twilio's have it. What else they send is not read.
Told told_of(const Form& form) {
    const auto either = [&](const char* ours, const char* theirs) {
        auto text = form.text(ours);
        return text ? text : form.text(theirs);
    };
    return {either("number", "From"), either("to", "To"), either("call", "CallSid"),
            either("state", "CallStatus")};
}

std::optional<RingState> state_from(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, RingState>, 11> kStates{{
        {"ringing", RingState::ringing},
        {"taken", RingState::taken},
        {"ended", RingState::ended},
        {"queued", RingState::ringing},
        {"initiated", RingState::ringing},
        {"in-progress", RingState::taken},
        {"completed", RingState::ended},
        {"busy", RingState::ended},
        {"failed", RingState::ended},
        {"no-answer", RingState::ended},
        {"canceled", RingState::ended},
    }};
    for (const auto& [one, state] : kStates) {
        if (one == name) return state;
    }
    return std::nullopt;
}

bool takes_calls(const Rooms& rooms) {
    const auto policy = rooms.policies.in_force();
    return policy != nullptr && policy->find_channel("phone");
}

// An address is an agent's, or wrong; anything else is an extension.
Result<services::RingNews> read_news(Rooms& rooms, Told told, Wrongs& wrongs) {
    services::RingNews news;
    news.number = personal(std::move(told.number));
    news.call = told.call.value_or("");
    const auto state = state_from(told.state.value_or("ringing"));
    if (!state) wrongs.add("/state", "must be ringing, taken or ended");
    news.state = state.value_or(RingState::ringing);
    if (told.to && told.to->find('@') != std::string::npos) {
        TRY(const auto found, rooms.staff.find_active(Personal<std::string>(*std::move(told.to))));
        const auto is_agent = [](const services::Employee& one) {
            return std::find(one.roles.begin(), one.roles.end(), "agent") != one.roles.end();
        };
        if (found && is_agent(*found)) {
            news.to = found->id;
        } else {
            wrongs.add("/to", "is the address of nobody who works at the desk");
        }
    } else {
        news.extension = told.to.value_or("");
    }
    return news;
}

http::Response post_ringing(Rooms& rooms, const http::Request& request) {
    API_TRY(const auto token, find_telephone(rooms, request));
    if (!token) return ask_for_token();
    if (token->role != services::kTelephoneRole)
        return forbidden("telling of calls needs the role telephone");
    if (!takes_calls(rooms))
        return answer(Error(Code::not_found, "the policy in force takes no calls"));
    Wrongs wrongs;
    Told told;
    if (const auto form = Form::read(request); form) {
        told = told_of(*form);
    } else if (form.error().code() != Code::denied) {
        return answer(form.error());
    } else {
        const auto body = read_body(request);
        if (!body) return unreadable(body.error());
        ObjectReader reader(*body, "", wrongs);
        told = {reader.text("number", Need::optional), reader.text("to", Need::optional),
                reader.text("call", Need::optional), reader.text("state", Need::optional)};
        reader.finish();
    }
    API_TRY(auto news, read_news(rooms, std::move(told), wrongs));
    if (auto fits = wrongs.result(); !fits) return answer(fits.error());
    const auto done = rooms.desk.ringing().tell(std::move(news));
    return done ? http::Response::empty(204) : answer(done.error());
}

// Declares `employee`, who works at the desk and read the guidelines: a number is personal data.
#define LISTENER_OR_ANSWER(employee)                                                  \
    AGENT_OR_ANSWER(caller_of_desk);                                                  \
    if (const auto read = caller_of_desk->check_acknowledged(); !read)                \
        return answer(read.error());                                                  \
    const auto* session_of_desk = caller_of_desk->employee();                         \
    if (session_of_desk == nullptr) return forbidden("calls are shown to employees"); \
    const auto& employee = session_of_desk->employee

http::Response put_ringing(Rooms& rooms, const http::Request& request) {
    LISTENER_OR_ANSWER(employee);
    BODY_OR_ANSWER(reader, wrongs);
    const auto extension = reader.text("extension", Need::optional).value_or("");
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto rings, rooms.desk.ringing().listen(employee, extension));
    bj::array items;
    for (const auto& one : rings) {
        // What the telephone on the desk shows too. It is nobody's in the store yet.
        items.push_back({{"ring", one.id.text()},
                         {"number", one.number.reveal(rooms.gate.own_data_token())},
                         {"since", rfc3339(one.since)},
                         {"own", one.own}});
    }
    return json_answer(200, bj::object{{"items", std::move(items)}});
}

http::Response delete_ring(Rooms& rooms, const http::Request& request) {
    LISTENER_OR_ANSWER(employee);
    const auto id = services::RingId::parse(request.parameter("ring"));
    if (!id) return answer(Error(Code::not_found, "there is no such call"));
    const auto taken = rooms.desk.ringing().take(*id, employee);
    return taken ? http::Response::empty(204) : answer(taken.error());
}

}  // namespace

void add_ringing_routes(http::Router& router, Rooms& rooms) {
    const std::string all = "/api/v1/desk/calls/ringing";
    add_on_worker(router, rooms, http::Method::post, all, post_ringing);
    add_on_worker(router, rooms, http::Method::put, all, put_ringing);
    add_on_worker(router, rooms, http::Method::delete_, all + "/{ring}", delete_ring);
}

}  // namespace avow::api
