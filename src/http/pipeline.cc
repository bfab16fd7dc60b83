// SPDX-License-Identifier: Apache-2.0
#include "http/pipeline.hh"

#include <algorithm>
#include <array>
#include <ctime>

#include <boost/beast/http/status.hpp>

#include "http/problem.hh"

namespace avow::http {
namespace {

// What a browser may show, run or build on (standards.md, Web): the set that scored Observatory A+.
constexpr std::string_view kPageHeaders =
    "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src "
    "'self'; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri "
    "'none'; "
    "frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; "
    "upgrade-insecure-requests\r\n"
    "strict-transport-security: max-age=63072000; includeSubDomains; preload\r\n"
    "x-content-type-options: nosniff\r\n"
    "x-frame-options: DENY\r\n"
    "referrer-policy: no-referrer\r\n"
    "cross-origin-opener-policy: same-origin\r\n"
    "cross-origin-embedder-policy: require-corp\r\n"
    "permissions-policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n";

// What is data alone and nothing that a browser builds a page on: half of what went over the wire
// for a small answer said how pages may behave (docs/decisions/0122).
constexpr std::string_view kDataHeaders =
    "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "strict-transport-security: max-age=63072000; includeSubDomains; preload\r\n"
    "x-content-type-options: nosniff\r\n"
    "referrer-policy: no-referrer\r\n";

bool is_data(const Response& response) {
    const auto* type = response.find_header("content-type");
    return type != nullptr &&
           (type->starts_with("application/json") ||
            type->starts_with("application/problem+json") || type->starts_with("text/plain"));
}

// A foreign name may be a rebinding attack or a proxy's mistake: neither gets data.
std::optional<Response> refuse_host(const Request& request, const Rules& rules) {
    if (!rules.public_site) return std::nullopt;
    const auto host = request.find_header("host").value_or("");
    if (std::find(rules.hosts.begin(), rules.hosts.end(), host) != rules.hosts.end())
        return std::nullopt;
    return problem(421, "Misdirected request", "this server does not answer to that name");
}

bool is_open(const Request& request, const Rules& rules) {
    return std::find(rules.open_paths.begin(), rules.open_paths.end(), request.path) !=
           rules.open_paths.end();
}

// Fetch metadata first, Origin where it is absent; a cookie with neither comes from no browser of
// ours.
std::optional<Response> refuse_cross_site(const Request& request, const Rules& rules) {
    const bool safe = request.method == Method::get || request.method == Method::head ||
                      request.method == Method::options;
    if (safe || !rules.public_site || is_open(request, rules)) return std::nullopt;
    if (const auto site = request.find_header("sec-fetch-site")) {
        if (*site == "same-origin" || *site == "none") return std::nullopt;
    } else if (const auto origin = request.find_header("origin")) {
        if (*origin == "https://" + std::string(request.find_header("host").value_or("")))
            return std::nullopt;
    } else if (!request.find_header("cookie")) {
        return std::nullopt;
    }
    return problem(403, "Cross-site request", "this request comes from another site");
}

using Check = std::optional<Response> (*)(const Request&, const Rules&);
constexpr std::array<Check, 2> kChecks{
    refuse_host,        // first: nothing else may be learned under a foreign name
    refuse_cross_site,  // before any handler, so that none can forget it
};

// Written once a second and thread.
std::string_view http_date() {
    thread_local std::time_t written = 0;
    thread_local char text[40];
    thread_local std::size_t size = 0;
    if (const auto now = std::time(nullptr); now != written) {
        std::tm parts{};
        gmtime_r(&now, &parts);
        size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
        written = now;
    }
    return {text, size};
}

void append_header(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::optional<Response> refuse(const Request& request, const Rules& rules) {
    for (const auto check : kChecks) {
        if (auto refused = check(request, rules)) return refused;
    }
    return std::nullopt;
}

std::string response_head(const Response& response, bool keep_alive) {
    const auto reason = boost::beast::http::obsolete_reason(
        boost::beast::http::int_to_status(static_cast<unsigned>(response.status)));
    std::string head;
    head.reserve((is_data(response) ? 700 : 1400) + response.body.view().size());
    head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    head.append(reason.data(), reason.size()).append("\r\n");
    append_header(head, "date", http_date());
    head += is_data(response) ? kDataHeaders : kPageHeaders;
    // Only what is open to other sites says so itself.
    if (response.find_header("cross-origin-resource-policy") == nullptr) {
        append_header(head, "cross-origin-resource-policy", "same-origin");
    }
    if (response.find_header("cache-control") == nullptr) {
        append_header(head, "cache-control", "no-store");
    }
    for (const auto& header : response.headers) append_header(head, header.name, header.value);
    const auto* parts = response.body.parts();
    if (parts != nullptr && !parts->size) {
        append_header(head, "transfer-encoding", "chunked");
    } else if (response.status != 204 && response.status != 304) {
        const auto size = parts != nullptr ? *parts->size : response.body.view().size();
        append_header(head, "content-length", std::to_string(size));
    }
    head += keep_alive ? "\r\n" : "connection: close\r\n\r\n";
    return head;
}

}  // namespace avow::http
