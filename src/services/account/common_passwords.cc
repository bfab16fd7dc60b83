// SPDX-License-Identifier: Apache-2.0
#include "services/account/common_passwords.hh"

#include "base/text.hh"
#include "crypto/hash.hh"

namespace avow::services {
namespace {

constexpr std::size_t kShortestCore = 4;  // "1234" within a long password says nothing
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";

// Digits and ASCII signs are what people put around a word; every other letter is part of it.
bool is_dressing(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 && kLetters.find(c) == std::string_view::npos;
}

std::string_view core_of(std::string_view folded) {
    while (!folded.empty() && is_dressing(folded.front())) folded.remove_prefix(1);
    while (!folded.empty() && is_dressing(folded.back())) folded.remove_suffix(1);
    return folded;
}

bool repeats(std::string_view text, std::size_t period) {
    return text.substr(period) == text.substr(0, text.size() - period);
}

}  // namespace

Result<CommonPasswords> CommonPasswords::create(std::string_view text) {
    const auto bytes = as_bytes(text);
    if (bytes.empty() || bytes.size() % kEntry != 0) {
        return Error(Code::corrupt,
                     "this program was built without its list of common passwords: run "
                     "scripts/web, then build it again");
    }
    for (std::size_t at = kEntry; at < bytes.size(); at += kEntry) {
        if (read_be64(bytes.subspan(at - kEntry)) >= read_be64(bytes.subspan(at))) {
            return Error(Code::corrupt, "the list of common passwords is not sorted");
        }
    }
    return CommonPasswords(bytes);
}

bool CommonPasswords::lists(std::string_view folded) const {
    const auto hash = crypto::sha256(as_bytes(folded));
    const auto wanted = read_be64(hash);
    std::size_t low = 0;
    std::size_t high = size();
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        const auto found = read_be64(bytes_.subspan(middle * kEntry));
        if (found == wanted) return true;
        if (found < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

bool CommonPasswords::lists_repeated(std::string_view folded) const {
    for (std::size_t period = 1; period < folded.size(); ++period) {
        if (!repeats(folded, period)) continue;
        return period <= kShortestCore || lists(folded.substr(0, period));
    }
    return false;
}

bool CommonPasswords::guesses(std::string_view password) const {
    const auto folded = fold(password);
    if (lists(folded) || lists_repeated(folded)) return true;
    const auto core = core_of(folded);
    // Nothing but digits and signs: judged whole, above.
    if (core.size() < kShortestCore || core.size() == folded.size()) return false;
    return lists(core) || lists_repeated(core);
}

}  // namespace avow::services
