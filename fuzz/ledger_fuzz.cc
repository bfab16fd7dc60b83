// SPDX-License-Identifier: Apache-2.0
// The ledger's readers of foreign bytes; the first byte picks one.
#include <string_view>

#include "ledger/note.hh"
#include "ledger/proof.hh"
#include "ledger/tile.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace avow::ledger;
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    const avow::crypto::PublicKey key{1};
    switch (data[0] % 6) {
        case 0:
            (void)open_checkpoint(text, {"example.com/ledger", key});
            break;
        case 1: {
            const auto proof = parse_proof(text);
            if (proof && !parse_proof(spell(*proof))) __builtin_trap();
            break;
        }
        case 2: {
            const auto name = TileName::parse(text);
            if (name && name->path() != text) __builtin_trap();
            break;
        }
        case 3:
            (void)decode_entries(text);
            break;
        case 4:
            (void)parse_verifier_key(text);
            break;
        case 5:
            (void)open_note(text, {"example.com/ledger", key});
            break;
    }
    return 0;
}
