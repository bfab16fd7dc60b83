// SPDX-License-Identifier: Apache-2.0
#include "http/tls.hh"

#include <cstring>

#include <boost/asio/buffer.hpp>
#include <openssl/ssl.h>

namespace avow::http {
namespace {

// HTTP/1.1 is all we speak; a client that offers nothing we know is served all the same.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* in, unsigned int in_size, void*) {
    constexpr std::string_view kHttp11 = "http/1.1";
    for (unsigned int i = 0; i < in_size; i += in[i] + 1u) {
        if (in[i] == kHttp11.size() && i + in[i] < in_size &&
            std::memcmp(in + i + 1, kHttp11.data(), kHttp11.size()) == 0) {
            *out = in + i + 1;
            *out_size = in[i];
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

Result<std::unique_ptr<boost::asio::ssl::context>> tls_context(const std::string& certificate_pem,
                                                               const std::string& key_pem) {
    namespace ssl = boost::asio::ssl;
    auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
    boost::system::error_code error;
    context->use_certificate_chain(boost::asio::buffer(certificate_pem), error);
    if (error) return Error(Code::invalid, "the certificate is no PEM chain");
    context->use_private_key(boost::asio::buffer(key_pem), ssl::context::pem, error);
    if (error)
        return Error(Code::invalid, "the certificate's key is no PEM, or belongs to another");
    auto* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(
        native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    const bool suites = SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
                        SSL_CTX_set1_groups_list(native, "X25519:P-256:P-384") == 1;
    if (!suites) return Error(Code::internal, "the TLS library refuses our cipher suites");
    SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
    return context;
}

}  // namespace avow::http
