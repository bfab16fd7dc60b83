// SPDX-License-Identifier: Apache-2.0
// The reader of receipts. Whatever opens under a key that nobody holds is a fault.
#include <string_view>

#include <boost/json.hpp>

#include "services/receipts/receipt.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const avow::crypto::PublicKey nobodys{1};
    if (avow::services::open_receipt(text, {"example.com/ledger", nobodys})) __builtin_trap();
    return 0;
}
