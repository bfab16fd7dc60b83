// SPDX-License-Identifier: Apache-2.0
// Passkeys in requests and answers: bytes are base64url (RFC 4648 §5), as browsers give them.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/reading.hh"
#include "crypto/webauthn.hh"
#include "services/factors/passkey.hh"

namespace avow::api {

// The site under the name that the browser used: the pipeline has let only our own names in.
crypto::webauthn::Site site_of(const http::Request& request);
Bytes read_bytes(ObjectReader& reader, std::string_view key, Wrongs& wrongs);
// A signed challenge: {challenge, credential, holder, response}.
services::PasskeyAnswer read_passkey_answer(const boost::json::value& from, std::string pointer,
                                            Wrongs& wrongs);
// {name, challenge, response}.
services::NewPasskey read_new_passkey(ObjectReader& reader, Wrongs& wrongs);
// {for}.
std::optional<services::Ceremony> read_ceremony(ObjectReader& reader, Wrongs& wrongs);

// {passkey} or {password, code}: who is signed in shows once more that it is them. `denied` names
// the passkey where it was not right.
Result<std::string> read_proof(
    const boost::json::value& body,
    const std::function<Result<std::string>(const services::PasskeyAnswer&)>& by_passkey,
    const std::function<Result<std::string>(const Personal<std::string>& password,
                                            const std::optional<std::string>& code)>& by_password);

// What the browser passes on to the device. `holder`: empty while nobody knows who signs.
boost::json::object challenge_json(const crypto::webauthn::Site& site, services::Ceremony ceremony,
                                   ByteView challenge, ByteView holder,
                                   const std::vector<services::Passkey>& had);
// For the passkeys of customers and of employees alike. `signer`: nothing while nobody knows who.
template <typename Passkeys, typename Id>
Result<boost::json::object> offer_challenge(Passkeys& passkeys, const crypto::webauthn::Site& site,
                                            services::Ceremony ceremony,
                                            const std::optional<Id>& signer) {
    std::vector<services::Passkey> had;
    if (signer) {
        TRY(had, passkeys.list(*signer));
    }
    const auto challenge = passkeys.make_challenge(ceremony, signer);
    return challenge_json(site, ceremony, challenge,
                          signer ? ByteView(signer->bytes()) : ByteView(), had);
}
boost::json::object passkeys_json(const std::vector<services::Passkey>& passkeys,
                                  const PurposeToken& token);

}  // namespace avow::api
