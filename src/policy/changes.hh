// SPDX-License-Identifier: Apache-2.0
// What a newer version of the policy says that an older one did not, and the other way round,
// sentence by sentence. Where a sentence stands plays no part. Pure.
#pragma once

#include <optional>
#include <vector>

#include "policy/policy.hh"

namespace avow::policy {

// Only `after`: new. Only `before`: gone. Both: the older sentence is near enough to be the one
// that became the newer.
struct SentenceChange {
    std::optional<SentenceIndex> before;
    std::optional<SentenceIndex> after;
};

// In the order of the newer text; what is gone comes last, in the order of the older one. Nothing
// when both say the same.
std::vector<SentenceChange> changes_between(const Policy& before, const Policy& after);

}  // namespace avow::policy
