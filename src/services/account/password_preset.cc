// SPDX-License-Identifier: Apache-2.0
#include "services/account/password_preset.hh"

#include <string>

namespace avow::services {
namespace {

constexpr std::string_view kComposition = "ASVS 5.0 6.2.5: no kinds of characters may be wanted";
constexpr std::string_view kRotation = "ASVS 5.0 6.2.10: no change may be wanted after a time";
constexpr std::string_view kNist =
    "NIST SP 800-63B-4 3.1.1.2: no kinds of characters, no change without evidence of compromise";
constexpr std::string_view kNistLength =
    "NIST SP 800-63B-4 3.1.1.2: 15 characters where a password is the only factor";

}  // namespace

Result<PasswordRules> password_preset(std::string_view name) {
    if (name == "standard") return PasswordRules{"standard", 12, false, 0, 0, {kNistLength}};
    // PCI DSS 4.0.1 8.3.6, 8.3.7 and 8.3.9; the last one not where there is a second factor.
    if (name == "pci") {
        return PasswordRules{"pci", 12, true, 4, 90, {kNistLength, kComposition, kRotation, kNist}};
    }
    if (name == "legacy") {
        return PasswordRules{"legacy", 8,   true,
                             4,        180, {kNistLength, kComposition, kRotation, kNist}};
    }
    return Error(Code::invalid, "must be standard, pci or legacy");
}

}  // namespace avow::services
