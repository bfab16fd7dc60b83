// SPDX-License-Identifier: Apache-2.0
#include "http/router.hh"

#include <algorithm>

#include "base/text.hh"
#include "http/problem.hh"

namespace avow::http {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

bool is_rest(std::string_view part) {
    return part.ends_with("...}");
}

// From the end, where addresses differ soonest: many routes are asked for every request.
bool matches(const Route& route, std::span<const std::string_view> given) {
    auto place = route.parts.size();
    if (is_rest(route.parts.back())) {
        if (given.size() < place) return false;
        --place;
    } else if (given.size() != place) {
        return false;
    }
    while (place-- > 0) {
        const std::string_view part = route.parts[place];
        if (part.starts_with('{') ? given[place].empty() : part != given[place]) return false;
    }
    return true;
}

Parameters parameters_of(const Route& route, std::span<const std::string_view> given,
                         std::string_view path) {
    Parameters parameters;
    for (std::size_t i = 0; i < route.parts.size(); ++i) {
        const std::string_view part = route.parts[i];
        if (is_rest(part)) {
            const auto begins = static_cast<std::size_t>(given[i].data() - path.data());
            parameters.emplace_back(part.substr(1, part.size() - 5), path.substr(begins));
        } else if (part.starts_with('{')) {
            parameters.emplace_back(part.substr(1, part.size() - 2), given[i]);
        }
    }
    return parameters;
}

bool serves(const Route& route, Method method) {
    return route.method == method || (route.method == Method::get && method == Method::head);
}

}  // namespace

void Router::insert(Route route) {
    for (const auto part : split(route.pattern, '/')) route.parts.emplace_back(part);
    routes_.push_back(std::make_unique<Route>(std::move(route)));
    const auto* added = routes_.back().get();
    const auto least = std::min(added->parts.size(), kPartsTold);
    const auto most = is_rest(added->parts.back()) ? kPartsTold : least;
    for (auto parts = least; parts <= most; ++parts) by_parts_[parts].push_back(added);
}

void Router::add(Method method, std::string pattern, Runs runs, Handler handler) {
    insert({method, std::move(pattern), runs, std::move(handler), {}, 1});
}

void Router::add_batched(Method method, std::string pattern, std::size_t most,
                         BatchHandler handler) {
    insert({method, std::move(pattern), Runs::on_worker, {}, std::move(handler), most});
}

Response Router::nothing_here(const Request& request) const {
    const auto accepted = request.find_header("accept").value_or("");
    const bool by_a_person = accepted.find("text/html") != std::string_view::npos;
    if (by_a_person && missing_page_) return missing_page_(request);
    return problem(404, "Not found", "there is nothing at this address");
}

const Route* Router::find(Request& request, Response& missing) const {
    const auto given = split(request.path, '/');
    std::string allowed;
    for (const auto* route : by_parts_[std::min(given.size(), kPartsTold)]) {
        if (!matches(*route, given)) continue;
        if (serves(*route, request.method)) {
            request.parameters = parameters_of(*route, given, request.path);
            return route;
        }
        if (!allowed.empty()) allowed += ", ";
        allowed += name_of(route->method);
        if (route->method == Method::get) allowed += ", HEAD";
    }
    if (allowed.empty()) {
        missing = nothing_here(request);
        return nullptr;
    }
    missing = request.method == Method::options
                  ? Response::empty(204)
                  : problem(405, "Method not allowed", "this address takes " + allowed);
    missing.set_header("allow", allowed + ", OPTIONS");
    return nullptr;
}

std::vector<std::string> Router::list() const {
    std::vector<std::string> all;
    for (const auto& route : routes_) {
        all.push_back(std::string(name_of(route->method)) + " " + route->pattern);
    }
    return all;
}

Response Router::answer(Request request) const {
    Response missing;
    const auto* route = find(request, missing);
    if (route == nullptr) return missing;
    if (route->handler) return route->handler(request);
    auto answers = route->batch_handler(std::span(&request, 1));
    return std::move(answers.front());
}

}  // namespace avow::http
