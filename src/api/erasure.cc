// SPDX-License-Identifier: Apache-2.0
// Forgetting: DELETE of a customer, a collection, a channel, a field or a datum, each with
// ?preview=true; holds; closing an account. For the customer, or the role officer.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/caller.hh"
#include "api/errors.hh"
#include "api/forgetting.hh"
#include "api/reading.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

struct Asker {
    CustomerId customer;
    Caller caller;
    gate::Actor actor = caller.actor();
    bool officer = caller.has_role({"officer"});
};

// Another's id is answered like one that does not exist; null: nobody is signed in.
Result<std::optional<Asker>> asker_of(Rooms& rooms, const http::Request& request) {
    TRY(const auto caller, find_caller(rooms, request));
    if (!caller) return std::optional<Asker>();
    TRY_OK(caller->check_acknowledged());
    const auto id = CustomerId::parse(request.parameter("id"));
    if (!id || !(caller->has_role({"officer"}) || caller->is(*id))) {
        return Error(Code::not_found, "there is no such customer");
    }
    return std::optional(Asker{*id, *caller});
}

#define ASKER_OR_ANSWER(asker)                                 \
    API_TRY(const auto found_asker, asker_of(rooms, request)); \
    if (!found_asker) return unauthorized();                   \
    const Asker& asker = *found_asker

http::Response forget(Rooms& rooms, const http::Request& request, const gate::Scope& scope) {
    ASKER_OR_ANSWER(asker);
    const auto preview = request.find_query("preview");
    if (preview && *preview != "true" && *preview != "false") {
        return answer(Error(Code::invalid, "preview must be true or false"));
    }
    if (preview && *preview == "true") {
        API_TRY(const auto plan, rooms.gate.preview(asker.customer, scope));
        return json_answer(200, plan_json(plan, rooms.gate.own_data_token()));
    }
    if (auto ask = ask_for_step_up(rooms, asker.caller)) return std::move(*ask);
    API_TRY(const auto erased, rooms.gate.erase(asker.customer, scope, asker.actor));
    return json_answer(200, erased_json(erased));
}

http::Response get_holds(Rooms& rooms, const http::Request& request) {
    ASKER_OR_ANSWER(asker);
    API_TRY(const auto holds, rooms.gate.holds(asker.customer));
    bj::array items;
    for (const auto& hold : holds) items.push_back(hold_json(hold, rooms.gate.own_data_token()));
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response post_hold(Rooms& rooms, const http::Request& request) {
    ASKER_OR_ANSWER(asker);
    if (!asker.officer) return forbidden("placing a hold wants the role officer");
    BODY_OR_ANSWER(reader, wrongs);
    gate::NewHold wanted;
    const auto kind = gate::hold_kind_from(reader.text("kind", Need::required).value_or(""));
    if (!kind) wrongs.add("/kind", "legal_hold or restriction is wanted");
    if (const auto collection = reader.text("collection", Need::optional)) {
        wanted.collection = CollectionId::parse(*collection);
        if (!wanted.collection) wrongs.add("/collection", "this is no collection's id: col_…");
    }
    wanted.reason = reader.text("reason", Need::required).value_or("");
    END_OR_ANSWER(reader, wrongs);
    wanted.kind = *kind;
    API_TRY(const auto id, rooms.gate.hold(asker.customer, wanted, asker.actor));
    return json_answer(201, bj::object{{"hold", id.text()}});
}

http::Response delete_hold(Rooms& rooms, const http::Request& request) {
    ASKER_OR_ANSWER(asker);
    if (!asker.officer) return forbidden("lifting a hold wants the role officer");
    const auto id = HoldId::parse(request.parameter("hold"));
    if (!id) return answer(Error(Code::not_found, "this customer has no such hold"));
    auto lifted = rooms.gate.release(asker.customer, *id, "lifted", asker.actor);
    if (!lifted) return answer(lifted.error());
    return http::Response::empty(204);
}

http::Response close_account(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    if (auto ask = ask_for_step_up(rooms, *caller)) return std::move(*ask);
    auto closed = rooms.gate.close(*caller->customer(), caller->actor());
    if (!closed) return answer(closed.error());
    auto response = http::Response::empty(204);
    response.set_header("clear-site-data", "\"cache\", \"cookies\", \"storage\"");
    return response;
}

}  // namespace

void add_erasure_routes(http::Router& router, Rooms& rooms) {
    using Kind = gate::Scope::Kind;
    const auto add = [&](http::Method method, std::string pattern, auto handler) {
        router.add(
            method, std::move(pattern), http::Runs::on_worker,
            [&rooms, handler](const http::Request& request) { return handler(rooms, request); });
    };
    const auto forgets = [&](std::string pattern, Kind kind, std::string parameter) {
        add(http::Method::delete_, "/api/v1/customers/{id}" + pattern,
            [kind, parameter](Rooms& own, const http::Request& request) {
                return forget(own, request, {kind, std::string(request.parameter(parameter))});
            });
    };
    forgets("", Kind::customer, "");
    forgets("/collections/{collection}", Kind::collection, "collection");
    forgets("/channels/{channel}", Kind::channel, "channel");
    forgets("/fields/{field}", Kind::field, "field");
    forgets("/data/{datum}", Kind::datum, "datum");
    add(http::Method::get, "/api/v1/customers/{id}/holds", get_holds);
    add(http::Method::post, "/api/v1/customers/{id}/holds", post_hold);
    add(http::Method::delete_, "/api/v1/customers/{id}/holds/{hold}", delete_hold);
    add(http::Method::post, "/api/v1/account/close", close_account);
}

}  // namespace avow::api
