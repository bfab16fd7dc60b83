// SPDX-License-Identifier: Apache-2.0
// Whether a subject reads like a request under the policy, by a list of phrases that docs/rights.md
// publishes. A guess that marks and never acts. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace avow::services {

struct RightPhrase {
    std::string_view kind;      // access, correction, erasure or objection
    std::string_view language;  // BCP 47
    std::string_view words;     // folded; they stand anywhere in the subject
};
std::span<const RightPhrase> right_phrases();

// The kind, or empty. What asks for most comes first: an erasure before a copy.
std::string_view perhaps_right(std::string_view subject);

}  // namespace avow::services
