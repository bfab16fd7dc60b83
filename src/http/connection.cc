// SPDX-License-Identifier: Apache-2.0
#include "http/connection.hh"

#include <charconv>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/log.hh"
#include "http/problem.hh"
#include "http/target.hh"

namespace avow::http {
namespace {

namespace beast = boost::beast::http;
using Parser = beast::request_parser<beast::string_body>;

Response refusal_of(const boost::system::error_code& error) {
    if (error == beast::error::header_limit) {
        return problem(431, "Header too large", "the request's header is over the limit");
    }
    if (error == beast::error::body_limit) {
        return problem(413, "Body too large", "the request's body is over the limit");
    }
    return problem(400, "Not HTTP", "the request is not well-formed");
}

// RFC 9112 §7.1; without bytes it is the last one.
std::string chunk_of(std::string_view bytes) {
    char size[20];
    const auto end = std::to_chars(size, size + sizeof size, bytes.size(), 16).ptr;
    return std::string(size, end) + "\r\n" + std::string(bytes) + "\r\n";
}

// Both at once is how requests are smuggled past proxies (RFC 9112 §6.1).
bool is_ambiguous(const Parser& parser) {
    const auto& message = parser.get();
    return message.count(beast::field::transfer_encoding) > 0 &&
           message.count(beast::field::content_length) > 0;
}

std::optional<Request> request_of(Parser& parser, Response& refusal) {
    auto message = parser.release();
    Request request;
    const auto method =
        method_from({message.method_string().data(), message.method_string().size()});
    if (!method) {
        refusal = problem(501, "Not implemented", "this server does not know the method");
        return std::nullopt;
    }
    auto target = parse_target({message.target().data(), message.target().size()});
    if (!target) {
        refusal = problem(400, "Not an address", "the request's target is not well-formed");
        return std::nullopt;
    }
    request.method = *method;
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    int hosts = 0;
    for (const auto& field : message) {
        std::string name(field.name_string());
        for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (name == "host") ++hosts;
        request.headers.push_back({std::move(name), std::string(field.value())});
    }
    const bool foreign = !target->host.empty() && request.find_header("host") != target->host;
    if (hosts > 1 || foreign) {
        refusal = problem(400, "Ambiguous host", "the request names more than one host");
        return std::nullopt;
    }
    request.body = std::move(message.body());
    return request;
}

}  // namespace

asio::awaitable<Connection::Got> Connection::read_request(Request& request, Response& refusal,
                                                          bool& keep_alive) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(serving_.limits.header_bytes));
    parser.body_limit(serving_.limits.body_bytes);
    idle_ = unread_.empty();
    expect_within(serving_.limits.idle_ms);
    bool in_body = false;
    while (true) {
        while (!unread_.empty() && !parser.is_done()) {
            boost::system::error_code error;
            const auto used = parser.put(asio::const_buffer(unread_.data(), unread_.size()), error);
            unread_.erase(0, used);
            if (error == beast::error::need_more) break;
            if (error) {
                refusal = refusal_of(error);
                co_return Got::bad;
            }
            if (used == 0) break;
        }
        if (parser.is_header_done() && !in_body) {
            in_body = true;
            expect_within(serving_.limits.body_ms);
            if (is_ambiguous(parser)) {
                refusal = problem(400, "Ambiguous length", "the request states its length twice");
                co_return Got::bad;
            }
            if (!parser.is_done() && parser.get()[beast::field::expect] == "100-continue") {
                const bool sent = co_await stream_->write("HTTP/1.1 100 Continue\r\n\r\n");
                if (!sent) co_return Got::closed;
            }
        }
        if (parser.is_done()) break;
        const auto size = co_await stream_->read(read_);
        if (size == 0) co_return Got::closed;
        if (idle_) {
            idle_ = false;
            expect_within(serving_.limits.header_ms);
        }
        unread_.append(read_.data(), size);
    }
    keep_alive = parser.keep_alive() && !serving_.stopping.load();
    auto read = request_of(parser, refusal);
    if (!read) co_return Got::bad;
    request = std::move(*read);
    request.peer = stream_->peer();
    co_return Got::request;
}

