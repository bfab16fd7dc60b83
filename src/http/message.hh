// SPDX-License-Identifier: Apache-2.0
// Requests and answers as handlers see them: no Boost, no sockets.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace avow::http {

enum class Method { get, head, post, put, patch, delete_, options };
std::optional<Method> method_from(std::string_view name);
std::string_view name_of(Method method);

// The address at the other end of a connection: wiped when it dies, and never given to a log.
class Peer {
  public:
    Peer() = default;
    explicit Peer(std::string_view text);
    Peer(const Peer&) = default;
    Peer& operator=(const Peer&) = default;
    ~Peer();
    std::string_view text() const { return {bytes_, size_}; }  // empty when there is none

  private:
    char bytes_[48] = {};
    std::size_t size_ = 0;
};

struct Header {
    std::string name;  // lower case
    std::string value;
};

struct Request {
    Method method = Method::get;
    std::string path;   // decoded, starts with /, without . and .. segments
    std::string query;  // as sent, without the question mark
    std::vector<Header> headers;
    std::string body;
    Peer peer;
    std::vector<std::pair<std::string, std::string>> parameters;  // of the route's pattern

    std::optional<std::string_view> find_header(std::string_view name) const;
    std::optional<std::string> find_query(std::string_view name) const;  // decoded
    std::optional<std::string_view> find_cookie(std::string_view name) const;
    std::string_view parameter(std::string_view name) const;  // empty when the pattern has none
};

// The next bytes of a long body, made on a worker; empty at the end. Nothing: they cannot be had,
// and the connection is cut, so that nobody takes a part for the whole.
using NextPart = std::function<std::optional<std::string>()>;

// Owned, shared or static bytes: assets are never copied. A long body comes in parts, of which one
// at a time is in memory.
class Body {
  public:
    Body() = default;
    Body(std::string text) : bytes_(std::move(text)) {}
    static Body of_static(std::string_view text) {
        Body body;
        body.bytes_ = text;
        return body;
    }
    // Without a size it is sent in chunks (RFC 9112 §7.1).
    static Body of_parts(std::optional<std::uint64_t> size, NextPart next) {
        Body body;
        body.bytes_ = Parts{size, std::move(next)};
        return body;
    }
    struct Parts {
        std::optional<std::uint64_t> size;
        NextPart next;
    };
    const Parts* parts() const { return std::get_if<Parts>(&bytes_); }
    std::string_view view() const;  // empty when it comes in parts

  private:
    std::variant<std::string, std::string_view, Parts> bytes_;
};

struct Response {
    int status = 200;
    std::vector<Header> headers;
    Body body;

    static Response text(int status, std::string body);
    static Response json(int status, std::string body);
    static Response html(int status, std::string body);
    static Response empty(int status);
    static Response redirect(int status, std::string location);
    // Replaces a header of that name; set-cookie is added.
    void set_header(std::string_view name, std::string value);
    const std::string* find_header(std::string_view name) const;
};

}  // namespace avow::http
