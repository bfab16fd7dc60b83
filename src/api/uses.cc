// SPDX-License-Identifier: Apache-2.0
// POST /api/v1/uses and /uses/batch: asking the gate. A refusal is an answer; only a request that
// is none is an error.
#include <map>

#include <boost/json.hpp>

#include "api/caller.hh"
#include "api/errors.hh"
#include "api/once.hh"
#include "api/reading.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

constexpr std::size_t kTogether = 256;  // LIMIT: waiting uses of many callers in one durable step

Result<gate::UseRequest> read_use(const bj::value& body, const std::string& pointer) {
    Wrongs wrongs;
    ObjectReader reader(body, pointer, wrongs);
    gate::UseRequest use;
    if (const auto customer = reader.text("customer", Need::optional)) {
        use.customer = CustomerId::parse(*customer);
        if (!use.customer) wrongs.add(reader.pointer_to("customer"), "is not a customer's id");
    }
    if (const auto* lookup = reader.value("lookup", Need::optional)) {
        ObjectReader inner(*lookup, reader.pointer_to("lookup"), wrongs);
        if (auto email = inner.text("email", Need::required))
            use.address.emplace(std::move(*email));
        inner.finish();
    }
    if (use.customer.has_value() == use.address.has_value() && wrongs.none()) {
        wrongs.add(reader.pointer_to("customer"), "name the customer, or a lookup, and not both");
    }
    use.fields = reader.texts("fields", Need::required);
    use.purpose = reader.text("purpose", Need::required).value_or("");
    use.reason = reader.text("reason", Need::optional);
    reader.finish();
    TRY_OK(wrongs.result());
    return use;
}

// A caller may use data when it has any role for it; which purposes, the gate decides.
std::optional<http::Response> refuse_caller(const Result<std::optional<Caller>>& caller) {
    if (!caller) return answer(caller.error());
    if (!*caller) return unauthorized();
    if ((*caller)->customer() != nullptr)
        return forbidden("a use is asked for by a machine or by staff");
    return std::nullopt;
}

bj::value problem_json(const Error& error) {
    const auto problem = answer(error);
    return bj::parse(std::string(problem.body.view()));
}

struct Waiting {
    std::size_t place;
    gate::UseRequest use;
};

// Requests that wait together share one durable step per caller.
std::vector<http::Response> post_uses(Rooms& rooms, std::span<const http::Request> requests) {
    std::vector<http::Response> answers(requests.size());
    std::map<std::string, std::pair<Caller, std::vector<Waiting>>> by_caller;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const auto caller = find_staff(rooms, requests[i]);
        if (auto refused = refuse_caller(caller)) {
            answers[i] = std::move(*refused);
            continue;
        }
        const auto body = read_body(requests[i]);
        if (!body) {
            answers[i] = unreadable(body.error());
            continue;
        }
        auto use = read_use(*body, "");
        auto once = read_once(requests[i], (*caller)->id());
        if (!use || !once) {
            answers[i] = answer(use ? once.error() : use.error());
            continue;
        }
        use->once = std::move(*once);
        auto& waiting =
            by_caller.try_emplace((*caller)->id(), **caller, std::vector<Waiting>()).first->second;
        waiting.second.push_back({i, std::move(*use)});
    }
    for (auto& [id, waiting] : by_caller) {
        std::vector<gate::UseRequest> uses;
        for (auto& one : waiting.second) uses.push_back(std::move(one.use));
        const auto used = rooms.gate.use(uses, waiting.first.actor());
        for (std::size_t i = 0; i < used.size(); ++i) {
            answers[waiting.second[i].place] =
                used[i] ? json_answer(200, use_json(*used[i], rooms.gate.token_of(*used[i])))
                        : answer(used[i].error());
        }
    }
    return answers;
}

// A list, or an object with one: the answer has the shape of the question.
http::Response post_batch(Rooms& rooms, const http::Request& request) {
    const auto caller = find_staff(rooms, request);
    if (auto refused = refuse_caller(caller)) return std::move(*refused);
    const auto body = read_body(request);
    if (!body) return unreadable(body.error());
    const auto* object = body->if_object();
    const auto* list = object != nullptr ? object->if_contains("uses") : &*body;
    if (list == nullptr || !list->is_array() || list->get_array().size() > gate::kBatchMax ||
        list->get_array().empty()) {
        return answer(Error(Code::invalid, "a batch is a list of 1 to 1,000 uses"));
    }
    API_TRY(const auto once, read_once(request, (*caller)->id()));
    std::vector<gate::UseRequest> uses;
    Wrongs wrongs;
    for (std::size_t i = 0; i < list->get_array().size(); ++i) {
        auto use = read_use(list->get_array()[i], "/" + std::to_string(i));
        if (use) {
            use->once = once;
            if (once) use->once->item = i;
            uses.push_back(std::move(*use));
        } else {
            for (const auto& input : use.error().inputs()) wrongs.add(input.pointer, input.detail);
        }
    }
    if (auto fits = wrongs.result(); !fits) return answer(fits.error());
    bj::array answers;
    for (const auto& used : rooms.gate.use(uses, (*caller)->actor())) {
        // A key that came with another batch is no matter of one item.
        if (!used && once && used.error().code() == Code::invalid && used.error().inputs().empty())
            return answer(used.error());
        if (used) {
            answers.emplace_back(use_json(*used, rooms.gate.token_of(*used)));
        } else {
            answers.push_back(problem_json(used.error()));
        }
    }
    if (object == nullptr) return json_answer(200, answers);
    return json_answer(200, bj::object{{"uses", std::move(answers)}});
}

}  // namespace

void add_use_routes(http::Router& router, Rooms& rooms) {
    router.add_batched(
        http::Method::post, "/api/v1/uses", kTogether,
        [&rooms](std::span<const http::Request> requests) { return post_uses(rooms, requests); });
    router.add(http::Method::post, "/api/v1/uses/batch", http::Runs::on_worker,
               [&rooms](const http::Request& request) { return post_batch(rooms, request); });
}

}  // namespace avow::api
