// SPDX-License-Identifier: Apache-2.0
#include "api/passkey_reading.hh"

#include <boost/json.hpp>

#include "api/shapes.hh"

namespace avow::api {

namespace bj = boost::json;
using services::Ceremony;

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

services::NewPasskey read_new_passkey(ObjectReader& reader, Wrongs& wrongs) {
    services::NewPasskey passkey{
        Personal<std::string>(reader.text("name", Need::required).value_or("")),
        read_bytes(reader, "challenge", wrongs),
        {}};
    if (const auto* inner = reader.value("response", Need::required)) {
        ObjectReader response(*inner, "/response", wrongs);
        passkey.registration.client_data =
            std::string(as_text(read_bytes(response, "client_data", wrongs)));
        passkey.registration.attestation = read_bytes(response, "attestation", wrongs);
        response.finish();
    }
    return passkey;
}

std::optional<Ceremony> read_ceremony(ObjectReader& reader, Wrongs& wrongs) {
    const auto name = reader.text("for", Need::required);
    if (name == "register") return Ceremony::register_passkey;
    if (name == "sign_in") return Ceremony::sign_in;
    if (name == "step_up") return Ceremony::step_up;
    if (name) wrongs.add("/for", "must be register, sign_in or step_up");
    return std::nullopt;
}

Result<std::string> read_proof(
    const bj::value& body,
    const std::function<Result<std::string>(const services::PasskeyAnswer&)>& by_passkey,
    const std::function<Result<std::string>(const Personal<std::string>& password,
                                            const std::optional<std::string>& code)>& by_password) {
    Wrongs wrongs;
    ObjectReader reader(body, "", wrongs);
    if (const auto* passkey = reader.value("passkey", Need::optional)) {
        const auto signed_challenge = read_passkey_answer(*passkey, "/passkey", wrongs);
        reader.finish();
        TRY_OK(wrongs.result());
        auto proved = by_passkey(signed_challenge);
        if (proved || proved.error().code() != Code::denied) return proved;
        return Error(Code::denied, proved.error().words().value)
            .at("/passkey", "is not one of this account, or its challenge is over");
    }
    const Personal<std::string> password(reader.text("password", Need::required).value_or(""));
    const auto code = reader.text("code", Need::optional);
    reader.finish();
    TRY_OK(wrongs.result());
    return by_password(password, code);
}

bj::object challenge_json(const crypto::webauthn::Site& site, Ceremony ceremony, ByteView challenge,
                          ByteView holder, const std::vector<services::Passkey>& had) {
    bj::object told{{"site", site.id}, {"challenge", base64url(challenge)}};
    if (ceremony == Ceremony::sign_in) return told;
    told["holder"] = base64url(holder);
    auto& credentials = told["credentials"].emplace_array();
    for (const auto& passkey : had)
        credentials.push_back(bj::string(base64url(passkey.credential)));
    if (ceremony == Ceremony::register_passkey) {
        auto& algorithms = told["algorithms"].emplace_array();
        for (const int algorithm : crypto::webauthn::kAlgorithms) algorithms.push_back(algorithm);
    }
    return told;
}

bj::object passkeys_json(const std::vector<services::Passkey>& passkeys,
                         const PurposeToken& token) {
    bj::array items;
    for (const auto& passkey : passkeys) {
        bj::object item{{"passkey", passkey.id},
                        {"name", passkey.name.reveal(token)},
                        {"created", rfc3339(passkey.made)},
                        {"used", nullptr},
                        {"backed_up", passkey.backed_up}};
        if (passkey.used) item["used"] = rfc3339(*passkey.used);
        items.push_back(std::move(item));
    }
    return {{"items", std::move(items)}, {"next", nullptr}};
}

}  // namespace avow::api
