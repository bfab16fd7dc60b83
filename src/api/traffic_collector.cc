// SPDX-License-Identifier: Apache-2.0
// Events of our sites. A quick 202 means that the event is durable; a 503 that nothing was kept.
// What is passed over (an unknown site, a wish not to be counted) is a 202 that says so in a
// header.
#include <boost/json.hpp>

#include "api/errors.hh"
#include "api/shapes.hh"
#include "api/traffic.hh"
#include "base/text.hh"
#include "http/problem.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;
using traffic::Incoming;
using traffic::Taken;

constexpr std::size_t kTogether = 512;  // LIMIT: events that share one commit
constexpr std::string_view kPixel(
    "GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,"
    "\0\0\0\0\x01\0\x01\0\0\x02\x02"
    "D\x01\0;",
    43);

enum class Door { ours, plausible, umami, pixel };

// A request that was read: how many events to hand over, or the answer it already has.
struct Read {
    std::size_t events = 0;
    std::optional<http::Response> answered;
};

http::Response opened(http::Response response) {
    response.set_header("access-control-allow-origin", "*");
    response.set_header("access-control-expose-headers", "x-plausible-dropped");
    response.set_header("cross-origin-resource-policy", "cross-origin");
    return response;
}

traffic::Signs signs_of(const http::Request& request, Door door) {
    const auto is = [&](std::string_view name, std::string_view value) {
        return request.find_header(name).value_or("") == value;
    };
    traffic::Signs signs;
    signs.names_fetch = request.find_header("sec-fetch-site").has_value();
    signs.fetch_from_nowhere = is("sec-fetch-site", "none");
    signs.fetch_navigates = door != Door::pixel && is("sec-fetch-mode", "navigate");
    signs.has_referrer = request.find_header("referer") || request.find_header("origin");
    signs.has_language = request.find_header("accept-language").has_value();
    signs.has_encoding = request.find_header("accept-encoding").has_value();
    signs.is_prefetch = is("purpose", "prefetch") ||
                        request.find_header("sec-purpose").value_or("").starts_with("prefetch");
    return signs;
}

bool opts_out(const http::Request& request) {
    return request.find_header("sec-gpc").value_or("") == "1" ||
           request.find_header("dnt").value_or("") == "1";
}

// Plausible's shape of a refusal, which its callers read.
http::Response refused(const Error& error, Door door) {
    if (error.code() == Code::too_large) return answer(error);
    if (door == Door::ours)
        return http::problem(400, "The event is not right", error.words().value, error.inputs());
    bj::object wrong;
    for (const auto& input : error.inputs())
        wrong[input.pointer.substr(1)] = bj::array{bj::value(input.detail)};
    if (wrong.empty()) wrong["request"] = error.words().value;
    return json_answer(400, bj::object{{"errors", std::move(wrong)}});
}

http::Response busy() {
    auto response = http::problem(503, "Busy", "too many events at once: try again shortly");
    response.set_header("retry-after", "60");
    return response;
}

Result<std::vector<traffic::Event>> events_of(const http::Request& request, Door door) {
    if (door == Door::pixel) {
        traffic::Event event;
        event.name = "pageview";
        event.site = request.find_query("d").value_or("");
        event.url = request.find_query("u").value_or(
            std::string(request.find_header("referer").value_or("")));
        event.referrer = request.find_query("r").value_or("");
        return std::vector{std::move(event)};
    }
    if (door == Door::umami) {
        TRY(auto event, traffic::parse_umami(request.body));
        if (!event) return std::vector<traffic::Event>();
        return std::vector{std::move(*event)};
    }
    return traffic::parse_event(request.body);
}

// WALL: after this nothing of the request but its events, behind `all`, and what Client holds is
// left.
Read read(traffic::Traffic& traffic, const http::Request& request, Door door,
          std::vector<Incoming>& all) {
    Read read;
    auto events = events_of(request, door);
    if (!events) {
        read.answered = refused(events.error(), door);
        return read;
    }
    const auto peer = request.peer.text();
    const auto address = traffic.memory().hold(
        traffic::visitor_address(peer, request.find_header("x-forwarded-for").value_or(""),
                                 traffic.options().trusted_proxies));
    const auto agent = traffic.memory().hold(request.find_header("user-agent").value_or(""));
    if (!address || !agent || !traffic.allows(*address)) {
        read.answered = busy();
        return read;
    }
    const auto client = std::make_shared<const traffic::Client>(
        traffic.client(*address, *agent, signs_of(request, door)));
    for (auto& event : *events) {
        all.push_back({std::move(event), client,
                       door == Door::pixel ? traffic::Origin::pixel : traffic::Origin::script,
                       opts_out(request)});
        ++read.events;
    }
    return read;
}

