// SPDX-License-Identifier: Apache-2.0
// What is enforced of a new password (standards.md, Passwords; NIST SP 800-63B-4 §3.1.1.2, ASVS 5.0
// 6.2): its length, that nobody guesses it first, and that it is more than the customer's address
// or our name. Its composition and its age are advice, and a rule only where an operator chose so
// (password_preset.hh). Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "services/account/common_passwords.hh"
#include "services/account/password_preset.hh"

namespace avow::services {

inline constexpr std::size_t kPasswordMax = 128;      // LIMIT: characters
inline constexpr std::size_t kBesidesContextMin = 8;  // characters beside the context's words

// The parts of an address and of a name that a guesser tries, folded: of four characters and more.
std::vector<std::string> context_words(std::string_view email, std::string_view organization);

// `invalid`, at /password. The words never repeat the password.
Status check_password(std::string_view password, std::string_view email,
                      std::string_view organization, const CommonPasswords& common,
                      const PasswordRules& rules = {});

}  // namespace avow::services
