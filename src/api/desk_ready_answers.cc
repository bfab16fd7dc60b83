// SPDX-License-Identifier: Apache-2.0
// Answers that the desk keeps ready.
#include <algorithm>

#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/desk.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "api/words.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

bj::object answer_json(const services::ReadyAnswer& answer) {
    bj::object texts;
    for (const auto& [language, one] : answer.texts) {
        texts[language] = bj::object{{"title", one.title}, {"text", one.text}};
    }
    return {{"answer", answer.id.text()},
            {"changed", rfc3339(answer.changed)},
            {"texts", std::move(texts)}};
}

Result<services::ReadyAnswerId> read_id(const http::Request& request) {
    const auto id = services::ReadyAnswerId::parse(request.parameter("answer"));
    if (!id) return Error(Code::not_found, "there is no such answer");
    return *id;
}

services::ReadyTexts read_texts(ObjectReader& reader, Wrongs& wrongs) {
    services::ReadyTexts texts;
    const auto* all = reader.value("texts", Need::required);
    if (all == nullptr) return texts;
    if (!all->is_object()) {
        wrongs.add("/texts", "must be an object");
        return texts;
    }
    for (const auto& member : all->get_object()) {
        const std::string language(member.key());
        if (std::find(kLanguages.begin(), kLanguages.end(), language) == kLanguages.end()) {
            wrongs.add("/texts", "has a language that is not one of en, fr, de, ja, ar");
            continue;
        }
        ObjectReader one(member.value(), "/texts/" + language, wrongs);
        texts[language] = {one.text("title", Need::required).value_or(""),
                           one.text("text", Need::required).value_or("")};
        one.finish();
    }
    return texts;
}

http::Response get_answers(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    API_TRY(const auto answers, rooms.desk.ready_answers().list());
    bj::array items;
    for (const auto& one : answers) items.push_back(answer_json(one));
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response post_ready(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    auto texts = read_texts(reader, wrongs);
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto made, rooms.desk.ready_answers().add(std::move(texts)));
    return json_answer(201, answer_json(made));
}

http::Response put_ready(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    API_TRY(const auto id, read_id(request));
    BODY_OR_ANSWER(reader, wrongs);
    auto texts = read_texts(reader, wrongs);
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto made, rooms.desk.ready_answers().replace(id, std::move(texts)));
    return json_answer(200, answer_json(made));
}

http::Response delete_ready(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    API_TRY(const auto id, read_id(request));
    if (const auto removed = rooms.desk.ready_answers().remove(id); !removed) {
        return answer(removed.error());
    }
    return http::Response::empty(204);
}

}  // namespace

void add_ready_answer_routes(http::Router& router, Rooms& rooms) {
    const std::string all = "/api/v1/desk/ready-answers";
    const std::string one = all + "/{answer}";
    add_on_worker(router, rooms, http::Method::get, all, get_answers);
    add_on_worker(router, rooms, http::Method::post, all, post_ready);
    add_on_worker(router, rooms, http::Method::put, one, put_ready);
    add_on_worker(router, rooms, http::Method::delete_, one, delete_ready);
}

}  // namespace avow::api
