// SPDX-License-Identifier: Apache-2.0
#include "crypto/sign.hh"

#include <algorithm>

#include "crypto/sodium.hh"

namespace avow::crypto {
namespace {

static_assert(crypto_sign_SEEDBYTES == Key::kSize);
static_assert(crypto_sign_PUBLICKEYBYTES == std::tuple_size_v<PublicKey>);
static_assert(crypto_sign_BYTES == std::tuple_size_v<Signature>);

PublicKey public_key_of(const Key& seed) {
    start_sodium();
    PublicKey key;
    ByteArray<crypto_sign_SECRETKEYBYTES> secret;
    crypto_sign_seed_keypair(key.data(), secret.data(), seed.bytes().data());
    sodium_memzero(secret.data(), secret.size());
    return key;
}

}  // namespace

SigningKey::SigningKey(Key seed) : seed_(std::move(seed)), public_key_(public_key_of(seed_)) {}

Signature SigningKey::sign(ByteView message) const {
    // libsodium's secret key is the seed followed by the public key; it lives for this call only.
    ByteArray<crypto_sign_SECRETKEYBYTES> secret;
    const auto seed = seed_.bytes();
    std::copy(seed.begin(), seed.end(), secret.begin());
    std::copy(public_key_.begin(), public_key_.end(), secret.begin() + Key::kSize);
    Signature signature;
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret.data());
    sodium_memzero(secret.data(), secret.size());
    return signature;
}

bool verify(const PublicKey& key, ByteView message, ByteView signature) {
    start_sodium();
    return signature.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                       key.data()) == 0;
}

}  // namespace avow::crypto
