// SPDX-License-Identifier: Apache-2.0
// Public keys and signatures in COSE (RFC 9052, RFC 9053), as passkeys use them, and the CBOR
// (RFC 8949) they are written in. Private to this folder.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include <cbor.h>

#include "base/bytes.hh"
#include "base/result.hh"

namespace avow::crypto::cose {

struct FreeItem {
    void operator()(cbor_item_t* item) const { cbor_decref(&item); }
};
using Item = std::unique_ptr<cbor_item_t, FreeItem>;

// The first item of the bytes, a definite map without a key twice, and how long it is.
struct Map {
    Item item;
    std::size_t size = 0;
};
Result<Map> read_map(ByteView bytes);

// Views live as long as the map.
std::optional<ByteView> find_bytes(const Map& map, std::string_view key);
const cbor_item_t* find(const Map& map, std::string_view key);

// `invalid` unless it is a whole key of an algorithm that we take.
Status check_key(ByteView cose_key);
Result<bool> verify(ByteView cose_key, ByteView message, ByteView signature);

}  // namespace avow::crypto::cose
