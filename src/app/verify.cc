// SPDX-License-Identifier: Apache-2.0
// `avow ledger verify`: from scratch, trusting nothing but the key.
#include "ledger/verify.hh"

#include <cstdio>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json.hpp>

#include "app/commands.hh"
#include "app/house.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

void tell(const ledger::Verified& verified, const gate::Gate::Audit* audit, Output output) {
    if (output == Output::json) {
        bj::object told{{"ok", true},
                        {"origin", verified.origin},
                        {"entries", verified.size},
                        {"root", base64(verified.root)}};
        if (audit != nullptr) {
            told["customers"] = audit->customers;
            told["values"] = audit->values;
            told["acts"] = audit->acts;
            told["pending"] = audit->pending;
        }
        std::puts(bj::serialize(told).c_str());
        return;
    }
    std::printf("ok: %s, %llu entries, root %s\n", verified.origin.c_str(),
                static_cast<unsigned long long>(verified.size), base64(verified.root).c_str());
    if (audit == nullptr) return;
    std::printf("ok: %llu customers, %llu sealed values, %llu acts, every one in the ledger\n",
                static_cast<unsigned long long>(audit->customers),
                static_cast<unsigned long long>(audit->values),
                static_cast<unsigned long long>(audit->acts));
}

int refuse(const Error& error, Output output) {
    if (output == Output::json) {
        std::puts(
            bj::serialize(bj::object{{"ok", false}, {"detail", error.words().value}}).c_str());
    }
    std::fprintf(stderr, "avow: the ledger does not verify: %s\n", error.describe().c_str());
    return kNo;
}

struct Address {
    std::string host;
    std::string port;
    std::string path;
};

Result<Address> parse_url(const std::string& url) {
    constexpr std::string_view kScheme = "https://";
    if (!url.starts_with(kScheme)) return Error(Code::invalid, "an https:// address is wanted");
    const auto slash = url.find('/', kScheme.size());
    const auto authority = url.substr(kScheme.size(), slash - kScheme.size());
    const auto colon = authority.rfind(':');
    Address address{authority.substr(0, colon), "443",
                    slash == std::string::npos ? "" : url.substr(slash)};
    if (colon != std::string::npos) address.port = authority.substr(colon + 1);
    while (address.path.ends_with('/')) address.path.pop_back();
    return address;
}

// One connection a fetch: verification is bound by hashing and patience, not by handshakes.
Result<std::string> fetch_url(const Address& address, boost::asio::ssl::context& tls,
                              std::string_view path) {
    namespace asio = boost::asio;
    namespace beast = boost::beast;
    try {
        asio::io_context context;
        asio::ssl::stream<asio::ip::tcp::socket> stream(context, tls);
        SSL_set_tlsext_host_name(stream.native_handle(), address.host.c_str());
        stream.set_verify_callback(asio::ssl::host_name_verification(address.host));
        asio::ip::tcp::resolver resolver(context);
        asio::connect(stream.next_layer(), resolver.resolve(address.host, address.port));
        stream.handshake(asio::ssl::stream_base::client);
        beast::http::request<beast::http::string_body> request(
            beast::http::verb::get, address.path + "/" + std::string(path), 11);
        request.set(beast::http::field::host, address.host + ":" + address.port);
        request.set(beast::http::field::connection, "close");
        beast::http::write(stream, request);
        beast::flat_buffer buffer;
        beast::http::response<beast::http::string_body> response;
        beast::http::read(stream, buffer, response);
        if (response.result_int() != 200) {
            return Error(Code::not_found,
                         "the server answers " + std::to_string(response.result_int()));
        }
        return std::move(response.body());
    } catch (const std::exception& fault) {
        return Error(Code::unavailable, "the ledger cannot be fetched").caused_by(fault.what());
    }
}

}  // namespace

Result<int> verify_data(const std::filesystem::path& data, const std::string& key, Output output) {
    TRY(const auto configuration, read_configuration(data, {}));
    auto opened = House::create(configuration, Opening::must_exist);
    if (!opened && opened.error().code() == Code::corrupt) return refuse(opened.error(), output);
    TRY(const auto house, std::move(opened));
    TRY_OK(house->ledger->flush());
    std::vector<ledger::Hash> leaves;
    ledger::VerifyOptions options{key.empty() ? house->ledger->verifier_key() : key, {}, {}};
    options.on_entry = [&](std::uint64_t, std::string_view entry) -> Status {
        leaves.push_back(ledger::leaf_hash(as_bytes(entry)));
        return {};
    };
    const auto fetch = house->store->is_shared() ? ledger::fetch_from(*house->ledger)
                                                 : ledger::fetch_from_folder(data / "ledger");
    const auto verified = ledger::verify(fetch, options);
    if (!verified) return refuse(verified.error(), output);
    const auto leaf_at = [&](std::uint64_t index) {
        return index < leaves.size() ? std::optional(leaves[index]) : std::nullopt;
    };
    const auto audit = house->gate->audit(leaf_at, [](std::uint64_t customers) {
        std::fprintf(stderr, "\r%llu customers checked",
                     static_cast<unsigned long long>(customers));
    });
    std::fputs("\n", stderr);
    if (!audit) return refuse(audit.error(), output);
    tell(*verified, &*audit, output);
    return kDone;
}

Result<int> verify_url(const std::string& url, const std::string& key,
                       const std::filesystem::path& ca, Output output) {
    TRY(const auto address, parse_url(url));
    boost::asio::ssl::context tls(boost::asio::ssl::context::tls_client);
    tls.set_verify_mode(boost::asio::ssl::verify_peer);
    boost::system::error_code error;
    if (ca.empty()) {
        tls.set_default_verify_paths(error);
    } else {
        tls.load_verify_file(ca.string(), error);
    }
    if (error) return Error(Code::invalid, "the authority's certificate cannot be read");
    const ledger::Fetch fetch = [&](std::string_view path) {
        return fetch_url(address, tls, path);
    };
    ledger::VerifyOptions options{key, {}, {}};
    if (key.empty()) {
        TRY(options.verifier_key, fetch("key"));
        std::fputs("avow: no --key was given: the key was taken from the server itself\n", stderr);
    }
    const auto verified = ledger::verify(fetch, options);
    if (!verified) return refuse(verified.error(), output);
    tell(*verified, nullptr, output);
    return kDone;
}

}  // namespace avow::app
