// SPDX-License-Identifier: Apache-2.0
// From privacy.md and promises.toml to a Policy. Pure: files come in as text, findings come out as
// values. Every finding names file, line and column, the words concerned, and the nearest name.
// It never fails: a wrong file is a finding. Threads: any number at once.
// Not promised: that a rule is kept. That is measured by the probes of the running system.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "policy/policy.hh"

namespace avow::policy {

struct SourceFile {
    std::string name;  // "privacy.md", "promises.toml", "privacy.fr.md", "promises.fr.toml" …
    std::string content;
};

inline constexpr std::size_t kPolicyFileMax = 1u << 20;  // LIMIT: larger is an error, not read
inline constexpr std::size_t kQuotesMax = 2000;          // LIMIT: sentences of one text
inline constexpr std::size_t kTranslationsMax = 64;      // LIMIT: languages beside the source
inline constexpr std::size_t kFindingsMax = 200;         // LIMIT: findings of one compilation

// Whether a file of this name belongs to a policy: only these need to be read. Others are ignored.
bool is_policy_file(std::string_view name);

struct Finding {
    std::string file;
    std::uint32_t line = 0;    // from 1
    std::uint32_t column = 0;  // from 1, in characters
    std::string code;     // unbound_sentence, quote_not_found, unknown_rule, undeclared_purpose …
    std::string message;  // what is wrong, with the words concerned
    std::string suggestion;  // what to do; the nearest name or sentence; may be empty

    std::string text() const;  // file:line:column: message, then the suggestion
};

struct Compiled {
    PolicyPtr policy;                     // null when there are findings
    std::string version;                  // as the file writes it, also when there are findings
    std::vector<Finding> findings;        // by file, the source's first, then by place
    std::uint32_t findings_left_off = 0;  // those over the limit
    std::uint32_t quotes_bound = 0;       // of the source text; translations have the same count
    std::uint32_t sentences_unbound = 0;
};

Compiled compile(const std::vector<SourceFile>& files);

// All rules that exist, with one line each saying what the software does to keep it.
struct Rule {
    std::string_view name;
    std::string_view keeps;
};
const std::vector<Rule>& rules();
const std::vector<std::string>& safeguards();

}  // namespace avow::policy
