// SPDX-License-Identifier: Apache-2.0
#include "crypto/seal.hh"

#include <algorithm>
#include <cstdint>

#include "crypto/sodium.hh"

namespace avow::crypto {
namespace {

constexpr std::uint8_t kVersion = 0x01;
constexpr std::uint8_t kXChaCha20Poly1305 = 0x01;
constexpr std::size_t kHeaderSize = 2 + 4;
constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kHeaderSize + kNonceSize + kTagSize == kSealOverhead);
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == Key::kSize);

// The header is authenticated too; its size is fixed, so it cannot run into what follows.
Bytes bound(ByteView header, ByteView associated) {
    Bytes all;
    all.reserve(header.size() + associated.size());
    all.insert(all.end(), header.begin(), header.end());
    all.insert(all.end(), associated.begin(), associated.end());
    return all;
}

Error not_sealed() {
    return Error(Code::corrupt, "the stored bytes are not a sealed value");
}

}  // namespace

Bytes length_prefixed(std::initializer_list<ByteView> parts) {
    std::size_t size = 0;
    for (const auto part : parts) size += 4 + part.size();
    Bytes all;
    all.reserve(size);
    for (const auto part : parts) {
        if (part.size() > UINT32_MAX) std::abort();  // no part of ours comes near
        append_be32(all, static_cast<std::uint32_t>(part.size()));
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

Bytes seal(const Key& key, std::uint32_t key_id, ByteView plaintext, ByteView associated,
           Random& random) {
    start_sodium();
    Bytes blob;
    blob.reserve(kSealOverhead + plaintext.size());
    blob.push_back(kVersion);
    blob.push_back(kXChaCha20Poly1305);
    append_be32(blob, key_id);
    const Bytes context = bound(blob, associated);
    blob.resize(kSealOverhead + plaintext.size());
    const auto nonce = std::span(blob).subspan(kHeaderSize, kNonceSize);
    random.fill(nonce);
    unsigned long long written = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        blob.data() + kHeaderSize + kNonceSize, &written, plaintext.data(), plaintext.size(),
        context.data(), context.size(), nullptr, nonce.data(), key.bytes().data());
    return blob;
}

Result<Bytes> open(const Key& key, ByteView blob, ByteView associated) {
    start_sodium();
    TRY([[maybe_unused]] const auto key_id, key_id_of(blob));
    const Bytes context = bound(blob.first(kHeaderSize), associated);
    const auto nonce = blob.subspan(kHeaderSize, kNonceSize);
    const auto sealed = blob.subspan(kHeaderSize + kNonceSize);
    Bytes plaintext(sealed.size() - kTagSize);
    unsigned long long written = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            plaintext.data(), &written, nullptr, sealed.data(), sealed.size(), context.data(),
            context.size(), nonce.data(), key.bytes().data()) != 0) {
        return Error(Code::corrupt, "a sealed value does not open: it was changed or moved");
    }
    return plaintext;
}

Result<std::uint32_t> key_id_of(ByteView blob) {
    if (blob.size() < kSealOverhead) return not_sealed();
    if (blob[0] != kVersion || blob[1] != kXChaCha20Poly1305) return not_sealed();
    return read_be32(blob.subspan(2));
}

}  // namespace avow::crypto
