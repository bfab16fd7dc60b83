// SPDX-License-Identifier: Apache-2.0
#include "policy/changes.hh"

#include <algorithm>
#include <set>
#include <string_view>

#include "policy/similar.hh"

namespace avow::policy {
namespace {

SentenceIndex index_of(std::size_t i) {
    return {static_cast<std::uint16_t>(i)};
}

// Those of `policy` that `other` does not say word for word, as often as it says them.
std::vector<std::size_t> only_in(const Policy& policy, const Policy& other) {
    std::multiset<std::string_view> said;
    for (const auto& sentence : other.sentences) said.insert(sentence.text);
    std::vector<std::size_t> only;
    for (std::size_t i = 0; i < policy.sentences.size(); ++i) {
        const auto same = said.find(policy.sentences[i].text);
        if (same == said.end()) {
            only.push_back(i);
        } else {
            said.erase(same);
        }
    }
    return only;
}

}  // namespace

std::vector<SentenceChange> changes_between(const Policy& before, const Policy& after) {
    auto gone = only_in(before, after);
    std::vector<Likeness> likenesses;
    for (const auto i : gone) likenesses.emplace_back(before.sentences[i].text);
    std::vector<SentenceChange> changes;
    for (const auto i : only_in(after, before)) {
        SentenceChange change{{}, index_of(i)};
        if (const auto near = most_alike(Likeness(after.sentences[i].text), likenesses)) {
            change.before = index_of(gone[*near]);
            gone.erase(gone.begin() + static_cast<std::ptrdiff_t>(*near));
            likenesses.erase(likenesses.begin() + static_cast<std::ptrdiff_t>(*near));
        }
        changes.push_back(change);
    }
    for (const auto i : gone) changes.push_back({index_of(i), {}});
    return changes;
}

}  // namespace avow::policy
