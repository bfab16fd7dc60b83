// SPDX-License-Identifier: Apache-2.0
// The guidelines that every employee acknowledges: the text of the policy in force, in the
// employee's language where it is translated. A digest says which very words were read.
#pragma once

#include <string>
#include <string_view>

#include "base/time.hh"
#include "policy/policy.hh"

namespace avow::services {

struct Guidelines {
    std::string version;
    std::string language;  // of the text, which may be another than the one asked for
    std::string title;
    std::string digest;                            // hex SHA-256 of the whole text
    const std::vector<policy::Section>* sections;  // of the policy, which outlives this
    const policy::Translation* translation;        // null: the source's sentences
};

// Pure.
Guidelines guidelines_of(const policy::Policy& policy, std::string_view language);

// What an employee says to have read.
struct Acknowledging {
    std::string version;
    std::string language;
    std::string digest;
};

struct Acknowledgement {
    std::string version;
    std::string language;
    std::string digest;
    Time at;
};

}  // namespace avow::services
