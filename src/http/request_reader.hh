// SPDX-License-Identifier: Apache-2.0
// One request from the bytes of a connection (RFC 9112), read straight into what handlers see.
// Beast's parser takes the form apart. Private to this folder and its fuzzing.
#pragma once

#include <optional>
#include <string>

#include <boost/beast/http/basic_parser.hpp>

#include "http/message.hh"
#include "http/server.hh"

namespace avow::http {

class RequestReader final : public boost::beast::http::basic_parser<true> {
  public:
    explicit RequestReader(const Limits& limits);

    // Takes what is the request's from the front of `unread`; the rest is the next one's. What to
    // answer when it is none.
    std::optional<Response> feed(std::string& unread);
    bool expects_continue() const { return expects_continue_; }  // once the header is done
    // Once it is done, and once. Nothing: `refusal` says why.
    std::optional<Request> take(Response& refusal);

  private:
    using Verb = boost::beast::http::verb;
    using Field = boost::beast::http::field;
    using Text = boost::beast::string_view;
    using ErrorCode = boost::beast::error_code;
    void on_request_impl(Verb, Text method, Text target, int version, ErrorCode&) override;
    void on_response_impl(int, Text, int, ErrorCode&) override {}
    void on_field_impl(Field, Text name, Text value, ErrorCode&) override;
    void on_header_impl(ErrorCode&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) override;
    std::size_t on_body_impl(Text body, ErrorCode&) override;
    void on_chunk_header_impl(std::uint64_t, Text, ErrorCode&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text body, ErrorCode& error) override {
        return on_body_impl(body, error);
    }
    void on_finish_impl(ErrorCode&) override {}

    Request request_;
    std::optional<Method> method_;
    std::string target_;
    int hosts_ = 0;
    bool has_length_ = false;
    bool has_coding_ = false;
    bool expects_continue_ = false;
};

}  // namespace avow::http
