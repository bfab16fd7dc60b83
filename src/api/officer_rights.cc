// SPDX-License-Identifier: Apache-2.0
// /api/v1/desk/rights: requests under the policy, for the role officer. What stands here names no
// value of a customer's, but what a correction is to write: counts, states and times.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/errors.hh"
#include "api/forgetting.hh"
#include "api/request_shapes.hh"
#include "api/right_shapes.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"
#include "base/log.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

// Declares `caller`, an officer who has read the guidelines, or answers 401 or 403.
#define OFFICER_OR_ANSWER(caller)                                            \
    API_TRY(const auto caller, find_staff(rooms, request));                  \
    if (!caller) return unauthorized();                                      \
    if (!caller->has_role({"officer"}))                                      \
        return forbidden("requests under the policy want the role officer"); \
    if (auto fits = caller->check_acknowledged(); !fits) return answer(fits.error())

bj::object officer_json(Rooms& rooms, const services::Right& right) {
    const auto now = rooms.clock.now();
    auto told = right_json(rooms, right);
    told["customer"] = right.customer.text();
    told["request"] = right.request ? bj::value(right.request->text()) : bj::value(nullptr);
    told["shown"] = right.shown.empty() ? bj::value(nullptr) : bj::value(right.shown);
    told["approved_by"] =
        right.approved_by.empty() ? bj::value(nullptr) : bj::value(right.approved_by);
    told["overdue"] = services::is_running(right.state) && right.deadline < now;
    told["revision"] = right.revision;
    bj::array acts;
    for (const auto act : services::officer_acts(right.state)) {
        const bool spent = act == services::RightEvent::extend &&
                           (!right.extended.empty() || right.deadline < now);
        if (!spent) acts.emplace_back(std::string(services::name_of(act)));
    }
    told["acts"] = std::move(acts);
    return told;
}

http::Response get_list(Rooms& rooms, const http::Request& request) {
    OFFICER_OR_ANSWER(caller);
    services::Rights::Question question;
    API_TRY(const auto page, read_page(request));
    question.limit = page.limit + 1;
    if (const auto state = request.find_query("state")) {
        question.state = services::right_state_from(*state);
        if (!question.state) return answer(Error(Code::invalid, "state must be one of a request"));
    }
    if (const auto flag = request.find_query("unfinished")) {
        if (*flag != "true" && *flag != "false")
            return answer(Error(Code::invalid, "unfinished must be true or false"));
        question.unfinished = *flag == "true";
    }
    if (const auto before = request.find_query("before")) {
        question.before = services::RightId::parse(*before);
        if (!question.before) return answer(Error(Code::invalid, "before must be an id: rgt_…"));
    }
    API_TRY(auto rights, rooms.rights.list(question));
    API_TRY(const auto counts, rooms.rights.counts());
    bj::value next = nullptr;
    if (rights.size() > static_cast<std::size_t>(page.limit)) {
        rights.pop_back();
        next = rights.back().id.text();
    }
    bj::array items;
    for (const auto& one : rights) items.push_back(officer_json(rooms, one));
    return json_answer(200, bj::object{{"items", std::move(items)},
                                       {"next", std::move(next)},
                                       {"waiting", counts.waiting},
                                       {"review", counts.review},
                                       {"overdue", counts.overdue}});
}

http::Response get_one(Rooms& rooms, const http::Request& request) {
    OFFICER_OR_ANSWER(caller);
    RIGHT_OR_ANSWER(id);
    API_TRY(const auto shown, rooms.rights.preview(id));
    auto told = officer_json(rooms, shown.right);
    bj::object preview{{"plan", nullptr}, {"archive", nullptr}};
    if (shown.plan) preview["plan"] = plan_json(*shown.plan, rooms.gate.own_data_token());
    if (shown.archive) {
        preview["archive"] = {{"state", shown.archive->state},
                              {"done", shown.archive->done},
                              {"total", shown.archive->total},
                              {"size", shown.archive->size}};
    }
    preview["purposes"] = bj::array(shown.objected.begin(), shown.objected.end());
    preview["fields"] = bj::array(shown.corrected.begin(), shown.corrected.end());
    told["preview"] = std::move(preview);
    return json_answer(200, told);
}

