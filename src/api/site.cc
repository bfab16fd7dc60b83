// SPDX-License-Identifier: Apache-2.0
#include "api/site.hh"

#include <array>

#include <boost/json.hpp>
#include <kainjow/mustache.hpp>

#include "api/shapes.hh"
#include "api/traffic.hh"
#include "base/locale.hh"
#include "crypto/hash.hh"
#include "http/problem.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;
using kainjow::mustache::data;
using kainjow::mustache::mustache;

data template_data(const bj::value& value) {
    if (const auto* object = value.if_object()) {
        data made(data::type::object);
        for (const auto& [key, member] : *object) made.set(std::string(key), template_data(member));
        return made;
    }
    if (const auto* list = value.if_array()) {
        data made(data::type::list);
        for (const auto& item : *list) made.push_back(template_data(item));
        return made;
    }
    if (value.is_bool()) return data(value.get_bool());
    if (value.is_string()) return data(std::string(value.get_string()));
    if (value.is_null()) return data(false);
    return data(bj::serialize(value));
}

// The source below the language, so that no word is ever missing.
data catalogue_data(const Words& words, std::string_view language) {
    data made(data::type::object);
    for (const auto tag : {std::string_view("en"), language}) {
        if (const auto* catalogue = words.find_catalogue(tag)) {
            for (const auto& [id, text] : *catalogue) made.set(id, text);
        }
    }
    return made;
}

data languages_data(const Words& words, std::string_view current) {
    data list(data::type::list);
    for (const auto tag : kLanguages) {
        data one(data::type::object);
        one.set("tag", std::string(tag));
        one.set("name", words.text(tag, "language_name"));
        one.set("is_current", data(tag == current));
        list.push_back(one);
    }
    return list;
}

std::string query_of(const http::Request& request) {
    const auto chosen = chosen_language(request);
    return chosen.empty() ? chosen : "?lang=" + chosen;
}

}  // namespace

std::string_view type_of(std::string_view path) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kTypes{
        {{".css", "text/css; charset=utf-8"},
         {".js", "text/javascript; charset=utf-8"},
         {".svg", "image/svg+xml"},
         {".html", "text/html; charset=utf-8"},
         {".json", "application/json"},
         {".woff2", "font/woff2"},
         {".png", "image/png"}}};
    for (const auto& [ending, type] : kTypes) {
        if (path.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

Site::Site(const std::map<std::string_view, std::string_view>& files, const Words& words)
    : files_(files), words_(words) {
    if (const auto* script = find(kTrafficScript)) {
        traffic_digest_ = "sha256-" + base64(crypto::sha256(as_bytes(*script)));
    }
}

const std::string_view* Site::find(std::string_view path) const {
    const auto found = files_.find(path);
    return found == files_.end() ? nullptr : &found->second;
}

http::Response Site::render(const http::Request& request, int status, std::string_view name,
                            const bj::object& values) const {
    const auto* text = find("site/" + std::string(name) + ".mustache");
    if (text == nullptr) return http::problem(500, "A fault of ours", "a page is missing");
    mustache page{std::string(*text)};
    if (!page.is_valid()) return http::problem(500, "A fault of ours", "a page cannot be rendered");
    const auto part = [this](const char* partial) {
        return kainjow::mustache::partial([this, key = std::string(partial)] {
            const auto* included = find("site/" + key + ".mustache");
            return included == nullptr ? std::string() : std::string(*included);
        });
    };
    const auto language = language_of(request);
    auto all = template_data(values);
    all.set("w", catalogue_data(words_, language));
    all.set("lang", language);
    all.set("dir", is_right_to_left(language) ? "rtl" : "ltr");
    all.set("languages", languages_data(words_, language));
    all.set("q", query_of(request));
    if (!traffic_digest_.empty()) all.set("traffic", traffic_digest_);
    all.set("head", data(part("head")));
    all.set("foot", data(part("foot")));
    auto response = http::Response::html(status, page.render(all));
    response.set_header("content-language", language);
    response.set_header("vary", "accept-language");
    return response;
}

}  // namespace avow::api
