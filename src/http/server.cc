// SPDX-License-Identifier: Apache-2.0
#include "http/server.hh"

#include <charconv>
#include <thread>
#include <unordered_set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/stat.h>

#include "base/log.hh"
#include "http/connection.hh"
#include "http/tls.hh"

namespace avow::http {
namespace {

using Tcp = asio::ip::tcp;
using Local = asio::local::stream_protocol;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr auto kSweepEvery = std::chrono::milliseconds(250);

// One io_context with its thread, its acceptor and its connections.
class Loop final : public Asker {
  public:
    Loop(const Serving& serving, std::atomic<std::size_t>& open, std::size_t open_max)
        : serving_(serving),
          open_(open),
          open_max_(open_max),
          acceptor_(context_),
          sweep_(context_) {}

    asio::io_context& context() { return context_; }
    Tcp::acceptor& acceptor() { return acceptor_; }

    void start(asio::ssl::context& tls) {
        asio::co_spawn(context_, accept(tls), asio::detached);
        asio::co_spawn(context_, sweep(), asio::detached);
        run();
    }
    void run() {
        thread_ = std::thread([this] { context_.run(); });
    }
    asio::awaitable<void> serve(std::unique_ptr<Stream> stream, const Serving& serving) {
        Connection connection(std::move(stream), serving, *this);
        connections_.insert(&connection);
        ++open_;
        co_await connection.serve();
        --open_;
        connections_.erase(&connection);
    }
    void take(std::vector<Answered> answers) override {
        asio::post(context_, [answers = std::move(answers)]() mutable {
            for (auto& answer : answers) answer.hand_over();
        });
    }
    // Idle connections close now; busy ones answer first.
    void drain() {
        asio::post(context_, [this] {
            boost::system::error_code ignored;
            acceptor_.close(ignored);
            for (auto* connection : connections_) {
                if (connection->is_idle()) connection->close();
            }
        });
    }
    void stop() {
        context_.stop();
        if (thread_.joinable()) thread_.join();
    }

  private:
    asio::awaitable<void> accept(asio::ssl::context& tls) {
        while (true) {
            auto [error, socket] = co_await acceptor_.async_accept(kAwait);
            if (serving_.stopping.load()) co_return;
            if (error) {
                // Out of descriptors, say: wait for some to come back.
                sweep_pause_.expires_after(std::chrono::milliseconds(50));
                [[maybe_unused]] const auto waited = co_await sweep_pause_.async_wait(kAwait);
                continue;
            }
            if (open_.load() >= open_max_) continue;  // LIMIT: closed at once
            boost::system::error_code ignored;
            socket.set_option(Tcp::no_delay(true), ignored);
            auto stream = tls_stream(std::move(socket), tls);
            asio::co_spawn(context_, serve(std::move(stream), serving_), asio::detached);
        }
    }
    asio::awaitable<void> sweep() {
        while (!serving_.stopping.load()) {
            sweep_.expires_after(kSweepEvery);
            [[maybe_unused]] const auto waited = co_await sweep_.async_wait(kAwait);
            const auto now = std::chrono::steady_clock::now();
            for (auto* connection : connections_) {
                if (connection->is_late(now)) connection->close();
            }
        }
    }

