// SPDX-License-Identifier: Apache-2.0
// What the tests of the services share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hh"
#include "crypto/hash.hh"
#include "mail/carrier.hh"

namespace avow::services::testing {

// A list of common passwords in the form that scripts/web makes; the passwords are folded already.
inline std::string list_of(const std::vector<std::string>& passwords) {
    std::vector<std::uint64_t> entries;
    for (const auto& password : passwords) {
        entries.push_back(read_be64(crypto::sha256(as_bytes(password))));
    }
    std::sort(entries.begin(), entries.end());
    Bytes bytes;
    for (const auto entry : entries) append_be64(bytes, entry);
    return std::string(as_text(bytes));
}

// Takes every letter, and keeps them.
class FakeCarrier final : public mail::Carrier {
  public:
    Status prepare() override { return {}; }
    mail::Delivery send(const mail::Envelope& envelope) override {
        to.push_back(envelope.to);
        messages.emplace_back(envelope.message);
        return {mail::Delivery::Outcome::delivered, false, 250, "2.0.0", ""};
    }
    void rest() override {}
    void stop() override {}
    std::vector<std::string> to;
    std::vector<std::string> messages;
};

}  // namespace avow::services::testing
