// SPDX-License-Identifier: Apache-2.0
#include "policy/labels.hh"

namespace avow::policy {
namespace {

template <typename Items, typename Labels>
std::string label_of(const Items& items, std::string_view name, const Translation* translation,
                     Labels labels) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].name != name) continue;
        if (translation != nullptr && i < (translation->*labels).size())
            return (translation->*labels)[i];
        return items[i].label;
    }
    return std::string(name);
}

}  // namespace

std::string purpose_label(const Policy& policy, std::string_view name, std::string_view language) {
    return label_of(policy.purposes, name, policy.find_translation(language),
                    &Translation::purpose_labels);
}

std::string field_label(const Policy& policy, std::string_view name, std::string_view language) {
    return label_of(policy.fields, name, policy.find_translation(language),
                    &Translation::field_labels);
}

std::string channel_label(const Policy& policy, std::string_view name, std::string_view language) {
    return label_of(policy.channels, name, policy.find_translation(language),
                    &Translation::channel_labels);
}

std::string sentence_text(const Policy& policy, SentenceIndex sentence, std::string_view language) {
    const auto* translation = policy.find_translation(language);
    return translation != nullptr ? translation->sentences[sentence.value] : policy[sentence].text;
}

}  // namespace avow::policy
