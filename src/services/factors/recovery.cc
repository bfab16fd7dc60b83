// SPDX-License-Identifier: Apache-2.0
#include "services/factors/recovery.hh"

#include "base/bytes.hh"
#include "services/factors/base32.hh"

namespace avow::services {
namespace {

constexpr std::size_t kCodeSize = 15;  // bytes: 24 characters without a bit left over
constexpr std::size_t kGroup = 4;      // characters

crypto::Hash hash_of(ByteView code) {
    return crypto::sha256(as_bytes("avow/recovery-code/v1"), code);
}

std::string in_groups(std::string_view text) {
    std::string grouped;
    for (std::size_t i = 0; i < text.size(); i += kGroup) {
        if (i > 0) grouped.push_back('-');
        grouped += text.substr(i, kGroup);
    }
    return grouped;
}

}  // namespace

std::vector<RecoveryCode> make_recovery_codes(Random& random) {
    std::vector<RecoveryCode> codes;
    for (int i = 0; i < kRecoveryCodes; ++i) {
        const auto code = random.take<kCodeSize>();
        codes.push_back({in_groups(base32(code, Base32::crockford)), hash_of(code)});
    }
    return codes;
}

std::vector<std::string> texts_of(const std::vector<RecoveryCode>& codes) {
    std::vector<std::string> texts;
    for (const auto& code : codes) texts.push_back(code.text);
    return texts;
}

std::optional<crypto::Hash> hash_of_recovery_code(std::string_view typed) {
    const auto code = from_base32(typed, Base32::crockford);
    if (!code || code->size() != kCodeSize) return std::nullopt;
    return hash_of(*code);
}

}  // namespace avow::services