http::Response accepted(Door door, std::span<const Taken> taken) {
    std::size_t dropped = 0;
    for (const auto one : taken) dropped += one != Taken::kept;
    http::Response response;
    if (door == Door::pixel) {
        response.set_header("content-type", "image/gif");
        response.body = http::Body::of_static(kPixel);
    } else if (door == Door::umami) {
        response = json_answer(200, bj::object{{"cache", ""}});
    } else {
        response = http::Response::text(202, "ok");
    }
    if (dropped > 0) response.set_header("x-plausible-dropped", std::to_string(dropped));
    return response;
}

// Requests that waited together share one commit.
std::vector<http::Response> take(traffic::Traffic& traffic, std::span<const http::Request> requests,
                                 Door door) {
    std::vector<Read> reads;
    std::vector<Incoming> events;
    reads.reserve(requests.size());
    events.reserve(requests.size());
    for (const auto& request : requests) {
        reads.push_back(read(traffic, request, door, events));
    }
    const auto taken = traffic.take(std::move(events));
    std::vector<http::Response> answers;
    answers.reserve(reads.size());
    std::size_t at = 0;
    for (auto& one : reads) {
        if (one.answered) {
            answers.push_back(opened(std::move(*one.answered)));
        } else if (!taken) {
            answers.push_back(opened(answer(Error(Code::unavailable, "the event cannot be kept now")
                                                .caused_by(taken.error().describe()))));
        } else {
            answers.push_back(opened(accepted(door, std::span(*taken).subspan(at, one.events))));
        }
        at += one.events;
    }
    return answers;
}

http::Response preflight(const http::Request&) {
    auto response = opened(http::Response::empty(204));
    response.set_header("access-control-allow-methods", "POST");
    response.set_header("access-control-allow-headers", "content-type, x-umami-cache");
    response.set_header("access-control-max-age", "86400");
    return response;
}

http::Response get_script(std::string_view script) {
    if (script.empty()) {
        return answer(Error(Code::not_found, "this program was built without its script"));
    }
    http::Response response;
    response.set_header("content-type", "text/javascript; charset=utf-8");
    response.set_header("cache-control", "public, max-age=3600");
    response.body = http::Body::of_static(script);
    return opened(std::move(response));
}

http::Response get_alphabet(const traffic::Traffic&) {
    bj::array values;
    for (const auto& value : traffic::cookie_alphabet()) values.emplace_back(value);
    bj::object told{
        {"cookie", std::string(traffic::kCookieName)},
        {"means",
         "the day of the last visit, modulo 32, and the pages of that day, counted to ten"},
        {"days", traffic::kCookieDays},
        {"size", values.size()},
        {"values", std::move(values)}};
    auto response = json_answer(200, told);
    response.set_header("cache-control", "public, max-age=3600");
    return opened(std::move(response));
}

}  // namespace

std::vector<std::string> paths_open_to_sites() {
    return {"/t/event", "/t/avow.js", "/t/alphabet", "/t/pixel.gif", "/api/event", "/api/send"};
}

void add_collector_routes(http::Router& router, traffic::Traffic& traffic,
                          std::string_view script) {
    const auto add_door = [&](http::Method method, const char* path, Door door) {
        router.add_batched(method, path, kTogether,
                           [&traffic, door](std::span<const http::Request> requests) {
                               return take(traffic, requests, door);
                           });
        if (method == http::Method::post) {
            router.add(http::Method::options, path, http::Runs::on_io, preflight);
        }
    };
    add_door(http::Method::post, "/t/event", Door::ours);
    add_door(http::Method::post, "/api/event", Door::plausible);
    add_door(http::Method::post, "/api/send", Door::umami);
    add_door(http::Method::get, "/t/pixel.gif", Door::pixel);
    router.add(http::Method::get, "/t/avow.js", http::Runs::on_io,
               [script](const http::Request&) { return get_script(script); });
    router.add(http::Method::get, "/t/alphabet", http::Runs::on_io,
               [&traffic](const http::Request&) { return get_alphabet(traffic); });
}

}  // namespace avow::api
