// SPDX-License-Identifier: Apache-2.0
#include "http/message.hh"

#include <algorithm>
#include <array>

#include "base/bytes.hh"
#include "http/target.hh"

namespace avow::http {
namespace {

constexpr std::array<std::pair<std::string_view, Method>, 7> kMethods{
    {{"GET", Method::get},
     {"HEAD", Method::head},
     {"POST", Method::post},
     {"PUT", Method::put},
     {"PATCH", Method::patch},
     {"DELETE", Method::delete_},
     {"OPTIONS", Method::options}}};

Response with_type(int status, std::string body, const char* type) {
    Response response;
    response.status = status;
    response.headers.push_back({"content-type", type});
    response.body = Body(std::move(body));
    return response;
}

}  // namespace

Peer::Peer(std::string_view text) : size_(std::min(text.size(), sizeof bytes_)) {
    std::copy_n(text.begin(), size_, bytes_);
}
Peer::~Peer() {
    wipe(bytes_, sizeof bytes_);
}

std::optional<Method> method_from(std::string_view name) {
    for (const auto& [known, method] : kMethods) {
        if (known == name) return method;
    }
    return std::nullopt;
}

std::string_view name_of(Method method) {
    return kMethods[static_cast<std::size_t>(method)].first;
}

std::optional<std::string_view> Request::find_header(std::string_view name) const {
    for (const auto& header : headers) {
        if (header.name == name) return header.value;
    }
    return std::nullopt;
}

std::optional<std::string> Request::find_query(std::string_view name) const {
    std::string_view rest = query;
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const auto equals = pair.find('=');
        if (pair.substr(0, equals) != name) continue;
        return equals == std::string_view::npos ? std::string()
                                                : decode_query(pair.substr(equals + 1));
    }
    return std::nullopt;
}

// RFC 6265 §4.2.1; the first of equal names, which is the one with the longer path.
std::optional<std::string_view> Request::find_cookie(std::string_view name) const {
    const auto header = find_header("cookie");
    if (!header) return std::nullopt;
    std::string_view rest = *header;
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        while (rest.starts_with(' ')) rest.remove_prefix(1);
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
            return pair.substr(name.size() + 1);
        }
    }
    return std::nullopt;
}

std::string_view Request::parameter(std::string_view name) const {
    for (const auto& [known, value] : parameters) {
        if (known == name) return value;
    }
    return {};
}

std::string_view Body::view() const {
    if (const auto* text = std::get_if<std::string>(&bytes_)) return *text;
    const auto* fixed = std::get_if<std::string_view>(&bytes_);
    return fixed != nullptr ? *fixed : std::string_view();
}

Response Response::text(int status, std::string body) {
    return with_type(status, std::move(body), "text/plain; charset=utf-8");
}
Response Response::json(int status, std::string body) {
    return with_type(status, std::move(body), "application/json; charset=utf-8");
}
Response Response::html(int status, std::string body) {
    return with_type(status, std::move(body), "text/html; charset=utf-8");
}
Response Response::empty(int status) {
    Response response;
    response.status = status;
    return response;
}
Response Response::redirect(int status, std::string location) {
    auto response = empty(status);
    response.set_header("location", std::move(location));
    return response;
}

void Response::set_header(std::string_view name, std::string value) {
    for (auto& header : headers) {
        if (header.name == name && name != "set-cookie") {
            header.value = std::move(value);
            return;
        }
    }
    constexpr std::size_t kUsual = 8;
    if (headers.empty()) headers.reserve(kUsual);
    headers.push_back({std::string(name), std::move(value)});
}

const std::string* Response::find_header(std::string_view name) const {
    for (const auto& header : headers) {
        if (header.name == name) return &header.value;
    }
    return nullptr;
}

}  // namespace avow::http
