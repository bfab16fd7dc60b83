// SPDX-License-Identifier: Apache-2.0
// Whatever a browser says a passkey is, it is taken or refused.
#include <string>

#include "crypto/webauthn.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace avow::crypto::webauthn;
    const avow::Bytes bytes(data, data + size);
    const Site site{"localhost", "https://localhost", false};
    const std::string right =
        R"({"type":"webauthn.create","challenge":"","origin":"https://localhost"})";
    const std::string used =
        R"({"type":"webauthn.get","challenge":"","origin":"https://localhost"})";
    const auto registered = check_registration(site, {}, {right, bytes});
    (void)check_registration(site, {}, {std::string(bytes.begin(), bytes.end()), bytes});
    (void)check_assertion(site, {}, {used, bytes, bytes}, registered.value_or(Credential{}));
    (void)check_assertion(site, {}, {used, bytes, bytes}, Credential{{}, bytes});
    return 0;
}