http::Response get_fields(Rooms& rooms, const http::Request& request) {
    OFFICER_OR_ANSWER(caller);
    RIGHT_OR_ANSWER(id);
    API_TRY(const auto corrected, rooms.rights.look_at_corrected(id, caller->actor()));
    bj::object fields;
    for (const auto& one : corrected)
        fields[one.field] = one.value.reveal(rooms.gate.own_data_token());
    return json_answer(200, bj::object{{"fields", std::move(fields)}});
}

services::Rights::Word read_word(const services::RightId& id, ObjectReader& reader) {
    return {id, reader.number("revision", Need::required).value_or(0)};
}

http::Response post_identify(Rooms& rooms, const http::Request& request) {
    OFFICER_OR_ANSWER(caller);
    RIGHT_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    const auto word = read_word(id, reader);
    const auto words = reader.text("words", Need::required).value_or("");
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto right, rooms.rights.vouch(word, words, caller->actor()));
    return json_answer(200, officer_json(rooms, right));
}

http::Response post_approve(Rooms& rooms, const http::Request& request) {
    OFFICER_OR_ANSWER(caller);
    RIGHT_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    const auto word = read_word(id, reader);
    auto corrected = read_corrected(reader);
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto right, rooms.rights.approve(word, std::move(corrected), caller->actor()));
    return json_answer(200, officer_json(rooms, right));
}

http::Response post_again(Rooms& rooms, const http::Request& request) {
    OFFICER_OR_ANSWER(caller);
    RIGHT_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    const auto word = read_word(id, reader);
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto right, rooms.rights.again(word, caller->actor()));
    return json_answer(200, officer_json(rooms, right));
}

http::Response post_extend(Rooms& rooms, const http::Request& request) {
    OFFICER_OR_ANSWER(caller);
    RIGHT_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    const auto word = read_word(id, reader);
    const auto reason =
        services::extension_reason_from(reader.text("reason", Need::required).value_or(""));
    if (!reason) wrongs.add("/reason", "must be complexity or number");
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto right, rooms.rights.extend(word, *reason, caller->actor()));
    return json_answer(200, officer_json(rooms, right));
}

http::Response post_refuse(Rooms& rooms, const http::Request& request) {
    OFFICER_OR_ANSWER(caller);
    RIGHT_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    const auto word = read_word(id, reader);
    const auto ground =
        services::refusal_ground_from(reader.text("ground", Need::required).value_or(""));
    if (!ground) {
        wrongs.add("/ground",
                   "must be not_identified, unfounded, excessive, others_rights or legal_duty");
    }
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto right, rooms.rights.refuse(word, *ground, caller->actor()));
    return json_answer(200, officer_json(rooms, right));
}

// A request of the desk that turns out to be one under the policy.
http::Response post_turn(Rooms& rooms, const http::Request& request) {
    OFFICER_OR_ANSWER(caller);
    const auto asked = services_request_of(request);
    if (!asked) return answer(asked.error());
    BODY_OR_ANSWER(reader, wrongs);
    const auto kind = read_right_kind(reader, wrongs);
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto right, rooms.rights.turn(*asked, *kind, caller->actor()));
    // What it looked like, it is now. A mark that stays misleads nobody.
    services::Change looked{*asked, {}, {}, {}, {}};
    looked.looks_like_a_right = false;
    if (const auto unmarked = rooms.desk.change(looked); !unmarked)
        log::warn("request_stays_marked", {{"code", name_of(unmarked.error().code())}});
    return json_answer(201, officer_json(rooms, right));
}

}  // namespace

void add_officer_right_routes(http::Router& router, Rooms& rooms) {
    const std::string one = "/api/v1/desk/rights/{right}";
    add_on_worker(router, rooms, http::Method::get, "/api/v1/desk/rights", get_list);
    add_on_worker(router, rooms, http::Method::get, one, get_one);
    add_on_worker(router, rooms, http::Method::get, one + "/fields", get_fields);
    add_on_worker(router, rooms, http::Method::post, one + "/identify", post_identify);
    add_on_worker(router, rooms, http::Method::post, one + "/approve", post_approve);
    add_on_worker(router, rooms, http::Method::post, one + "/again", post_again);
    add_on_worker(router, rooms, http::Method::post, one + "/extend", post_extend);
    add_on_worker(router, rooms, http::Method::post, one + "/refuse", post_refuse);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/desk/requests/{request}/right",
                  post_turn);
}

}  // namespace avow::api
