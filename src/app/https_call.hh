// SPDX-License-Identifier: Apache-2.0
// One request over TLS to somebody else's server, for commands and callbacks. The certificate is
// verified for the host's name; nothing is followed to elsewhere. A connection a call. Thread-safe.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hh"

namespace avow::app {

struct HttpsPlace {
    std::string host;
    std::string port;
    std::string path;  // and its query, as it is spelled
};
// `invalid` unless it is https.
Result<HttpsPlace> parse_https(const std::string& url);

struct HttpsAsk {
    std::string method = "GET";
    std::string path;  // below the place's own
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
};
struct HttpsAnswer {
    unsigned status = 0;
    std::string type;  // of its content, without parameters
    std::string body;
};

class HttpsCaller {
  public:
    // `ca`: PEM of the authorities to trust; empty: the system's.
    static Result<std::unique_ptr<HttpsCaller>> create(const std::filesystem::path& ca);
    ~HttpsCaller();
    HttpsCaller(const HttpsCaller&) = delete;
    HttpsCaller& operator=(const HttpsCaller&) = delete;

    // `unavailable` without an answer in that time, or with one that is longer than `most` bytes.
    Result<HttpsAnswer> call(const HttpsPlace& place, const HttpsAsk& ask,
                             std::chrono::milliseconds within = std::chrono::seconds(20),
                             std::size_t most = 8u << 20) const;

  private:
    struct Tls;
    explicit HttpsCaller(std::unique_ptr<Tls> tls);
    std::unique_ptr<Tls> tls_;
};

}  // namespace avow::app
