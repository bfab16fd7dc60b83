// SPDX-License-Identifier: Apache-2.0
#include "crypto/cose.hh"

#include <algorithm>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "crypto/openssl.hh"
#include "crypto/sign.hh"

namespace avow::crypto::cose {
namespace {

using EvpKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Number = Owned<BIGNUM, BN_free>;
using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = Owned<OSSL_PARAM, OSSL_PARAM_free>;

// RFC 9053: labels of a key's parts.
constexpr int kKty = 1;
constexpr int kAlg = 3;
constexpr int kCrv = -1;  // of an RSA key: n
constexpr int kX = -2;    // of an RSA key: e
constexpr int kY = -3;
constexpr int kEddsa = -8;
constexpr int kEs256 = -7;
constexpr int kRs256 = -257;
constexpr std::size_t kEntriesMax = 64;  // LIMIT

std::optional<int> small_number(const cbor_item_t* item) {
    if (!cbor_is_int(item)) return std::nullopt;
    const auto value = cbor_get_int(item);
    if (value > 1'000'000) return std::nullopt;
    const int size = static_cast<int>(value);
    return cbor_isa_negint(item) ? -1 - size : size;
}

std::optional<std::string_view> text(const cbor_item_t* item) {
    if (!cbor_isa_string(item) || !cbor_string_is_definite(item)) return std::nullopt;
    return std::string_view(reinterpret_cast<const char*>(cbor_string_handle(item)),
                            cbor_string_length(item));
}

std::optional<ByteView> bytes(const cbor_item_t* item) {
    if (item == nullptr || !cbor_isa_bytestring(item) || !cbor_bytestring_is_definite(item))
        return std::nullopt;
    return ByteView(cbor_bytestring_handle(item), cbor_bytestring_length(item));
}

template <typename Matches>
const cbor_item_t* find_if(const Map& map, Matches matches) {
    const auto* pairs = cbor_map_handle(map.item.get());
    for (std::size_t i = 0; i < cbor_map_size(map.item.get()); ++i) {
        if (matches(pairs[i].key)) return pairs[i].value;
    }
    return nullptr;
}

const cbor_item_t* find(const Map& map, int label) {
    return find_if(map, [&](const cbor_item_t* key) { return small_number(key) == label; });
}

std::optional<int> find_number(const Map& map, int label) {
    const auto* item = find(map, label);
    return item == nullptr ? std::nullopt : small_number(item);
}

// Text or a small number, no other: that is all that these maps hold.
bool is_same_key(const cbor_item_t* a, const cbor_item_t* b) {
    const auto number = small_number(a);
    if (number) return number == small_number(b);
    const auto word = text(a);
    return word && word == text(b);
}

bool has_clean_keys(const cbor_item_t* map) {
    const auto* pairs = cbor_map_handle(map);
    const auto size = cbor_map_size(map);
    for (std::size_t i = 0; i < size; ++i) {
        if (!small_number(pairs[i].key) && !text(pairs[i].key)) return false;
        for (std::size_t j = i + 1; j < size; ++j) {
            if (is_same_key(pairs[i].key, pairs[j].key)) return false;
        }
    }
    return true;
}

Error no_key() {
    ERR_clear_error();
    return {Code::invalid, "the public key is none that we take"};
}

EvpKey make_key(const char* type, Builder builder) {
    const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
        return nullptr;
    }
    return EvpKey(key);
}

EvpKey p256_key(const Map& map) {
    const auto x = bytes(find(map, kX));
    const auto y = bytes(find(map, kY));
    if (find_number(map, kKty) != 2 || find_number(map, kCrv) != 1 || !x || x->size() != 32 || !y ||
        y->size() != 32) {
        return nullptr;
    }
    ByteArray<65> point{4};  // not compressed
    std::ranges::copy(*x, point.begin() + 1);
    std::ranges::copy(*y, point.begin() + 33);
    Builder builder(OSSL_PARAM_BLD_new());
    if (builder == nullptr ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
                                        0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1) {
        return nullptr;
    }
    return make_key("EC", std::move(builder));
}

EvpKey rsa_key(const Map& map) {
    const auto modulus = bytes(find(map, kCrv));
    const auto exponent = bytes(find(map, kX));
    // 256 to 512 bytes, none of them empty; an exponent as everybody has it.
    if (find_number(map, kKty) != 3 || !modulus || modulus->size() < 256 || modulus->size() > 512 ||
        modulus->front() == 0 || !exponent || exponent->size() != 3 ||
        !std::ranges::equal(*exponent, ByteArray<3>{1, 0, 1})) {
        return nullptr;
    }
    const Number n(BN_bin2bn(modulus->data(), static_cast<int>(modulus->size()), nullptr));
    const Number e(BN_bin2bn(exponent->data(), static_cast<int>(exponent->size()), nullptr));
    Builder builder(OSSL_PARAM_BLD_new());
    if (builder == nullptr || n == nullptr || e == nullptr ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return nullptr;
    }
    return make_key("RSA", std::move(builder));
}

std::optional<PublicKey> ed25519_key(const Map& map) {
    const auto x = bytes(find(map, kX));
    if (find_number(map, kKty) != 1 || find_number(map, kCrv) != 6 || !x ||
        x->size() != PublicKey{}.size()) {
        return std::nullopt;
    }
    PublicKey key;
    std::ranges::copy(*x, key.begin());
    return key;
}

EvpKey openssl_key(const Map& map, std::optional<int> algorithm) {
    if (algorithm == kEs256) return p256_key(map);
    if (algorithm == kRs256) return rsa_key(map);
    return nullptr;
}

Result<Map> whole_map(ByteView cose_key) {
    TRY(auto map, read_map(cose_key));
    if (map.size != cose_key.size()) return no_key();
    return map;
}

}  // namespace

Result<Map> read_map(ByteView bytes) {
    const Error damaged(Code::invalid, "the passkey's CBOR is damaged");
    cbor_load_result read{};
    Item item(bytes.empty() ? nullptr : cbor_load(bytes.data(), bytes.size(), &read));
    if (item == nullptr || !cbor_isa_map(item.get()) || !cbor_map_is_definite(item.get()) ||
        cbor_map_size(item.get()) > kEntriesMax || !has_clean_keys(item.get())) {
        return damaged;
    }
    return Map{std::move(item), read.read};
}

const cbor_item_t* find(const Map& map, std::string_view key) {
    return find_if(map, [&](const cbor_item_t* one) { return text(one) == key; });
}

std::optional<ByteView> find_bytes(const Map& map, std::string_view key) {
    return bytes(find(map, key));
}

Status check_key(ByteView cose_key) {
    TRY(const auto map, whole_map(cose_key));
    const auto algorithm = find_number(map, kAlg);
    const bool taken =
        algorithm == kEddsa ? ed25519_key(map).has_value() : openssl_key(map, algorithm) != nullptr;
    return taken ? Status() : Status(no_key());
}

Result<bool> verify(ByteView cose_key, ByteView message, ByteView signature) {
    TRY(const auto map, whole_map(cose_key));
    const auto algorithm = find_number(map, kAlg);
    if (algorithm == kEddsa) {
        const auto key = ed25519_key(map);
        if (!key) return no_key();
        return crypto::verify(*key, message, signature);
    }
    const auto key = openssl_key(map, algorithm);
    if (key == nullptr) return no_key();
    const DigestContext context(EVP_MD_CTX_new());
    const bool right =
        context != nullptr &&
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
        EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                         message.size()) == 1;
    ERR_clear_error();
    return right;
}

}  // namespace avow::crypto::cose
