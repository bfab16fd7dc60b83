// SPDX-License-Identifier: Apache-2.0
#include "app/https_call.hh"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace avow::app {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);

// What one call has in hand, for as long as it takes.
struct Talk {
    Talk(asio::io_context& context, asio::ssl::context& tls)
        : resolver(context), stream(context, tls) {}
    asio::ip::tcp::resolver resolver;
    asio::ssl::stream<asio::ip::tcp::socket> stream;
    HttpsPlace place;
    beast::http::request<beast::http::string_body> request;
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::string_body> parser;
};

asio::awaitable<boost::system::error_code> converse(Talk& talk) {
    const auto [unknown, found] =
        co_await talk.resolver.async_resolve(talk.place.host, talk.place.port, kToken);
    if (unknown) co_return unknown;
    const auto [absent, endpoint] =
        co_await asio::async_connect(talk.stream.next_layer(), found, kToken);
    if (absent) co_return absent;
    const auto [unsafe] =
        co_await talk.stream.async_handshake(asio::ssl::stream_base::client, kToken);
    if (unsafe) co_return unsafe;
    const auto [unsent, sent] =
        co_await beast::http::async_write(talk.stream, talk.request, kToken);
    if (unsent) co_return unsent;
    const auto [unread, read] =
        co_await beast::http::async_read(talk.stream, talk.buffer, talk.parser, kToken);
    co_return unread;
}

void write_request(Talk& talk, const HttpsAsk& ask) {
    const auto path = talk.place.path + ask.path;
    talk.request.method_string(ask.method);
    talk.request.target(path.empty() ? "/" : path);
    talk.request.version(11);
    const auto& place = talk.place;
    const auto host = place.port == "443" ? place.host : place.host + ":" + place.port;
    talk.request.set(beast::http::field::host, host);
    talk.request.set(beast::http::field::connection, "close");
    talk.request.set(beast::http::field::user_agent, "avow");
    for (const auto& [name, value] : ask.headers) talk.request.set(name, value);
    talk.request.body() = ask.body;
    talk.request.prepare_payload();
}

}  // namespace

struct HttpsCaller::Tls {
    asio::ssl::context context{asio::ssl::context::tls_client};
};

HttpsCaller::HttpsCaller(std::unique_ptr<Tls> tls) : tls_(std::move(tls)) {}
HttpsCaller::~HttpsCaller() = default;

Result<HttpsPlace> parse_https(const std::string& url) {
    constexpr std::string_view kScheme = "https://";
    if (!url.starts_with(kScheme)) return Error(Code::invalid, "an https:// address is wanted");
    const auto slash = std::min(url.find('/', kScheme.size()), url.find('?', kScheme.size()));
    const auto authority = url.substr(kScheme.size(), slash - kScheme.size());
    const auto colon = authority.rfind(':');
    HttpsPlace place{authority.substr(0, colon), "443",
                     slash == std::string::npos ? "" : url.substr(slash)};
    if (colon != std::string::npos) place.port = authority.substr(colon + 1);
    if (place.host.empty()) return Error(Code::invalid, "the address names no host");
    return place;
}

Result<std::unique_ptr<HttpsCaller>> HttpsCaller::create(const std::filesystem::path& ca) {
    auto tls = std::make_unique<Tls>();
    tls->context.set_verify_mode(asio::ssl::verify_peer);
    boost::system::error_code error;
    if (ca.empty()) {
        tls->context.set_default_verify_paths(error);
    } else {
        tls->context.load_verify_file(ca.string(), error);
    }
    if (error) return Error(Code::invalid, "the authority's certificate cannot be read");
    return std::unique_ptr<HttpsCaller>(new HttpsCaller(std::move(tls)));
}

Result<HttpsAnswer> HttpsCaller::call(const HttpsPlace& place, const HttpsAsk& ask,
                                      std::chrono::milliseconds within, std::size_t most) const {
    try {
        asio::io_context context;
        Talk talk(context, tls_->context);
        talk.place = place;
        write_request(talk, ask);
        talk.parser.body_limit(most);
        SSL_set_tlsext_host_name(talk.stream.native_handle(), place.host.c_str());
        talk.stream.set_verify_callback(asio::ssl::host_name_verification(place.host));
        boost::system::error_code error;
        bool ended = false;
        asio::co_spawn(context, converse(talk),
                       [&](std::exception_ptr, boost::system::error_code result) {
                           error = result;
                           ended = true;
                       });
        context.run_for(within);
        if (!ended) return Error(Code::unavailable, "the server does not answer in time");
        if (error) {
            return Error(Code::unavailable, "the server cannot be asked")
                .caused_by(error.message());
        }
        const auto& answer = talk.parser.get();
        const auto type = std::string(answer[beast::http::field::content_type]);
        return HttpsAnswer{answer.result_int(), type.substr(0, type.find(';')), answer.body()};
    } catch (const std::exception& fault) {
        return Error(Code::unavailable, "the server cannot be asked").caused_by(fault.what());
    }
}

}  // namespace avow::app
