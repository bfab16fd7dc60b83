// SPDX-License-Identifier: Apache-2.0
// The server: TLS 1.2 and 1.3 over HTTP/1.1, one io_context per thread, a worker pool for handlers.
// Knows no domain word. Every await has a deadline; every queue and size has a limit. HTTP/2 comes
// in beside connection.cc over the same Stream, without touching a handler.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hh"
#include "http/router.hh"

namespace avow::http {

struct Listen {
    std::string address;
    std::uint16_t port = 0;  // 0: the system chooses
};
// "127.0.0.1:8443", "[::1]:443". `invalid` otherwise.
Result<Listen> parse_listen(std::string_view text);

struct Limits {
    std::size_t header_bytes = 16 * 1024;
    std::size_t body_bytes = 1024 * 1024;
    std::size_t connections = 10'000;
    int handshake_ms = 10'000;
    int header_ms = 10'000;
    int body_ms = 30'000;
    int write_ms = 30'000;
    int idle_ms = 60'000;
};

struct ServerOptions {
    Listen https;
    std::optional<Listen> plain_redirect;               // answers only 308 to https
    std::optional<std::filesystem::path> admin_socket;  // plain HTTP, mode 0600, its own router
    std::string certificate_pem;
    std::string key_pem;
    std::vector<std::string> public_hosts;  // beside localhost and its addresses
    std::vector<std::string> open_paths;    // see Rules
    std::size_t io_threads = 2;
    std::size_t workers = 8;
    Limits limits;
};

class Server {
  public:
    // Binds and loads the certificate; serves nothing yet. `unavailable` when an address is taken.
    static Result<std::unique_ptr<Server>> create(ServerOptions options, Router router,
                                                  Router admin);
    virtual ~Server() = default;
    virtual void start() = 0;
    virtual std::uint16_t https_port() const = 0;
    // Stops accepting, lets running requests finish for at most `deadline_ms`, then closes.
    virtual void stop(int deadline_ms) = 0;
};

}  // namespace avow::http
