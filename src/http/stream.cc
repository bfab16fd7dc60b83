// SPDX-License-Identifier: Apache-2.0
#include "http/stream.hh"

#include <arpa/inet.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/bytes.hh"

namespace avow::http {
namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// By inet_ntop into memory of ours: a std::string of it would stay behind in the heap.
Peer peer_of(const asio::ip::tcp::socket& socket) {
    boost::system::error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return {};
    char text[INET6_ADDRSTRLEN] = {};
    if (endpoint.address().is_v4()) {
        const auto bytes = endpoint.address().to_v4().to_bytes();
        inet_ntop(AF_INET, bytes.data(), text, sizeof text);
    } else {
        const auto bytes = endpoint.address().to_v6().to_bytes();
        inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
    }
    const Peer peer(text);
    wipe(text, sizeof text);
    return peer;
}
Peer peer_of(const asio::local::stream_protocol::socket&) {
    return {};
}

template <typename Socket>
class PlainStream final : public Stream {
  public:
    explicit PlainStream(Socket socket) : socket_(std::move(socket)), peer_(peer_of(socket_)) {}
    asio::awaitable<bool> handshake() override { co_return true; }
    asio::awaitable<std::size_t> read(std::span<char> into) override {
        const auto buffer = asio::buffer(into.data(), into.size());
        const auto [error, size] = co_await socket_.async_read_some(buffer, kAwait);
        co_return error ? 0 : size;
    }
    asio::awaitable<bool> write(std::string_view bytes) override {
        const auto buffer = asio::buffer(bytes.data(), bytes.size());
        const auto [error, size] = co_await asio::async_write(socket_, buffer, kAwait);
        co_return !error;
    }
    asio::awaitable<void> finish() override {
        boost::system::error_code ignored;
        socket_.shutdown(Socket::shutdown_send, ignored);
        co_return;
    }
    void close() override {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }
    asio::any_io_executor executor() override { return socket_.get_executor(); }
    Peer peer() const override { return peer_; }

  private:
    Socket socket_;
    Peer peer_;
};

class TlsStream final : public Stream {
  public:
    TlsStream(asio::ip::tcp::socket socket, asio::ssl::context& context)
        : stream_(std::move(socket), context), peer_(peer_of(stream_.next_layer())) {}
    asio::awaitable<bool> handshake() override {
        const auto [error] =
            co_await stream_.async_handshake(asio::ssl::stream_base::server, kAwait);
        co_return !error;
    }
    asio::awaitable<std::size_t> read(std::span<char> into) override {
        const auto buffer = asio::buffer(into.data(), into.size());
        const auto [error, size] = co_await stream_.async_read_some(buffer, kAwait);
        co_return error ? 0 : size;
    }
    asio::awaitable<bool> write(std::string_view bytes) override {
        const auto buffer = asio::buffer(bytes.data(), bytes.size());
        const auto [error, size] = co_await asio::async_write(stream_, buffer, kAwait);
        co_return !error;
    }
    asio::awaitable<void> finish() override {
        [[maybe_unused]] const auto ended = co_await stream_.async_shutdown(kAwait);
    }
    void close() override {
        boost::system::error_code ignored;
        stream_.next_layer().close(ignored);
    }
    asio::any_io_executor executor() override { return stream_.get_executor(); }
    Peer peer() const override { return peer_; }

  private:
    asio::ssl::stream<asio::ip::tcp::socket> stream_;
    Peer peer_;
};

}  // namespace

std::unique_ptr<Stream> tls_stream(asio::ip::tcp::socket socket, asio::ssl::context& context) {
    return std::make_unique<TlsStream>(std::move(socket), context);
}
std::unique_ptr<Stream> plain_stream(asio::ip::tcp::socket socket) {
    return std::make_unique<PlainStream<asio::ip::tcp::socket>>(std::move(socket));
}
std::unique_ptr<Stream> local_stream(asio::local::stream_protocol::socket socket) {
    return std::make_unique<PlainStream<asio::local::stream_protocol::socket>>(std::move(socket));
}

}  // namespace avow::http
