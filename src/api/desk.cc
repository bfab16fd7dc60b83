// SPDX-License-Identifier: Apache-2.0
// /api/v1/desk: the queue, and work on a request. Who works here sees that a request is there; what
// stands in it, the gate decides, text by text.
#include "api/desk.hh"

#include <charconv>

#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/once.hh"
#include "api/reading.hh"
#include "api/request_shapes.hh"
#include "api/shapes.hh"
#include "base/log.hh"
#include "services/rights/states.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

bj::object decision_json(const gate::UsedField& field, const policy::Policy& policy) {
    const bool allowed = field.decision.answer == policy::Answer::allowed;
    bj::object told{{"decision", allowed ? "allowed" : "refused"},
                    {"because", std::string(policy::name_of(field.decision.because))}};
    if (field.decision.sentence) {
        told["sentence"] = policy[*field.decision.sentence].text;
        told["sentence_id"] = policy[*field.decision.sentence].id;
    }
    return told;
}

bj::object file_json(const services::Thread& thread, const services::Attachment& file,
                     const PurposeToken& token) {
    auto told = attachment_json(file, token);
    for (const auto& field : thread.files->fields) {
        if (field.collection != file.collection) continue;
        for (auto& [name, value] : decision_json(field, *thread.files->policy)) told[name] = value;
    }
    return told;
}

bj::object thread_json(const services::Thread& thread, const PurposeToken& token) {
    auto told = desk_json(thread.request);
    told["subject"] = nullptr;
    bj::array messages;
    bool first = true;
    for (const auto& one : thread.messages) {
        auto message = message_json(one);
        for (const auto& field : thread.texts.fields) {
            if (field.collection != one.collection) continue;
            auto text = decision_json(field, *thread.texts.policy);
            if (field.value) {
                const std::string& value = field.value->reveal(token);
                const auto parts = services::subject_and_text(thread.request, value);
                if (first) told["subject"] = std::string(parts.subject);
                text["value"] = first ? std::string(parts.text) : value;
            }
            message["text"] = std::move(text);
        }
        bj::array files;
        for (const auto& file : thread.attachments) {
            if (file.message == one.id) files.push_back(file_json(thread, file, token));
        }
        if (!files.empty()) message["attachments"] = std::move(files);
        first = false;
        messages.push_back(std::move(message));
    }
    told["messages"] = std::move(messages);
    told["use"] = use_id(thread.texts.entry);
    told["carries"] = thread.carries;
    told["satisfaction"] =
        thread.satisfaction.empty() ? bj::value(nullptr) : bj::value(thread.satisfaction);
    bj::array others;
    for (const auto& one : thread.others) others.push_back(desk_json(one));
    told["others"] = std::move(others);
    told["contact"] = nullptr;
    if (thread.contact) told["contact"] = use_json(*thread.contact, token);
    return told;
}

Result<bool> read_flag(const http::Request& request, const std::string& name) {
    const auto value = request.find_query(name);
    if (value && *value != "true" && *value != "false") {
        return Error(Code::invalid, name + " must be true or false");
    }
    return value == "true";
}

http::Response get_queue(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    API_TRY(const auto page, read_request_page(request));
    API_TRY(const auto ours, read_flag(request, "ours"));
    API_TRY(const auto overdue, read_flag(request, "overdue"));
    services::QueueQuestion question{
        {}, request.find_query("assignee"), page.before, page.limit, ours, overdue};
    if (const auto state = request.find_query("state")) {
        question.state = services::request_state_from(*state);
        if (!question.state) {
            return answer(
                Error(Code::invalid, "state must be new, open, waiting, solved or closed"));
        }
    }
    question.tag = request.find_query("tag").value_or("");
    ++question.limit;  // one more tells whether there is a next page
    const auto customer = request.find_query("customer");
    const auto of_customer = CustomerId::parse(customer.value_or(""));
    if (customer && !of_customer) {
        return answer(Error(Code::invalid, "customer must be a customer's id"));
    }
    API_TRY(auto found, of_customer
                            ? rooms.desk.requests_of(*of_customer, question.before, question.limit)
                            : rooms.desk.queue(question));
    bj::value next = nullptr;
    if (found.size() > static_cast<std::size_t>(page.limit)) {
        found.pop_back();
        next = found.back().id.text();
    }
    bj::array items;
    for (const auto& one : found) items.push_back(desk_json(one));
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

http::Response get_thread(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    REQUEST_OR_ANSWER(id);
    API_TRY(const auto thread, rooms.desk.open(id, caller->actor()));
    return json_answer(200, thread_json(thread, rooms.gate.token_of(thread.texts)));
}

http::Response put_request(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    REQUEST_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    services::Change change{
        id, {}, reader.text("assignee", Need::optional), reader.flag("review", Need::optional), {}};
    if (const auto state = reader.text("state", Need::optional)) {
        change.state = services::request_state_from(*state);
        if (!change.state) wrongs.add("/state", "must be open, waiting, solved or closed");
    }
    change.revision = reader.number("revision", Need::optional);
    if (reader.value("tags", Need::optional) != nullptr)
        change.tags = reader.texts("tags", Need::optional);
    change.looks_like_a_right = reader.flag("looks_like_a_right", Need::optional);
    if (change.looks_like_a_right == true)
        wrongs.add("/looks_like_a_right", "only false is taken: an officer makes it one");
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto changed, rooms.desk.change(change));
    return json_answer(200, desk_json(changed));
}

