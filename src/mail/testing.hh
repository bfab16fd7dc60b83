// SPDX-License-Identifier: Apache-2.0
// A mail server that says what a script tells it, on a port of the system's choosing. Test code
// only. A script is a function of the line that came in: it answers with the bytes to be sent back.
// In the answer "\1" ends the connection there, and "\2" sends what stands before it by itself.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace avow::mail::testing {

class ScriptedServer {
  public:
    struct Script {
        std::string greeting = "220 mx.example\r\n";
        std::function<std::string(const std::string& line)> answer;
        std::string taken = "250 2.0.0 ok\r\n";  // after the final dot
    };

    explicit ScriptedServer(Script script) : script_(std::move(script)) {
        listener_ = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(listen(listener_, 8), 0);
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;
    ~ScriptedServer() {
        shutdown(listener_, SHUT_RDWR);
        {
            const std::lock_guard lock(mutex_);
            if (connection_ >= 0) shutdown(connection_, SHUT_RDWR);
        }
        thread_.join();
        close(listener_);
    }

    std::uint16_t port() const { return port_; }
    std::vector<std::string> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    std::vector<std::string> messages() const {
        const std::lock_guard lock(mutex_);
        return messages_;
    }
    int connections() const {
        const std::lock_guard lock(mutex_);
        return connections_;
    }

  private:
    void serve() {
        while (true) {
            const int peer = accept(listener_, nullptr, nullptr);
            if (peer < 0) return;
            {
                const std::lock_guard lock(mutex_);
                connection_ = peer;
                ++connections_;
            }
            talk(peer);
            const std::lock_guard lock(mutex_);
            connection_ = -1;
            close(peer);
        }
    }
    void talk(int peer) {
        std::string heard;
        bool in_message = false;
        std::string message;
        if (!say(peer, script_.greeting)) return;
        while (true) {
            const auto end = heard.find("\r\n");
            if (end == heard.npos) {
                char bytes[4096];
                const auto got = ::recv(peer, bytes, sizeof bytes, 0);
                if (got <= 0) return;
                heard.append(bytes, static_cast<std::size_t>(got));
                continue;
            }
            auto line = heard.substr(0, end);
            heard.erase(0, end + 2);
            if (in_message && line != ".") {
                if (line.starts_with('.')) line.erase(0, 1);
                message += line + "\r\n";
                continue;
            }
            std::string answer;
            if (in_message) {
                in_message = false;
                const std::lock_guard lock(mutex_);
                messages_.push_back(std::exchange(message, {}));
                answer = script_.taken;
            } else {
                {
                    const std::lock_guard lock(mutex_);
                    lines_.push_back(line);
                }
                answer = script_.answer(line);
                in_message = answer.find("354") == 0;
            }
            if (!say(peer, answer)) return;
        }
    }
    // False when the connection ends here.
    static bool say(int peer, const std::string& answer) {
        std::string piece;
        for (const char c : answer) {
            if (c == '\1' || c == '\2') {
                if (::send(peer, piece.data(), piece.size(), MSG_NOSIGNAL) < 0) return false;
                piece.clear();
                if (c == '\1') return false;
                continue;
            }
            piece += c;
        }
        return ::send(peer, piece.data(), piece.size(), MSG_NOSIGNAL) >= 0;
    }

    Script script_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;  // guards what follows
    int connection_ = -1;
    int connections_ = 0;
    std::vector<std::string> lines_;
    std::vector<std::string> messages_;
    std::thread thread_;
};

// Takes everything; `ehlo` are its extensions, a line each.
inline ScriptedServer::Script obliging(const std::string& ehlo = "250 mx.example\r\n") {
    ScriptedServer::Script script;
    script.answer = [ehlo](const std::string& line) -> std::string {
        if (line.starts_with("EHLO")) return ehlo;
        if (line.starts_with("AUTH")) return "235 2.7.0 welcome\r\n";
        if (line.starts_with("DATA")) return "354 go on\r\n";
        if (line.starts_with("QUIT")) return "221 bye\r\n\1";
        return "250 2.1.0 ok\r\n";
    };
    return script;
}

}  // namespace avow::mail::testing
