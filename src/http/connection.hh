// SPDX-License-Identifier: Apache-2.0
// One HTTP/1.1 connection (RFC 9112): reads a request, passes it through the pipeline, hands it to
// its route, answers, again. Lives on one io_context.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>

#include "http/pipeline.hh"
#include "http/server.hh"
#include "http/stream.hh"
#include "http/workers.hh"

namespace avow::http {

// What all connections of a listener share.
struct Serving {
    const Router& router;
    const Limits& limits;
    Rules rules;
    Workers& workers;
    std::atomic<bool>& stopping;
};

class Connection {
  public:
    using Moment = std::chrono::steady_clock::time_point;
    // `asker` is the loop it lives on.
    Connection(std::unique_ptr<Stream> stream, const Serving& serving, Asker& asker)
        : stream_(std::move(stream)), serving_(serving), asker_(asker) {
        expect_within(serving.limits.handshake_ms);
    }

    asio::awaitable<void> serve();
    // Called by the sweep of the connection's own io_context.
    bool is_late(Moment now) const { return now > deadline_; }
    bool is_idle() const { return idle_; }
    void close() { stream_->close(); }

  private:
    enum class Got { request, bad, closed };
    asio::awaitable<Got> read_request(Request& request, Response& refusal, bool& keep_alive);
    asio::awaitable<Response> answer(Request request);
    asio::awaitable<Response> run_on_worker(const Route& route, Request request);
    asio::awaitable<bool> send(Response response, bool keep_alive, bool head_only);
    asio::awaitable<bool> send_parts(const Body::Parts& parts);
    void expect_within(int ms) {
        deadline_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    }

    std::unique_ptr<Stream> stream_;
    const Serving& serving_;
    Asker& asker_;
    Moment deadline_;
    bool idle_ = false;
    std::array<char, 16 * 1024> read_;  // a TLS record's most; here, not in each wait's frame
    std::string unread_;                // bytes after the last request
};

}  // namespace avow::http
