// SPDX-License-Identifier: Apache-2.0
// A small policy for tests, and ways to bend it. Test code only.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/compile.hh"

namespace avow::policy::sample {

inline const std::string kText = R"(# Privacy

We keep your data secret. We use it to serve you.

## How

- We take your address when you write to us.
- If you allow it, we send you offers.

We train everybody. Thank you for your trust.
)";

inline const std::string kPromises = R"(schema = 1

[policy]
title        = "Privacy"
organization = "Example"
contact      = "privacy@example.org"
version      = "1"
effective    = 2026-01-01
language     = "en"

[purposes.service]
label = "Serving you"
basis = "contract"

[purposes.offers]
label   = "Special offers"
basis   = "permission"
contact = true

[fields.email]
label    = "Email address"
category = "contact"

[fields.answers]
label    = "Survey answers"
category = "survey"

[channels.letter]
label    = "A letter"
fields   = ["email"]
purposes = ["service"]
retain   = "2 years"

[channels.list]
label    = "The list"
fields   = ["email", "answers"]
purposes = ["offers"]
retain   = "until withdrawn"

[recipients.courts]
label = "Courts"
when  = "legal-process"

[[promises]]
says    = "We keep your data secret."
kept_by = "storage.encrypted"

[[promises]]
says    = "We use it to serve you."
kept_by = "use.stated-purpose"

[[promises]]
says    = "We take your address when you write to us."
kept_by = "collection.declared-channel"

[[promises]]
says    = "If you allow it, we send you offers."
kept_by = "contact.permission"

[[promises]]
says        = "We train everybody."
attested_by = "safeguards"

[[statements]]
says = "Thank you for your trust."
)";

// `text` with the only `from` replaced; the test fails when it stands there never or twice.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << "no " << from;
    if (at == std::string::npos) return text;
    EXPECT_EQ(text.find(from, at + 1), std::string::npos) << "two of " << from;
    return text.replace(at, from.size(), to);
}

inline Compiled compiled(std::string text, std::string promises) {
    return compile({{"privacy.md", std::move(text)}, {"promises.toml", std::move(promises)}});
}

inline Compiled with_text(const std::string& from, const std::string& to) {
    return compiled(replaced(kText, from, to), kPromises);
}

inline Compiled with_promises(const std::string& from, const std::string& to) {
    return compiled(kText, replaced(kPromises, from, to));
}

inline std::string listed(const Compiled& compiled) {
    std::string text;
    for (const auto& finding : compiled.findings) {
        text += finding.code + ' ' + finding.text() + '\n';
    }
    return text;
}

inline const Finding* find_code(const Compiled& compiled, std::string_view code) {
    for (const auto& finding : compiled.findings) {
        if (finding.code == code) return &finding;
    }
    return nullptr;
}

// Where the only `words` begin in `text`, as "line:column".
inline std::string place_in(const std::string& text, const std::string& words) {
    const auto at = text.find(words);
    EXPECT_NE(at, std::string::npos) << "no " << words;
    std::size_t line = 1;
    std::size_t column = 1;
    for (std::size_t i = 0; i < at && i < text.size(); ++i) {
        if (text[i] == '\n') {
            ++line;
            column = 1;
        } else if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) {
            ++column;
        }
    }
    return std::to_string(line) + ':' + std::to_string(column);
}

inline std::string place_of(const Finding& finding) {
    return std::to_string(finding.line) + ':' + std::to_string(finding.column);
}

}  // namespace avow::policy::sample
