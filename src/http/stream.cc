// SPDX-License-Identifier: Apache-2.0
#include "http/stream.hh"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

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
    Peer peer() const override { return peer_; }

  private:
    Socket socket_;
    Peer peer_;
};

// What OpenSSL reads and writes by: the socket itself, and before it what a wait for the socket
// read already. Waiting by reading, and not for the socket to be readable, is cheaper: Asio tries
// the read and waits for what the socket is registered for, where a bare wait registers it anew.
class SocketBio {
  public:
    explicit SocketBio(int socket) : socket_(socket) {}
    SocketBio(const SocketBio&) = delete;
    SocketBio& operator=(const SocketBio&) = delete;

    // OpenSSL's, which owns it and must die before this.
    BIO* make() {
        auto* made = BIO_new(method());
        if (made == nullptr) return nullptr;
        BIO_set_data(made, this);
        BIO_set_init(made, 1);
        return made;
    }
    bool has_read() const { return begin_ != end_; }
    asio::mutable_buffer room() { return asio::buffer(read_); }
    void was_read(std::size_t size) {
        begin_ = 0;
        end_ = size;
    }

  private:
    static BIO_METHOD* method() {
        static BIO_METHOD* const kept = [] {
            auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "avow socket");
            BIO_meth_set_read(made, read);
            BIO_meth_set_write(made, write);
            BIO_meth_set_ctrl(made, control);
            return made;
        }();
        return kept;
    }
    static SocketBio& of(BIO* bio) { return *static_cast<SocketBio*>(BIO_get_data(bio)); }
    static bool is_later(ssize_t done) {
        return done < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
    }
    static int read(BIO* bio, char* into, int size) {
        auto& self = of(bio);
        BIO_clear_retry_flags(bio);
        if (self.has_read()) {
            const auto some = std::min(static_cast<std::size_t>(size), self.end_ - self.begin_);
            std::memcpy(into, self.read_.data() + self.begin_, some);
            self.begin_ += some;
            return static_cast<int>(some);
        }
        const auto done = ::recv(self.socket_, into, static_cast<std::size_t>(size), 0);
        if (is_later(done)) BIO_set_retry_read(bio);
        return static_cast<int>(done);
    }
    static int write(BIO* bio, const char* from, int size) {
        BIO_clear_retry_flags(bio);
        const auto done =
            ::send(of(bio).socket_, from, static_cast<std::size_t>(size), MSG_NOSIGNAL);
        if (is_later(done)) BIO_set_retry_write(bio);
        return static_cast<int>(done);
    }
    static long control(BIO*, int what, long, void*) { return what == BIO_CTRL_FLUSH ? 1 : 0; }

    const int socket_;
    std::array<char, 4'096> read_;  // as it came, sealed; most requests fit
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

// OpenSSL at the socket itself: a library between the two would copy every byte twice more. The
// socket's number is OpenSSL's only as long as the socket is open, so that is asked each time.
class TlsStream final : public Stream {
  public:
    TlsStream(asio::ip::tcp::socket socket, SSL_CTX* context)
        : socket_(std::move(socket)),
          peer_(peer_of(socket_)),
          bio_(socket_.native_handle()),
          tls_(SSL_new(context)) {
        boost::system::error_code error;
        socket_.native_non_blocking(true, error);
        auto* bio = tls_ && !error ? bio_.make() : nullptr;
        if (bio == nullptr) {
            close();  // whatever is asked of it fails
            return;
        }
        SSL_set_bio(tls_.get(), bio, bio);
        SSL_set_accept_state(tls_.get());
        SSL_set_read_ahead(tls_.get(), 1);  // a record's head and body by one call of the system
    }
    asio::awaitable<bool> handshake() override {
        while (may_ask()) {
            const int done = SSL_do_handshake(tls_.get());
            if (done == 1) co_return true;
            const bool goes_on = co_await wait_after(done);
            if (!goes_on) break;
        }
        co_return false;
    }
    asio::awaitable<std::size_t> read(std::span<char> into) override {
        // Usually the other end has yet to say something: asking OpenSSL first would be in vain.
        if (may_ask() && SSL_has_pending(tls_.get()) == 0 && !bio_.has_read()) {
            const auto [error, size] = co_await socket_.async_read_some(bio_.room(), kAwait);
            if (error) co_return 0;
            bio_.was_read(size);
        }
        while (may_ask()) {
            std::size_t size = 0;
            const int done = SSL_read_ex(tls_.get(), into.data(), into.size(), &size);
            if (done == 1) co_return size;
            const bool goes_on = co_await wait_after(done);
            if (!goes_on) break;
        }
        co_return 0;
    }
    asio::awaitable<bool> write(std::string_view bytes) override {
        while (may_ask() && !bytes.empty()) {
            std::size_t size = 0;
            const int done = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &size);
            if (done == 1) {
                bytes.remove_prefix(size);
                continue;
            }
            const bool goes_on = co_await wait_after(done);
            if (!goes_on) break;
        }
        co_return bytes.empty();
    }
    asio::awaitable<void> finish() override {
        // Ours is said by the first, theirs awaited by the second.
        for (int said = 0; may_ask() && said < 2;) {
            const int done = SSL_shutdown(tls_.get());
            if (done == 1) co_return;
            if (done == 0) {
                ++said;
                continue;
            }
            const bool goes_on = co_await wait_after(done);
            if (!goes_on) co_return;
        }
    }
    void close() override {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }
    Peer peer() const override { return peer_; }

  private:
    using Socket = asio::ip::tcp::socket;
    struct Free {
        void operator()(SSL* tls) const { SSL_free(tls); }
    };
    // What this thread's other connections failed at is none of this one's: SSL_get_error looks.
    bool may_ask() {
        ERR_clear_error();
        return socket_.is_open();
    }
    // False when `done`, as OpenSSL gave it, was not for want of the socket.
    asio::awaitable<bool> wait_after(int done) {
        const int why = SSL_get_error(tls_.get(), done);
        if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) co_return false;
        const auto what = why == SSL_ERROR_WANT_READ ? Socket::wait_read : Socket::wait_write;
        const auto [error] = co_await socket_.async_wait(what, kAwait);
        co_return !error;
    }

    Socket socket_;
    Peer peer_;
    SocketBio bio_;
    std::unique_ptr<SSL, Free> tls_;  // holds what bio_ made
};

}  // namespace

std::unique_ptr<Stream> tls_stream(asio::ip::tcp::socket socket, asio::ssl::context& context) {
    return std::make_unique<TlsStream>(std::move(socket), context.native_handle());
}
std::unique_ptr<Stream> plain_stream(asio::ip::tcp::socket socket) {
    return std::make_unique<PlainStream<asio::ip::tcp::socket>>(std::move(socket));
}
std::unique_ptr<Stream> local_stream(asio::local::stream_protocol::socket socket) {
    return std::make_unique<PlainStream<asio::local::stream_protocol::socket>>(std::move(socket));
}

}  // namespace avow::http
