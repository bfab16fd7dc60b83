// SPDX-License-Identifier: Apache-2.0
#include "traffic/clickhouse/client.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.hh"

namespace avow::traffic::clickhouse {
namespace {

using Moment = std::chrono::steady_clock::time_point;
constexpr auto kConnectPatience = std::chrono::seconds(3);
// Codes of ClickHouse after which the same may succeed later: timeouts, too many questions, the
// network, memory, too many parts, read-only, shards away, the same question still running.
constexpr std::array kMayPass{159, 160, 202, 203, 209, 210, 216, 241, 242, 252, 279};

Error away(const Address& address, std::string_view why) {
    return Error(Code::unavailable, "the traffic store cannot be reached now")
        .caused_by("ClickHouse at " + address.text() + ": " + std::string(why));
}

class Socket {
  public:
    explicit Socket(int fd) : fd_(fd) {}
    Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Socket& operator=(Socket&&) = delete;
    ~Socket() {
        if (fd_ >= 0) close(fd_);
    }
    int get() const { return fd_; }

    // False: it took too long.
    bool wait_for(short what, Moment until) const {
        while (true) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                until - std::chrono::steady_clock::now());
            if (left.count() <= 0) return false;
            pollfd polled{fd_, what, 0};
            const auto ready =
                poll(&polled, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
            if (ready > 0) return true;
            if (ready < 0 && errno != EINTR) return false;
        }
    }

  private:
    int fd_;
};

Result<Socket> connect_one(const Address& address, const addrinfo& found, Moment until) {
    Socket socket(::socket(found.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (socket.get() < 0) return away(address, strerror(errno));
    if (connect(socket.get(), found.ai_addr, found.ai_addrlen) == 0) return socket;
    if (errno != EINPROGRESS) return away(address, strerror(errno));
    if (!socket.wait_for(POLLOUT, until)) return away(address, "no connection in time");
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return away(address, strerror(error));
    return socket;
}

Result<Socket> connect_to(const Address& address, Moment until) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int failed = getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &list);
    if (failed != 0) return away(address, gai_strerror(failed));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, freeaddrinfo);
    auto error = away(address, "has no address");
    for (const auto* one = list; one != nullptr; one = one->ai_next) {
        auto socket = connect_one(address, *one, until);
        if (socket) return socket;
        error = socket.error();
    }
    return error;
}

Status send_all(const Address& address, const Socket& socket, std::string_view bytes,
                Moment until) {
    while (!bytes.empty()) {
        const auto sent = send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            return away(address, strerror(errno));
        } else if (!socket.wait_for(POLLOUT, until)) {
            return away(address, "takes too long to read");
        }
    }
    return {};
}

Result<std::string> receive_all(const Address& address, const Socket& socket, Moment until) {
    std::string all;
    std::array<char, 64 * 1024> some;
    while (true) {
        const auto got = recv(socket.get(), some.data(), some.size(), 0);
        if (got == 0) return all;
        if (got > 0) {
            all.append(some.data(), static_cast<std::size_t>(got));
            if (all.size() > kAnswerBytesMax) return away(address, "answers too much");
        } else if (errno != EAGAIN && errno != EINTR) {
            // Who hangs up on what is still being sent may have said why.
            if (!all.empty()) return all;
            return away(address, strerror(errno));
        } else if (!socket.wait_for(POLLIN, until)) {
            return away(address, "takes too long to answer");
        }
    }
}

std::string percent_encoded(std::string_view text) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
        if (plain) {
            out += c;
        } else {
            out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        }
    }
    return out;
}

std::string request_of(const Address& address, const Login& login, const Ask& question) {
    std::string text = "POST /?";
    for (const auto& [name, value] : question.parameters) {
        text += name + '=' + percent_encoded(value) + '&';
    }
    text.pop_back();
    text += " HTTP/1.1\r\nHost: " + address.text() + "\r\nConnection: close\r\n";
    if (!login.user.empty()) text += "X-ClickHouse-User: " + login.user + "\r\n";
    if (!login.password.empty()) text += "X-ClickHouse-Key: " + login.password + "\r\n";
    text += "Content-Type: " + question.content_type +
            "\r\nContent-Length: " + std::to_string(question.body.size()) + "\r\n\r\n";
    return text + question.body;
}

// "Code: 241, e.displayText() = …" and, of newer ones, "Code: 241. DB::Exception: …".
int code_in(std::string_view text) {
    constexpr std::string_view kBefore = "Code: ";
    const auto at = text.find(kBefore);
    if (at == text.npos) return 0;
    text.remove_prefix(at + kBefore.size());
    int code = 0;
    std::from_chars(text.data(), text.data() + text.size(), code);
    return code;
}

Error refused(const Address& address, const Answer& answer) {
    const auto code = code_in(answer.body);
    const auto cause = "ClickHouse at " + address.text() + " answers " +
                       std::to_string(answer.status) + ": " + answer.body.substr(0, 1000);
    if (code == 241) {
        return Error(Code::unavailable,
                     "this question needs more memory than the traffic store may use: ask for "
                     "fewer days or more filters")
            .caused_by(cause);
    }
    const bool may_pass = std::find(kMayPass.begin(), kMayPass.end(), code) != kMayPass.end();
    return Error(may_pass ? Code::unavailable : Code::internal,
                 may_pass ? "the traffic store cannot be reached now"
                          : "the traffic store refuses what it was asked")
        .caused_by(cause);
}

}  // namespace

std::string Address::text() const {
    return (host.find(':') == host.npos ? host : "[" + host + "]") + ":" + port;
}

Result<std::vector<Address>> parse_addresses(std::string_view text) {
    const auto wrong = [] {
        return Error(Code::invalid,
                     "ClickHouse servers are named as http://host:8123, separated by commas");
    };
    std::vector<Address> addresses;
    for (auto part : split(text, ',')) {
        part = trimmed(part);
        constexpr std::string_view kScheme = "http://";
        if (!part.starts_with(kScheme)) return wrong();
        part.remove_prefix(kScheme.size());
        if (part.ends_with('/')) part.remove_suffix(1);
        Address address{{}, "8123"};
        const bool bracketed = part.starts_with('[');
        const auto end = bracketed ? part.find(']') : part.find(':');
        address.host = part.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
        auto rest = end == part.npos ? std::string_view() : part.substr(end + (bracketed ? 1 : 0));
        if (!rest.empty()) {
            if (rest[0] != ':') return wrong();
            address.port = rest.substr(1);
        }
        const bool digits = !address.port.empty() && address.port.size() <= 5 &&
                            address.port.find_first_not_of("0123456789") == std::string::npos;
        const bool named =
            !address.host.empty() && address.host.find_first_of(" /?#@\r\n\t") == std::string::npos;
        if (!digits || !named || (bracketed && end == part.npos)) return wrong();
        addresses.push_back(std::move(address));
    }
    return addresses;
}

Result<std::string> ask(const Address& address, const Login& login, const Ask& question,
                        std::chrono::milliseconds patience) {
    const auto now = std::chrono::steady_clock::now();
    TRY(const auto socket, connect_to(address, now + kConnectPatience));
    const auto sent =
        send_all(address, socket, request_of(address, login, question), now + patience);
    const auto bytes = receive_all(address, socket, now + patience);
    if (!bytes) return sent ? bytes.error() : sent.error();
    TRY(auto answer, read_answer(*bytes));
    if (answer.status != 200) return refused(address, answer);
    return std::move(answer.body);
}

}  // namespace avow::traffic::clickhouse
