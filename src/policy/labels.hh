// SPDX-License-Identifier: Apache-2.0
// What people read for a name: labels and sentences in the asked language, the source's where it
// has none; the name itself where the policy declares none such.
#pragma once

#include <string>
#include <string_view>

#include "policy/policy.hh"

namespace avow::policy {

std::string purpose_label(const Policy& policy, std::string_view name, std::string_view language);
std::string field_label(const Policy& policy, std::string_view name, std::string_view language);
std::string channel_label(const Policy& policy, std::string_view name, std::string_view language);
std::string sentence_text(const Policy& policy, SentenceIndex sentence, std::string_view language);

}  // namespace avow::policy
