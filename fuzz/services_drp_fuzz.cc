// SPDX-License-Identifier: Apache-2.0
// The reader of signed bodies, and behind its signature the reader of claims: the input is read as
// it was sent, which nobody's key may open, and as what a real agent signed.
#include <string_view>

#include <boost/json.hpp>

#include "services/drp/claims.hh"

namespace drp = avow::services::drp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const avow::crypto::SigningKey key(avow::crypto::Key::from(avow::ByteArray<32>{1}));
    const avow::crypto::PublicKey nobodys{1};
    constexpr avow::Time kNow{1'790'000'000'000};
    const drp::Expected sent{"AGENT_A", nobodys, "OUR_SHOP", kNow, drp::Names::if_any};
    if (drp::read_signed(text, sent)) __builtin_trap();
    const auto read =
        drp::read_signed(drp::sign_body(text, key),
                         {"AGENT_A", key.public_key(), "OUR_SHOP", kNow, drp::Names::if_any});
    if (!read) return 0;
    const drp::Agent agent{"AGENT_A", "Agent", key.public_key(), "agent.example", kNow};
    const auto claims = drp::read_claims(read->body, agent);
    // Whatever an agent writes, a callback leads to its own host alone.
    if (claims && !claims->callback.empty() &&
        !claims->callback.starts_with("https://agent.example"))
        __builtin_trap();
    return 0;
}