    const Serving& serving_;
    std::atomic<std::size_t>& open_;
    std::size_t open_max_;
    asio::io_context context_{1};
    Tcp::acceptor acceptor_;
    asio::steady_timer sweep_;
    asio::steady_timer sweep_pause_{context_};
    std::unordered_set<Connection*> connections_;
    std::thread thread_;
};

Status bind(Tcp::acceptor& acceptor, const Tcp::endpoint& endpoint) {
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.set_option(ReusePort(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(1024, error);
    if (!error) return {};
    return Error(Code::unavailable, "cannot listen on " + endpoint.address().to_string() + ":" +
                                        std::to_string(endpoint.port()) + ": " + error.message());
}

class TlsServer final : public Server {
  public:
    TlsServer(ServerOptions options, Router router, Router admin)
        : options_(std::move(options)),
          router_(std::move(router)),
          admin_router_(std::move(admin)),
          workers_(options_.workers, options_.io_threads > 1 ? 2 : 1),
          serving_{router_, options_.limits, {}, workers_, stopping_},
          admin_serving_{admin_router_, options_.limits, {{}, false, {}}, workers_, stopping_},
          redirect_serving_{redirect_router_, options_.limits, {}, workers_, stopping_} {}

    ~TlsServer() override { stop(0); }

    Status open() {
        TRY(tls_, tls_context(options_.certificate_pem, options_.key_pem));
        boost::system::error_code error;
        const auto address = asio::ip::make_address(options_.https.address, error);
        if (error) return Error(Code::invalid, "the listen address is no IP address");
        Tcp::endpoint endpoint(address, options_.https.port);
        if (endpoint.port() != 0) TRY_OK(refuse_taken(endpoint));
        for (std::size_t i = 0; i < options_.io_threads; ++i) {
            loops_.push_back(std::make_unique<Loop>(serving_, open_, options_.limits.connections));
            TRY_OK(bind(loops_.back()->acceptor(), endpoint));
            endpoint.port(loops_.back()->acceptor().local_endpoint().port());
        }
        port_ = endpoint.port();
        serving_.rules.hosts = authorities();
        serving_.rules.open_paths = options_.open_paths;
        TRY_OK(open_admin());
        return open_redirect();
    }

    void start() override {
        if (admin_) asio::co_spawn(loops_[0]->context(), accept_admin(), asio::detached);
        if (redirect_) asio::co_spawn(loops_[0]->context(), accept_redirect(), asio::detached);
        for (auto& loop : loops_) loop->start(*tls_);
    }

    std::uint16_t https_port() const override { return port_; }

    void stop(int deadline_ms) override {
        if (stopping_.exchange(true)) return;
        for (auto& loop : loops_) loop->drain();
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(deadline_ms);
        while (open_.load() > 0 && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        for (auto& loop : loops_) loop->stop();
        if (options_.admin_socket) {
            std::error_code ignored;
            std::filesystem::remove(*options_.admin_socket, ignored);
        }
    }

  private:
    // SO_REUSEPORT would let a second server share the port in silence.
    static Status refuse_taken(const Tcp::endpoint& endpoint) {
        asio::io_context context;
        Tcp::acceptor probe(context);
        boost::system::error_code error;
        probe.open(endpoint.protocol(), error);
        probe.set_option(Tcp::acceptor::reuse_address(true), error);
        probe.bind(endpoint, error);
        if (!error) return {};
        return Error(Code::unavailable, "cannot listen on " + endpoint.address().to_string() + ":" +
                                            std::to_string(endpoint.port()) + ": " +
                                            error.message());
    }

    std::vector<std::string> authorities() const {
        auto names = options_.public_hosts;
        names.insert(names.end(), {"localhost", "127.0.0.1", "[::1]"});
        std::vector<std::string> all;
        for (const auto& name : names) {
            all.push_back(name + ":" + std::to_string(port_));
            // Behind port 443, or a proxy that serves it, browsers name no port.
            all.push_back(name);
        }
        return all;
    }

    Status open_admin() {
        if (!options_.admin_socket) return {};
        std::error_code ignored;
        std::filesystem::remove(*options_.admin_socket, ignored);
        boost::system::error_code error;
        admin_ = std::make_unique<Local::acceptor>(loops_[0]->context());
        const auto mask = umask(0177);  // the socket is born 0600
        admin_->open(Local(), error);
        if (!error) admin_->bind(Local::endpoint(options_.admin_socket->string()), error);
        umask(mask);
        if (!error) admin_->listen(16, error);
        if (!error) return {};
        return Error(Code::unavailable, "cannot open the admin socket: " + error.message());
    }

    Status open_redirect() {
        if (!options_.plain_redirect) return {};
        boost::system::error_code error;
        const auto address = asio::ip::make_address(options_.plain_redirect->address, error);
        if (error) return Error(Code::invalid, "the redirect address is no IP address");
        redirect_ = std::make_unique<Tcp::acceptor>(loops_[0]->context());
        TRY_OK(bind(*redirect_, {address, options_.plain_redirect->port}));
        redirect_serving_.rules.public_site = false;
        const auto to_https = [port = port_](const Request& request) {
            auto host = std::string(request.find_header("host").value_or("localhost"));
            if (const auto colon = host.rfind(':');
                colon != std::string::npos && !host.ends_with(']')) {
                host.resize(colon);
            }
            if (port != 443) host += ":" + std::to_string(port);
            return Response::redirect(308, "https://" + host + request.path);
        };
        redirect_router_.add(Method::get, "/{rest...}", Runs::on_io, to_https);
        return {};
    }

    asio::awaitable<void> accept_admin() {
        while (!stopping_.load()) {
            auto [error, socket] = co_await admin_->async_accept(kAwait);
            if (error) co_return;
            auto stream = local_stream(std::move(socket));
            asio::co_spawn(loops_[0]->context(),
                           loops_[0]->serve(std::move(stream), admin_serving_), asio::detached);
        }
    }
    asio::awaitable<void> accept_redirect() {
        while (!stopping_.load()) {
            auto [error, socket] = co_await redirect_->async_accept(kAwait);
            if (error) co_return;
            auto stream = plain_stream(std::move(socket));
            asio::co_spawn(loops_[0]->context(),
                           loops_[0]->serve(std::move(stream), redirect_serving_), asio::detached);
        }
    }

    ServerOptions options_;
    Router router_;
    Router admin_router_;
    Router redirect_router_;
    std::atomic<bool> stopping_{false};
    std::atomic<std::size_t> open_{0};
    std::unique_ptr<asio::ssl::context> tls_;
    std::vector<std::unique_ptr<Loop>> loops_;
    Workers workers_;  // dies before the loops: its last answers are posted to living ones
    Serving serving_;
    Serving admin_serving_;
    Serving redirect_serving_;
    std::unique_ptr<Local::acceptor> admin_;
    std::unique_ptr<Tcp::acceptor> redirect_;
    std::uint16_t port_ = 0;
};

}  // namespace

Result<Listen> parse_listen(std::string_view text) {
    const auto colon = text.rfind(':');
    Listen listen;
    const auto wrong = Error(Code::invalid, "an address and port are wanted, as 127.0.0.1:8443");
    if (colon == std::string_view::npos) return wrong;
    const auto port = text.substr(colon + 1);
    const auto [at, error] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
    if (error != std::errc() || at != port.data() + port.size()) return wrong;
    listen.address = text.substr(0, colon);
    if (listen.address.starts_with('[') && listen.address.ends_with(']')) {
        listen.address = listen.address.substr(1, listen.address.size() - 2);
    }
    if (listen.address == "localhost") listen.address = "127.0.0.1";
    if (listen.address.empty()) listen.address = "0.0.0.0";
    return listen;
}

Result<std::unique_ptr<Server>> Server::create(ServerOptions options, Router router, Router admin) {
    auto server =
        std::make_unique<TlsServer>(std::move(options), std::move(router), std::move(admin));
    TRY_OK(server->open());
    return std::unique_ptr<Server>(std::move(server));
}

}  // namespace avow::http