http::Response post_answer(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    REQUEST_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    services::Answering answering{
        id,
        Personal<std::string>(reader.text("text", Need::required).value_or("")),
        services::RequestAct::ask_back,
        {},
        {}};
    if (const auto state = reader.text("state", Need::optional)) {
        if (*state == "solved") {
            answering.act = services::RequestAct::answer;
        } else if (*state != "waiting") {
            wrongs.add("/state", "must be waiting or solved");
        }
    }
    answering.revision = reader.number("revision", Need::optional);
    END_OR_ANSWER(reader, wrongs);
    API_TRY(answering.once, read_once(request, caller->id()));
    API_TRY(const auto answered, rooms.desk.answer(std::move(answering), caller->actor()));
    return json_answer(201, bj::object{{"request", desk_json(answered.request)},
                                       {"message", message_json(answered.message)}});
}

http::Response post_note(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    REQUEST_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    Personal<std::string> text(reader.text("text", Need::required).value_or(""));
    END_OR_ANSWER(reader, wrongs);
    API_TRY(auto once, read_once(request, caller->id()));
    API_TRY(const auto noted,
            rooms.desk.add_note(id, std::move(text), std::move(once), caller->actor()));
    return json_answer(201, message_json(noted));
}

// As RFC 8187 has it: what is no attribute's character is written by its bytes.
std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
        if (plain) {
            encoded += c;
        } else {
            encoded += {'%', kHex[u >> 4], kHex[u & 15]};
        }
    }
    return encoded;
}

// A stranger's bytes: to be saved, and shown by no browser, whatever they are.
http::Response get_attachment(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    REQUEST_OR_ANSWER(id);
    if (is_from_elsewhere(request)) return forbidden("this request comes from another site");
    const auto message = MessageId::parse(request.parameter("message"));
    const auto text = request.parameter("number");
    std::int64_t number = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!message || wrong != std::errc() || end != text.data() + text.size()) {
        return answer(Error(Code::not_found, "there is no such attachment"));
    }
    API_TRY(const auto download, rooms.desk.take_attachment(id, *message, number, caller->actor()));
    const auto token = rooms.gate.token_of(download->used());
    const auto& name = download->of().name->reveal(token);
    http::Response response;
    response.set_header("content-type", "application/octet-stream");
    response.set_header("x-content-type-options", "nosniff");
    response.set_header("content-disposition",
                        name.empty() ? std::string("attachment")
                                     : "attachment; filename*=UTF-8''" + percent_encoded(name));
    response.body = http::Body::of_parts(
        static_cast<std::uint64_t>(download->of().bytes),
        [&rooms, download]() -> std::optional<std::string> {
            const auto part = download->next();
            if (part) return part->reveal(rooms.gate.token_of(download->used()));
            log::error("attachment_cut_short", {{"code", name_of(part.error().code())}});
            return std::nullopt;
        });
    return response;
}

}  // namespace

bj::object desk_json(const services::Request& request) {
    auto told = request_json(request);
    told["customer"] = request.customer.text();
    told["assignee"] = request.assignee.empty() ? bj::value(nullptr) : bj::value(request.assignee);
    told["review"] = request.review;
    told["linked"] = request.linked ? bj::value(request.linked->text()) : bj::value(nullptr);
    told["merged_into"] =
        request.merged_into ? bj::value(request.merged_into->text()) : bj::value(nullptr);
    told["perhaps"] = nullptr;
    if (!request.perhaps.empty()) {
        // The law's clock began when it came in, if it is one.
        const auto by = services::deadline_of(request.created, services::RightRegime::gdpr);
        told["perhaps"] = {{"right", request.perhaps}, {"deadline", rfc3339(by)}};
    }
    told["tags"] = bj::array(request.tags.begin(), request.tags.end());
    told["revision"] = request.revision;
    bj::array acts;
    for (const auto act : services::acts_in(request.state))
        acts.emplace_back(std::string(services::name_of(act)));
    told["acts"] = std::move(acts);
    return told;
}

void add_desk_routes(http::Router& router, Rooms& rooms, const Words& words) {
    const std::string one = "/api/v1/desk/requests/{request}";
    add_on_worker(router, rooms, http::Method::get, "/api/v1/desk/requests", get_queue);
    add_on_worker(router, rooms, http::Method::get, one, get_thread);
    add_on_worker(router, rooms, http::Method::put, one, put_request);
    add_on_worker(router, rooms, http::Method::post, one + "/answers", post_answer);
    add_on_worker(router, rooms, http::Method::post, one + "/notes", post_note);
    add_on_worker(router, rooms, http::Method::get,
                  one + "/messages/{message}/attachments/{number}", get_attachment);
    add_desk_call_routes(router, rooms, words);
    add_desk_search_routes(router, rooms);
    add_desk_sorting_routes(router, rooms);
    add_desk_team_routes(router, rooms);
    add_ringing_routes(router, rooms);
    add_ready_answer_routes(router, rooms);
}

}  // namespace avow::api
