// SPDX-License-Identifier: Apache-2.0
#include "http/request_reader.hh"

#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "http/problem.hh"
#include "http/target.hh"

namespace avow::http {
namespace {

namespace beast = boost::beast::http;

constexpr std::size_t kHeadersUsual = 16;      // room made at once; more grow
constexpr std::size_t kBodyUsual = 64 * 1024;  // and as much: who states more has to send it first

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

Response refusal_of(const boost::system::error_code& error) {
    if (error == beast::error::header_limit) {
        return problem(431, "Header too large", "the request's header is over the limit");
    }
    if (error == beast::error::body_limit) {
        return problem(413, "Body too large", "the request's body is over the limit");
    }
    return problem(400, "Not HTTP", "the request is not well-formed");
}

}  // namespace

RequestReader::RequestReader(const Limits& limits) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    body_limit(limits.body_bytes);
}

std::optional<Response> RequestReader::feed(std::string& unread) {
    while (!unread.empty() && !is_done()) {
        boost::system::error_code error;
        const auto used = put(boost::asio::const_buffer(unread.data(), unread.size()), error);
        unread.erase(0, used);
        if (error == beast::error::need_more) break;
        if (error) return refusal_of(error);
        // Both at once is how requests are smuggled past proxies (RFC 9112 §6.1).
        if (is_header_done() && has_length_ && has_coding_) {
            return problem(400, "Ambiguous length", "the request states its length twice");
        }
        if (used == 0) break;
    }
    return std::nullopt;
}

void RequestReader::on_request_impl(Verb, Text method, Text target, int, ErrorCode&) {
    method_ = method_from({method.data(), method.size()});
    target_.assign(target.data(), target.size());
    request_.headers.reserve(kHeadersUsual);
}

void RequestReader::on_field_impl(Field field, Text name, Text value, ErrorCode&) {
    // Behind a body in chunks it is a trailer, which may say nothing that a header says (RFC 9110
    // §6.5.1): a proxy in front of us looks at headers.
    if (is_header_done()) return;
    hosts_ += field == Field::host;
    has_length_ = has_length_ || field == Field::content_length;
    has_coding_ = has_coding_ || field == Field::transfer_encoding;
    expects_continue_ = expects_continue_ || (field == Field::expect && value == "100-continue");
    auto& header = request_.headers.emplace_back();
    header.name.resize(name.size());
    std::transform(name.begin(), name.end(), header.name.begin(), lower);
    header.value.assign(value.data(), value.size());
}

void RequestReader::on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) {
    if (length) request_.body.reserve(std::min<std::uint64_t>(*length, kBodyUsual));
}

std::size_t RequestReader::on_body_impl(Text body, ErrorCode&) {
    request_.body.append(body.data(), body.size());
    return body.size();
}

std::optional<Request> RequestReader::take(Response& refusal) {
    if (!method_) {
        refusal = problem(501, "Not implemented", "this server does not know the method");
        return std::nullopt;
    }
    auto target = http::parse_target(target_);
    if (!target) {
        refusal = problem(400, "Not an address", "the request's target is not well-formed");
        return std::nullopt;
    }
    const bool foreign = !target->host.empty() && request_.find_header("host") != target->host;
    if (hosts_ > 1 || foreign) {
        refusal = problem(400, "Ambiguous host", "the request names more than one host");
        return std::nullopt;
    }
    request_.method = *method_;
    request_.path = std::move(target->path);
    request_.query = std::move(target->query);
    return std::move(request_);
}

}  // namespace avow::http
