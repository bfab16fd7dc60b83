// SPDX-License-Identifier: Apache-2.0
#include "mail/lmtp_listener.hh"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <filesystem>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

#include "base/log.hh"

namespace avow::mail {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Socket = asio::generic::stream_protocol::socket;
using Endpoint = asio::generic::stream_protocol::endpoint;
using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

constexpr std::string_view kUnix = "unix:";

Error wrong_address() {
    return {Code::invalid,
            "mail.lmtp_listen must be a loopback address and a port, as 127.0.0.1:2424, or a Unix "
            "socket, as unix:/run/avow/lmtp"};
}

Result<Endpoint> endpoint_of(const std::string& listen) {
    if (listen.starts_with(kUnix)) {
        const auto path = listen.substr(kUnix.size());
        if (path.empty() || path.size() > 100) return wrong_address();
        return Endpoint(asio::local::stream_protocol::endpoint(path));
    }
    const auto colon = listen.rfind(':');
    if (colon == std::string::npos) return wrong_address();
    auto host = listen.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    std::uint16_t port = 0;
    const auto* end = listen.data() + listen.size();
    const auto [read, fault] = std::from_chars(listen.data() + colon + 1, end, port);
    error_code error;
    const auto address = asio::ip::make_address(host, error);
    // WALL: whoever connects may hand in mail, so nobody from outside connects.
    if (fault != std::errc() || read != end || error || !address.is_loopback()) {
        return wrong_address();
    }
    return Endpoint(asio::ip::tcp::endpoint(address, port));
}

// One connection and the thread that serves it.
struct Line {
    asio::io_context context{1};
    Socket socket{context};
    std::atomic<bool> stopping{false};
    std::atomic<bool> ended{false};
    std::thread thread;

    // Runs one operation to its end or to the deadline; false: nothing more can be said.
    template <typename Begin>
    bool run(Patience patience, const Begin& begin) {
        std::optional<error_code> done;
        context.restart();
        if (stopping) return false;
        begin([&](error_code error, std::size_t) { done = error; });
        context.run_for(patience);
        if (done) return !*done;
        // What waits refers to this frame: it is cancelled and seen off.
        error_code ignored;
        socket.close(ignored);
        context.restart();
        context.run();
        return false;
    }
    void stop() {
        stopping = true;
        context.stop();
    }
};

}  // namespace

struct LmtpListener::Inner {
    Options options;
    LmtpSession::Receives receives;
    Take take;
    std::string socket_path;
    std::uint16_t port = 0;
    asio::io_context context{1};
    Acceptor acceptor{context};
    std::thread thread;
    std::mutex mutex;  // guards lines
    std::list<std::unique_ptr<Line>> lines;

    Status listen(const Endpoint& endpoint);
    void accept();
    void begin(Socket socket);
    void serve(Line& line);
    bool say(Line& line, std::string& replies);
    void stop();
};

Status LmtpListener::Inner::listen(const Endpoint& endpoint) {
    error_code error;
    if (options.listen.starts_with(kUnix)) {
        socket_path = options.listen.substr(kUnix.size());
        // What a crash left; the data directory's lock says that no other avow has it.
        std::error_code ignored;
        if (std::filesystem::is_socket(socket_path, ignored)) {
            std::filesystem::remove(socket_path, ignored);
        }
    }
    acceptor.open(endpoint.protocol(), error);
    if (!error && socket_path.empty()) acceptor.set_option(Acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(static_cast<int>(kConnectionsMax), error);
    if (error) {
        return Error(Code::unavailable,
                     "cannot listen for mail at " + options.listen + ": " + error.message());
    }
    if (socket_path.empty()) {
        const auto bound = acceptor.local_endpoint(error);
        asio::ip::tcp::endpoint tcp;
        tcp.resize(bound.size());
        std::copy_n(reinterpret_cast<const char*>(bound.data()), bound.size(),
                    reinterpret_cast<char*>(tcp.data()));
        port = tcp.port();
    } else {
        using std::filesystem::perms;
        std::error_code ignored;
        std::filesystem::permissions(
            socket_path,
            perms::owner_read | perms::owner_write | perms::group_read | perms::group_write,
            ignored);
    }
    return {};
}

void LmtpListener::Inner::accept() {
    acceptor.async_accept([this](error_code error, Socket socket) {
        if (error == asio::error::operation_aborted) return;
        if (!error) begin(std::move(socket));
        accept();
    });
}

void LmtpListener::Inner::begin(Socket socket) {
    const std::lock_guard lock(mutex);
    lines.remove_if([](const auto& line) {
        if (!line->ended) return false;
        line->thread.join();
        return true;
    });
    error_code ignored;
    if (lines.size() >= kConnectionsMax) {
        socket.non_blocking(true, ignored);
        asio::write(socket, asio::buffer("421 4.3.2 too many connections: come later\r\n", 44),
                    ignored);
        return;
    }
    auto line = std::make_unique<Line>();
    const auto protocol = socket.local_endpoint(ignored).protocol();
    const auto handle = socket.release(ignored);
    line->socket.assign(protocol, handle, ignored);
    auto& mine = *line;
    line->thread = std::thread([this, &mine] {
        serve(mine);
        error_code none;
        mine.socket.close(none);
        mine.ended = true;
    });
    lines.push_back(std::move(line));
}

bool LmtpListener::Inner::say(Line& line, std::string& replies) {
    if (replies.empty()) return true;
    const bool said = line.run(options.patience, [&](auto done) {
        asio::async_write(line.socket, asio::buffer(replies), done);
    });
    replies.clear();
    return said;
}

void LmtpListener::Inner::serve(Line& line) {
    LmtpSession session(options.domain, options.message_max, receives);
    auto replies = session.greeting();
    std::array<char, 65'536> buffer;
    std::size_t size = 0;
    while (true) {
        const auto step = session.advance(replies);
        if (step == LmtpSession::Step::deliver) {
            const auto answers = take(session.delivery());
            session.delivered(answers, replies);
            continue;
        }
        if (!say(line, replies) || step == LmtpSession::Step::end) return;
        const bool read = line.run(options.patience, [&](auto done) {
            line.socket.async_read_some(asio::buffer(buffer),
                                        [&size, done](error_code error, std::size_t bytes) mutable {
                                            size = bytes;
                                            done(error, bytes);
                                        });
        });
        if (!read) return;
        session.feed({buffer.data(), size});
    }
}

void LmtpListener::Inner::stop() {
    context.stop();
    if (thread.joinable()) thread.join();
    const std::lock_guard lock(mutex);
    for (const auto& line : lines) line->stop();
    for (const auto& line : lines) line->thread.join();
    lines.clear();
    std::error_code ignored;
    if (!socket_path.empty()) std::filesystem::remove(socket_path, ignored);
}

LmtpListener::LmtpListener(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}

LmtpListener::~LmtpListener() {
    inner_->stop();
}

std::uint16_t LmtpListener::port() const {
    return inner_->port;
}

Result<std::unique_ptr<LmtpListener>> LmtpListener::create(Options options,
                                                           LmtpSession::Receives receives,
                                                           Take take) {
    TRY(const auto endpoint, endpoint_of(options.listen));
    auto inner = std::make_unique<Inner>();
    inner->options = std::move(options);
    inner->receives = std::move(receives);
    inner->take = std::move(take);
    TRY_OK(inner->listen(endpoint));
    inner->accept();
    auto& mine = *inner;
    inner->thread = std::thread([&mine] { mine.context.run(); });
    return std::unique_ptr<LmtpListener>(new LmtpListener(std::move(inner)));
}

}  // namespace avow::mail
