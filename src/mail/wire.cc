// SPDX-License-Identifier: Apache-2.0
#include "mail/wire.hh"

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

namespace avow::mail {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

struct Wire::Line {
    asio::io_context context;
    tcp::socket socket{context};
    tcp::resolver resolver{context};
    std::optional<asio::ssl::context> trust;
    std::optional<asio::ssl::stream<tcp::socket&>> tls;
    std::atomic<bool> cancelled{false};
    // What was read ahead of who asks for it.
    std::array<char, 16'384> ahead;
    std::size_t ahead_from = 0;
    std::size_t ahead_to = 0;
    bool reading = false;           // a read is under way, and may stay so between two calls
    std::optional<ErrorCode> read;  // how the last one ended

    void close() {
        ErrorCode ignored;
        socket.close(ignored);
        resolver.cancel();
    }

    // Runs what was begun until `done`, the deadline or cancel(), and waits until nothing of it is
    // left that could call back.
    Status run(const std::optional<ErrorCode>& done, Patience patience, const char* what) {
        pass_time(done, patience);
        const bool in_time = done.has_value();
        if (!in_time) {
            close();
            context.restart();
            context.run();
        }
        if (cancelled) return Error(Code::unavailable, "the mail is stopped");
        if (!in_time) return failed(what, "it took too long");
        if (*done) return failed(what, done->message());
        return {};
    }

    // Runs until `done`, the deadline or cancel().
    void pass_time(const std::optional<ErrorCode>& done, Patience patience) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        context.restart();
        while (!cancelled && !done && context.run_one_until(deadline) > 0) {
        }
    }

    bool has_ahead() const { return ahead_from < ahead_to; }
    // Not again after an end: the system tells of it once, and another read would wait for ever.
    void begin_read() {
        if (reading || has_ahead() || (read && *read)) return;
        reading = true;
        read.reset();
        const auto end = [this](const ErrorCode& error, std::size_t got) {
            reading = false;
            read = error;
            ahead_from = 0;
            ahead_to = got;
        };
        if (tls) {
            tls->async_read_some(asio::buffer(ahead), end);
        } else {
            socket.async_read_some(asio::buffer(ahead), end);
        }
    }

    static Error failed(const char* what, const std::string& cause) {
        return Error(Code::unavailable, what).caused_by(cause);
    }
};

Wire::Wire() : line_(std::make_unique<Line>()) {}

Wire::~Wire() {
    line_->close();
}

void Wire::cancel() {
    line_->cancelled = true;
    asio::post(line_->context, [line = line_.get()] { line->close(); });
}

Status Wire::connect(const std::string& host, std::uint16_t port, Patience patience) {
    constexpr const char* kNobody = "the mail server cannot be reached";
    std::optional<ErrorCode> done;
    tcp::resolver::results_type found;
    line_->resolver.async_resolve(host, std::to_string(port),
                                  [&](const ErrorCode& error, tcp::resolver::results_type results) {
                                      done = error;
                                      found = std::move(results);
                                  });
    TRY_OK(line_->run(done, patience, "the mail server's name cannot be looked up"));
    done.reset();
    asio::async_connect(line_->socket, found,
                        [&](const ErrorCode& error, const tcp::endpoint&) { done = error; });
    TRY_OK(line_->run(done, patience, kNobody));
    ErrorCode ignored;
    line_->socket.set_option(tcp::no_delay(true), ignored);
    return {};
}

Status Wire::begin_tls(const std::string& host, const std::string& authorities_pem,
                       Patience patience) {
    namespace ssl = asio::ssl;
    // Said in clear and heard as if under TLS: somebody on the way has a hand in it (RFC 3207 §4).
    if (line_->reading || line_->has_ahead()) {
        return Error(Code::unavailable, "the mail server spoke before its TLS began");
    }
    ErrorCode error;
    auto& trust = line_->trust.emplace(ssl::context::tls_client);
    if (authorities_pem.empty()) {
        trust.set_default_verify_paths(error);
    } else {
        trust.add_certificate_authority(asio::buffer(authorities_pem), error);
    }
    if (error) return Error(Code::invalid, "the authorities to trust for mail are no PEM");
    SSL_CTX_set_min_proto_version(trust.native_handle(), TLS1_2_VERSION);
    auto& tls = line_->tls.emplace(line_->socket, trust);
    tls.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
    tls.set_verify_callback(ssl::host_name_verification(host), error);
    if (SSL_set_tlsext_host_name(tls.native_handle(), host.c_str()) != 1) {
        return Error(Code::internal, "the TLS library refuses the mail server's name");
    }
    std::optional<ErrorCode> done;
    tls.async_handshake(ssl::stream_base::client, [&](const ErrorCode& result) { done = result; });
    return line_->run(done, patience, "the mail server's TLS is not to be trusted");
}

Status Wire::write(std::string_view bytes, Patience patience) {
    std::optional<ErrorCode> done;
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    const auto end = [&](const ErrorCode& error, std::size_t) { done = error; };
    if (line_->tls) {
        asio::async_write(*line_->tls, buffer, end);
    } else {
        asio::async_write(line_->socket, buffer, end);
    }
    return line_->run(done, patience, "the mail server takes nothing more");
}

Result<std::size_t> Wire::read(std::span<char> into, Patience patience) {
    line_->begin_read();
    if (!line_->has_ahead()) {
        TRY_OK(line_->run(line_->read, patience, "the mail server does not answer"));
    }
    const auto size = std::min(into.size(), line_->ahead_to - line_->ahead_from);
    std::copy_n(line_->ahead.begin() + static_cast<std::ptrdiff_t>(line_->ahead_from), size,
                into.begin());
    line_->ahead_from += size;
    return size;
}

Result<bool> Wire::wait(Patience patience) {
    line_->begin_read();
    if (!line_->has_ahead()) line_->pass_time(line_->read, patience);
    if (line_->cancelled) return Error(Code::unavailable, "the mail is stopped");
    return line_->has_ahead() || line_->read.has_value();
}

bool Wire::is_private() const {
    return line_->tls.has_value();
}

bool Wire::is_loopback() const {
    ErrorCode error;
    const auto peer = line_->socket.remote_endpoint(error);
    return !error && peer.address().is_loopback();
}

}  // namespace avow::mail