asio::awaitable<Response> Connection::run_on_worker(const Route& route, Request request) {
    // The handler of the wait is move-only and std::function copies: it is held by the job alone.
    auto start = [this, &route, &request](auto handler) {
        auto held = std::make_shared<decltype(handler)>(std::move(handler));
        auto executor = stream_->executor();
        auto done = [held, executor](Response response) {
            auto finish = [held, response = std::move(response)]() mutable {
                std::move (*held)(std::move(response));
            };
            asio::post(executor, std::move(finish));
        };
        Workers::Job job{&route, std::move(request), done};
        if (!serving_.workers.submit(std::move(job))) {
            auto busy = problem(503, "Busy", "too much is waiting: try again shortly");
            busy.set_header("retry-after", "1");
            done(std::move(busy));
        }
    };
    auto waiting = asio::async_initiate<const asio::use_awaitable_t<>, void(Response)>(
        start, asio::use_awaitable);
    co_return co_await std::move(waiting);
}

asio::awaitable<Response> Connection::answer(Request request) {
    if (auto refused = refuse(request, serving_.rules)) co_return std::move(*refused);
    Response missing;
    const auto* route = serving_.router.find(request, missing);
    if (route == nullptr) co_return missing;
    if (route->runs == Runs::on_io) co_return run_handler(*route, request);
    co_return co_await run_on_worker(*route, std::move(request));
}

// One part after the other, each made on a worker while nothing else of it is in memory.
asio::awaitable<bool> Connection::send_parts(const Body::Parts& parts) {
    Route pull{Method::get, "", Runs::on_worker, {}, {}, 1};
    pull.handler = [&parts](const Request&) {
        auto part = parts.next();
        Response made;
        made.status = part ? 200 : 500;
        if (part) made.body = Body(std::move(*part));
        return made;
    };
    std::uint64_t left = parts.size.value_or(0);
    while (!parts.size || left > 0) {
        expect_within(serving_.limits.write_ms);
        Request none;
        const auto made = co_await run_on_worker(pull, std::move(none));
        const auto bytes = made.body.view();
        if (made.status != 200) co_return false;
        if (!parts.size) {
            const auto chunk = chunk_of(bytes);
            const bool sent = co_await stream_->write(chunk);
            if (!sent || bytes.empty()) co_return sent;
            continue;
        }
        if (bytes.empty() || bytes.size() > left) co_return false;
        const bool sent = co_await stream_->write(bytes);
        if (!sent) co_return false;
        left -= bytes.size();
    }
    co_return true;
}

asio::awaitable<bool> Connection::send(Response response, bool keep_alive, bool head_only) {
    expect_within(serving_.limits.write_ms);
    auto bytes = response_head(response, keep_alive);
    const auto body = response.body.view();
    constexpr std::size_t kTogether = 64 * 1024;  // small bodies go out in one record with the head
    if (head_only || response.status == 204 || response.status == 304) {
        co_return co_await stream_->write(bytes);
    }
    if (const auto* parts = response.body.parts()) {
        const bool begun = co_await stream_->write(bytes);
        co_return begun&& co_await send_parts(*parts);
    }
    if (body.size() <= kTogether) {
        bytes += body;
        co_return co_await stream_->write(bytes);
    }
    const bool sent = co_await stream_->write(bytes);
    co_return sent&& co_await stream_->write(body);
}

asio::awaitable<void> Connection::serve() {
    const bool shaken = co_await stream_->handshake();
    bool keep_alive = shaken;
    while (keep_alive) {
        Request request;
        Response response;
        const auto got = co_await read_request(request, response, keep_alive);
        if (got == Got::closed) break;
        const bool head_only = got == Got::request && request.method == Method::head;
        // A handler's time is bounded by the store's own limits: the connection waits for it.
        expect_within(10 * serving_.limits.idle_ms);
        if (got == Got::bad) {
            keep_alive = false;
        } else {
            response = co_await answer(std::move(request));
        }
        const bool sent = co_await send(std::move(response), keep_alive, head_only);
        if (!sent) break;
    }
    expect_within(serving_.limits.handshake_ms);
    if (shaken) co_await stream_->finish();
    stream_->close();
}

}  // namespace avow::http
