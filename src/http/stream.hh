// SPDX-License-Identifier: Apache-2.0
// A byte stream that a connection speaks over: TLS, TCP or a local socket. The seam for HTTP/2.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>

#include "http/message.hh"

namespace avow::http {

namespace asio = boost::asio;

class Stream {
  public:
    virtual ~Stream() = default;
    virtual asio::awaitable<bool> handshake() = 0;
    // Bytes read; 0 when the peer closed or failed.
    virtual asio::awaitable<std::size_t> read(std::span<char> into) = 0;
    virtual asio::awaitable<bool> write(std::string_view bytes) = 0;
    virtual asio::awaitable<void> finish() = 0;  // an orderly end, as far as the peer plays along
    virtual void close() = 0;                    // at once: whatever waits fails
    virtual Peer peer() const = 0;
};

std::unique_ptr<Stream> tls_stream(asio::ip::tcp::socket socket, asio::ssl::context& context);
std::unique_ptr<Stream> plain_stream(asio::ip::tcp::socket socket);
std::unique_ptr<Stream> local_stream(asio::local::stream_protocol::socket socket);

}  // namespace avow::http
