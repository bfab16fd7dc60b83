// SPDX-License-Identifier: Apache-2.0
#include "api/passkey_reading.hh"

namespace avow::api {

crypto::webauthn::Site site_of(const http::Request& request) {
    const std::string host(request.find_header("host").value_or(""));
    // The port belongs to the origin, not to the site; an address in brackets has colons of its
    // own.
    const auto colon = host.find(':', host.starts_with('[') ? host.find(']') : 0);
    return {host.substr(0, colon), "https://" + host};
}

Bytes read_bytes(ObjectReader& reader, std::string_view key, Wrongs& wrongs) {
    const auto text = reader.text(key, Need::required);
    if (!text) return {};
    auto bytes = from_base64url(*text);
    if (!bytes) wrongs.add(reader.pointer_to(key), "must be base64url without padding");
    return bytes.value_or(Bytes());
}

services::PasskeyAnswer read_passkey_answer(const boost::json::value& from, std::string pointer,
                                            Wrongs& wrongs) {
    ObjectReader reader(from, std::move(pointer), wrongs);
    services::PasskeyAnswer answer;
    answer.challenge = read_bytes(reader, "challenge", wrongs);
    answer.credential = read_bytes(reader, "credential", wrongs);
    answer.holder = read_bytes(reader, "holder", wrongs);
    if (const auto* inner = reader.value("response", Need::required)) {
        ObjectReader response(*inner, reader.pointer_to("response"), wrongs);
        answer.assertion.client_data =
            std::string(as_text(read_bytes(response, "client_data", wrongs)));
        answer.assertion.authenticator_data = read_bytes(response, "authenticator_data", wrongs);
        answer.assertion.signature = read_bytes(response, "signature", wrongs);
        response.finish();
    }
    reader.finish();
    return answer;
}

}  // namespace avow::api
