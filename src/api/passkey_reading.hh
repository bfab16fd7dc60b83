// SPDX-License-Identifier: Apache-2.0
// Passkeys in requests: bytes are base64url (RFC 4648 §5), as browsers give them.
#pragma once

#include "api/reading.hh"
#include "crypto/webauthn.hh"
#include "services/account/passkeys.hh"

namespace avow::api {

// The site under the name that the browser used: the pipeline has let only our own names in.
crypto::webauthn::Site site_of(const http::Request& request);
Bytes read_bytes(ObjectReader& reader, std::string_view key, Wrongs& wrongs);
// A signed challenge: {challenge, credential, holder, response}.
services::PasskeyAnswer read_passkey_answer(const boost::json::value& from, std::string pointer,
                                            Wrongs& wrongs);

}  // namespace avow::api
