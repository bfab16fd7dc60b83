// SPDX-License-Identifier: Apache-2.0
// TLS as standards.md has it: 1.2 and 1.3, AEAD suites, X25519, P-256, P-384, no renegotiation.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "base/result.hh"

namespace avow::http {

// `invalid` when certificate and key are no PEM or do not belong together.
Result<std::unique_ptr<boost::asio::ssl::context>> tls_context(const std::string& certificate_pem,
                                                               const std::string& key_pem);

}  // namespace avow::http
