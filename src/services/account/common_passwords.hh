// SPDX-License-Identifier: Apache-2.0
// The passwords that are guessed first, offline: a sorted file of the first eight bytes of the
// SHA-256 of each, made from zxcvbn-ts's list by web/common_passwords.mjs. A password that is not
// on the list is taken for one that is once in 10^14. Immutable, so thread-safe.
#pragma once

#include <string_view>

#include "base/bytes.hh"
#include "base/result.hh"

namespace avow::services {

class CommonPasswords {
  public:
    // `bytes` outlive it. `corrupt` when they are missing, unsorted or no whole number of entries.
    static Result<CommonPasswords> create(std::string_view bytes);

    // Whether the whole password is listed (folded), or is a listed one dressed up: with digits and
    // signs around it, or repeated, the last time perhaps in part.
    bool guesses(std::string_view password) const;
    std::size_t size() const { return bytes_.size() / kEntry; }

  private:
    static constexpr std::size_t kEntry = 8;
    explicit CommonPasswords(ByteView bytes) : bytes_(bytes) {}
    bool lists(std::string_view folded) const;
    bool lists_repeated(std::string_view folded) const;
    ByteView bytes_;
};

}  // namespace avow::services
