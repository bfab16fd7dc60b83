// SPDX-License-Identifier: Apache-2.0
#include "api/reading.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "base/json.hh"
#include "base/text.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

bj::string_view key_view(std::string_view key) {
    return {key.data(), key.size()};
}

std::string escaped(std::string_view key) {
    std::string out;
    for (const char c : key) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

Result<bj::value> read_body(const http::Request& request) {
    const auto type = request.find_header("content-type").value_or("");
    if (trimmed(type.substr(0, type.find(';'))) != "application/json") {
        return Error(Code::denied, "the body must be JSON: send Content-Type: application/json");
    }
    return json::parse(request.body);
}

void Wrongs::add(std::string pointer, std::string detail) {
    error_ = std::move(error_).at(std::move(pointer), std::move(detail));
}

Status Wrongs::result() const {
    if (none()) return {};
    return error_;
}

ObjectReader::ObjectReader(const bj::value& value, std::string pointer, Wrongs& wrongs)
    : object_(value.if_object()), pointer_(std::move(pointer)), wrongs_(wrongs) {
    if (object_ == nullptr) wrongs_.add(pointer_, "must be an object");
}

std::string ObjectReader::pointer_to(std::string_view key) const {
    return pointer_ + "/" + escaped(key);
}

const bj::value* ObjectReader::value(std::string_view key, Need need) {
    known_.emplace_back(key);
    if (object_ == nullptr) return nullptr;
    const auto* found = object_->if_contains(key_view(key));
    if (found != nullptr && !found->is_null()) return found;
    if (need == Need::required) wrongs_.add(pointer_to(key), "is missing");
    return nullptr;
}

std::optional<std::string> ObjectReader::text(std::string_view key, Need need) {
    const auto* found = value(key, need);
    if (found == nullptr) return std::nullopt;
    if (found->is_string()) return std::string(found->get_string());
    wrongs_.add(pointer_to(key), "must be a string");
    return std::nullopt;
}

std::optional<std::int64_t> ObjectReader::number(std::string_view key, Need need) {
    const auto* found = value(key, need);
    if (found == nullptr) return std::nullopt;
    if (found->is_int64()) return found->get_int64();
    wrongs_.add(pointer_to(key), "must be a whole number");
    return std::nullopt;
}

std::optional<bool> ObjectReader::flag(std::string_view key, Need need) {
    const auto* found = value(key, need);
    if (found == nullptr) return std::nullopt;
    if (found->is_bool()) return found->get_bool();
    wrongs_.add(pointer_to(key), "must be true or false");
    return std::nullopt;
}

std::vector<std::string> ObjectReader::texts(std::string_view key, Need need) {
    std::vector<std::string> texts;
    const auto* found = value(key, need);
    if (found == nullptr) return texts;
    if (!found->is_array()) {
        wrongs_.add(pointer_to(key), "must be a list of strings");
        return texts;
    }
    for (std::size_t i = 0; i < found->get_array().size(); ++i) {
        const auto& item = found->get_array()[i];
        if (item.is_string()) {
            texts.emplace_back(item.get_string());
        } else {
            wrongs_.add(pointer_to(key) + "/" + std::to_string(i), "must be a string");
        }
    }
    return texts;
}

std::vector<std::pair<std::string, std::string>> ObjectReader::text_members(std::string_view key,
                                                                            Need need) {
    std::vector<std::pair<std::string, std::string>> members;
    const auto* found = value(key, need);
    if (found == nullptr) return members;
    if (!found->is_object()) {
        wrongs_.add(pointer_to(key), "must be an object");
        return members;
    }
    for (const auto& [name, item] : found->get_object()) {
        if (item.is_string()) {
            members.emplace_back(std::string(name), std::string(item.get_string()));
        } else {
            wrongs_.add(pointer_to(key) + "/" + escaped({name.data(), name.size()}),
                        "must be a string");
        }
    }
    return members;
}

std::vector<std::pair<std::string, bool>> ObjectReader::flag_members(std::string_view key,
                                                                     Need need) {
    std::vector<std::pair<std::string, bool>> members;
    const auto* found = value(key, need);
    if (found == nullptr) return members;
    if (!found->is_object()) {
        wrongs_.add(pointer_to(key), "must be an object");
        return members;
    }
    for (const auto& [name, item] : found->get_object()) {
        if (item.is_bool()) {
            members.emplace_back(std::string(name), item.get_bool());
        } else {
            wrongs_.add(pointer_to(key) + "/" + escaped({name.data(), name.size()}),
                        "must be true or false");
        }
    }
    return members;
}

void ObjectReader::finish() {
    if (object_ == nullptr) return;
    for (const auto& [name, ignored] : *object_) {
        const std::string key(name);
        if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
        const auto near = nearest(key, known_);
        wrongs_.add(pointer_to(key), near ? "is not known here; did you mean \"" + *near + "\"?"
                                          : "is not known here");
    }
}

}  // namespace avow::api
