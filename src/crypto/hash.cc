// SPDX-License-Identifier: Apache-2.0
#include "crypto/hash.hh"

#include <memory>
#include <span>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "crypto/seal.hh"
#include "crypto/sodium.hh"

namespace avow::crypto {
namespace {

// Only a broken or exhausted OpenSSL fails here; no caller could go on.
void must(bool done) {
    if (done) return;
    std::fputs("avow: OpenSSL cannot hash\n", stderr);
    std::abort();
}

struct DigestEnd {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct MacEnd {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

// Fetching an algorithm costs more than hashing a node: once per process.
const EVP_MD* sha256_algorithm() {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    must(algorithm != nullptr);
    return algorithm;
}

EVP_MD_CTX* digest_context() {
    thread_local const std::unique_ptr<EVP_MD_CTX, DigestEnd> context(EVP_MD_CTX_new());
    must(context != nullptr);
    return context.get();
}

enum class Digest { sha1, sha256 };

std::unique_ptr<EVP_MAC_CTX, MacEnd> make_mac_context(Digest digest) {
    static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    must(algorithm != nullptr);
    std::unique_ptr<EVP_MAC_CTX, MacEnd> context(EVP_MAC_CTX_new(algorithm));
    must(context != nullptr);
    char sha1[] = "SHA1";
    char sha256[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                         digest == Digest::sha1 ? sha1 : sha256, 0),
        OSSL_PARAM_construct_end(),
    };
    must(EVP_MAC_CTX_set_params(context.get(), parameters) == 1);
    return context;
}

void compute_mac(EVP_MAC_CTX* context, ByteView key, ByteView bytes, std::span<std::uint8_t> mac) {
    static constexpr ByteArray<Key::kSize> kNoKey{};
    std::size_t size = 0;
    must(EVP_MAC_init(context, key.data(), key.size(), nullptr) == 1 &&
         EVP_MAC_update(context, bytes.data(), bytes.size()) == 1 &&
         EVP_MAC_final(context, mac.data(), &size, mac.size()) == 1 && size == mac.size());
    // The context would keep what it made of the key, in memory that is not locked.
    must(EVP_MAC_init(context, kNoKey.data(), kNoKey.size(), nullptr) == 1);
}

}  // namespace

Hash sha256(ByteView bytes) {
    return sha256(bytes, {});
}

Hash sha256(ByteView first, ByteView second) {
    auto* const context = digest_context();
    Hash hash;
    must(EVP_DigestInit_ex2(context, sha256_algorithm(), nullptr) == 1 &&
         EVP_DigestUpdate(context, first.data(), first.size()) == 1 &&
         EVP_DigestUpdate(context, second.data(), second.size()) == 1 &&
         EVP_DigestFinal_ex(context, hash.data(), nullptr) == 1);
    return hash;
}

Hash hmac_sha256(const Key& key, ByteView bytes) {
    thread_local const auto context = make_mac_context(Digest::sha256);
    Hash mac;
    compute_mac(context.get(), key.bytes(), bytes, mac);
    return mac;
}

Sha1Mac hmac_sha1(ByteView key, ByteView bytes) {
    thread_local const auto context = make_mac_context(Digest::sha1);
    Sha1Mac mac;
    compute_mac(context.get(), key, bytes, mac);
    return mac;
}

Hash keyed_hash(const Key& key, ByteView bytes) {
    start_sodium();
    Hash hash;
    must(crypto_generichash_blake2b(hash.data(), hash.size(), bytes.data(), bytes.size(),
                                    key.bytes().data(), Key::kSize) == 0);
    return hash;
}

Key derive(const Key& root, std::string_view label) {
    start_sodium();
    static constexpr std::uint8_t kPersonal[crypto_generichash_blake2b_PERSONALBYTES + 1] =
        "avow/derive/v1\0";
    const Bytes input = length_prefixed({as_bytes(label)});
    Hash derived;
    must(crypto_generichash_blake2b_salt_personal(derived.data(), derived.size(), input.data(),
                                                  input.size(), root.bytes().data(), Key::kSize,
                                                  nullptr, kPersonal) == 0);
    Key key = Key::from(derived);
    sodium_memzero(derived.data(), derived.size());
    return key;
}

bool equal(ByteView a, ByteView b) {
    return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace avow::crypto
