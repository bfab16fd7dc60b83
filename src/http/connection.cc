// SPDX-License-Identifier: Apache-2.0
#include "http/connection.hh"

#include <charconv>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hh"
#include "http/problem.hh"
#include "http/request_reader.hh"

namespace avow::http {
namespace {

// RFC 9112 §7.1; without bytes it is the last one.
std::string chunk_of(std::string_view bytes) {
    char size[20];
    const auto end = std::to_chars(size, size + sizeof size, bytes.size(), 16).ptr;
    return std::string(size, end) + "\r\n" + std::string(bytes) + "\r\n";
}

}  // namespace

asio::awaitable<Connection::Got> Connection::read_request(Request& request, Response& refusal,
                                                          bool& keep_alive) {
    RequestReader reader(serving_.limits);
    idle_ = unread_.empty();
    expect_within(serving_.limits.idle_ms);
    bool in_body = false;
    while (true) {
        if (auto wrong = reader.feed(unread_)) {
            refusal = std::move(*wrong);
            co_return Got::bad;
        }
        if (reader.is_header_done() && !in_body) {
            in_body = true;
            expect_within(serving_.limits.body_ms);
            if (!reader.is_done() && reader.expects_continue()) {
                const bool sent = co_await stream_->write("HTTP/1.1 100 Continue\r\n\r\n");
                if (!sent) co_return Got::closed;
            }
        }
        if (reader.is_done()) break;
        const auto size = co_await stream_->read(read_);
        if (size == 0) co_return Got::closed;
        if (idle_) {
            idle_ = false;
            expect_within(serving_.limits.header_ms);
        }
        unread_.append(read_.data(), size);
    }
    keep_alive = reader.keep_alive() && !serving_.stopping.load();
    auto read = reader.take(refusal);
    if (!read) co_return Got::bad;
    request = std::move(*read);
    request.peer = stream_->peer();
    co_return Got::request;
}

asio::awaitable<Response> Connection::run_on_worker(const Route& route, Request request) {
    // The handler of the wait is move-only and std::function copies: it is held by the job alone.
    auto start = [this, &route, &request](auto handler) {
        auto held = std::make_shared<decltype(handler)>(std::move(handler));
        auto done = [held](Response response) { std::move (*held)(std::move(response)); };
        Workers::Job job{&route, std::move(request), done, &asker_};
        if (!serving_.workers.submit(std::move(job))) {
            auto busy = problem(503, "Busy", "too much is waiting: try again shortly");
            busy.set_header("retry-after", "1");
            std::vector<Answered> answers;
            answers.push_back({done, std::move(busy)});
            asker_.take(std::move(answers));
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
