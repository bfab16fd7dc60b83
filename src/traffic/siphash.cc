// SPDX-License-Identifier: Apache-2.0
#include "traffic/siphash.hh"

#include <bit>
#include <cstring>

namespace avow::traffic {
namespace {

std::uint64_t word_at(const void* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);  // little endian, as every machine we build for
    return word;
}

struct State {
    std::uint64_t a, b, c, d;
    void round() {
        a += b;
        b = std::rotl(b, 13) ^ a;
        a = std::rotl(a, 32);
        c += d;
        d = std::rotl(d, 16) ^ c;
        a += d;
        d = std::rotl(d, 21) ^ a;
        c += b;
        b = std::rotl(b, 17) ^ c;
        c = std::rotl(c, 32);
    }
    void take(std::uint64_t word) {
        d ^= word;
        round();
        round();
        a ^= word;
    }
};

}  // namespace

std::uint64_t siphash(const ByteArray<16>& key, std::string_view text) {
    const auto k0 = word_at(key.data());
    const auto k1 = word_at(key.data() + 8);
    State state{k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261,
                k1 ^ 0x7465646279746573};
    const auto size = text.size();
    while (text.size() >= 8) {
        state.take(word_at(text.data()));
        text.remove_prefix(8);
    }
    std::uint64_t last = static_cast<std::uint64_t>(size) << 56;
    for (std::size_t i = 0; i < text.size(); ++i) {
        last |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(text[i])) << (8 * i);
    }
    state.take(last);
    state.c ^= 0xff;
    for (int i = 0; i < 4; ++i) state.round();
    return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace avow::traffic
