// SPDX-License-Identifier: Apache-2.0
#include "crypto/webauthn.hh"

#include <boost/json.hpp>

#include "base/json.hh"
#include "crypto/cose.hh"
#include "crypto/hash.hh"

namespace avow::crypto::webauthn {
namespace {

// §6.1: bits of the flags.
constexpr std::uint8_t kUserPresent = 0x01;
constexpr std::uint8_t kUserVerified = 0x04;
constexpr std::uint8_t kBackupEligible = 0x08;
constexpr std::uint8_t kBackedUp = 0x10;
constexpr std::uint8_t kHasCredential = 0x40;
constexpr std::uint8_t kHasExtensions = 0x80;

Error refused(std::string words) {
    return {Code::invalid, std::move(words)};
}

std::string_view text_at(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    return value->get_string();
}

// §7.1 steps 5 to 11, §7.2 steps 10 to 15.
Status check_client_data(const Site& site, std::string_view type, ByteView challenge,
                         std::string_view client_data) {
    if (client_data.size() > kInputMax) return refused("the client data is too long");
    const auto parsed = json::parse(client_data);
    if (!parsed || !parsed->is_object()) return refused("the client data is no JSON object");
    const auto& told = parsed->get_object();
    if (text_at(told, "type") != type) return refused("the client data is of another act");
    const auto answered = from_base64url(text_at(told, "challenge"));
    if (!answered || !equal(*answered, challenge))
        return refused("the answer is to another challenge");
    if (text_at(told, "origin") != site.origin) return refused("the answer is for another site");
    const auto* cross = told.if_contains("crossOrigin");
    if ((cross != nullptr && *cross != false) || told.contains("topOrigin"))
        return refused("the answer was given inside another site's page");
    return {};
}

struct AuthenticatorData {
    std::uint8_t flags = 0;
    std::uint32_t count = 0;
    Bytes credential_id;
    Bytes public_key;
    bool is(std::uint8_t flag) const { return (flags & flag) != 0; }
};

Status read_credential(ByteView& rest, AuthenticatorData& data) {
    constexpr std::size_t kModel = 16;
    const Error damaged = refused("the authenticator's data is cut short");
    if (rest.size() < kModel + 2) return damaged;
    const std::size_t size = read_be16(rest.subspan(kModel));
    rest = rest.subspan(kModel + 2);
    if (size == 0 || size > kCredentialIdMax) return refused("the credential's id is too long");
    if (rest.size() < size) return damaged;
    data.credential_id = to_bytes(rest.first(size));
    rest = rest.subspan(size);
    TRY(const auto key, cose::read_map(rest));
    data.public_key = to_bytes(rest.first(key.size));
    rest = rest.subspan(key.size);
    return cose::check_key(data.public_key);
}

// §6.1, and what both ceremonies ask of it.
Result<AuthenticatorData> read(const Site& site, ByteView bytes) {
    constexpr std::size_t kHead = 32 + 1 + 4;
    if (bytes.size() < kHead || bytes.size() > kInputMax)
        return refused("the authenticator's data is cut short");
    if (!equal(bytes.first(32), sha256(as_bytes(site.id))))
        return refused("the authenticator answered for another site");
    AuthenticatorData data{bytes[32], read_be32(bytes.subspan(33)), {}, {}};
    auto rest = bytes.subspan(kHead);
    if (data.is(kHasCredential)) TRY_OK(read_credential(rest, data));
    if (data.is(kHasExtensions)) {
        TRY(const auto extensions, cose::read_map(rest));
        rest = rest.subspan(extensions.size);
    }
    if (!rest.empty()) return refused("the authenticator's data goes on after its end");
    if (!data.is(kUserPresent)) return refused("nobody was present");
    if (site.wants_user_verified && !data.is(kUserVerified))
        return refused("the device did not ask who it is");
    if (data.is(kBackedUp) && !data.is(kBackupEligible))
        return refused("a copy is said to exist of a key that has none");
    return data;
}

}  // namespace

Result<Credential> check_registration(const Site& site, ByteView challenge,
                                      const Registration& registration) {
    TRY_OK(check_client_data(site, "webauthn.create", challenge, registration.client_data));
    if (registration.attestation.size() > kInputMax) return refused("the attestation is too long");
    TRY(const auto attestation, cose::read_map(registration.attestation));
    const auto bytes = cose::find_bytes(attestation, "authData");
    const auto* statement = cose::find(attestation, "attStmt");
    const auto* format = cose::find(attestation, "fmt");
    if (attestation.size != registration.attestation.size() || !bytes || statement == nullptr ||
        !cbor_isa_map(statement) || format == nullptr || !cbor_isa_string(format)) {
        return refused("the attestation is damaged");
    }
    TRY(auto data, read(site, *bytes));
    if (!data.is(kHasCredential)) return refused("the attestation holds no key");
    return Credential{std::move(data.credential_id), std::move(data.public_key), data.count,
                      data.is(kBackupEligible), data.is(kBackedUp)};
}

Result<Asserted> check_assertion(const Site& site, ByteView challenge, const Assertion& assertion,
                                 const Credential& credential) {
    TRY_OK(check_client_data(site, "webauthn.get", challenge, assertion.client_data));
    TRY(const auto data, read(site, assertion.authenticator_data));
    if (data.is(kBackupEligible) != credential.backup_eligible)
        return refused("whether the key can be copied has changed");
    Bytes message = assertion.authenticator_data;
    const auto hash = sha256(as_bytes(assertion.client_data));
    message.insert(message.end(), hash.begin(), hash.end());
    TRY(const bool right, cose::verify(credential.public_key, message, assertion.signature));
    if (!right) return refused("the signature is not of this key");
    const bool counts = data.count != 0 || credential.count != 0;
    return Asserted{data.count, data.is(kBackedUp), counts && data.count <= credential.count};
}

}  // namespace avow::crypto::webauthn
