// SPDX-License-Identifier: Apache-2.0
#include "policy/check.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "policy/counted.hh"

namespace avow::policy {
namespace {

std::string bound_line(const Compiled& compiled) {
    return counted(compiled.quotes_bound, "quote") + " bound, " +
           std::to_string(compiled.sentences_unbound) + " unbound\n";
}

// Each rule with the number of sentences it keeps.
std::string rules_used(const Policy& policy) {
    std::string text;
    std::size_t used = 0;
    const auto line = [&](std::string_view name) {
        const auto count = std::ranges::count(policy.sentences, name, &Sentence::rule);
        if (count == 0) return;
        ++used;
        text +=
            "  " + padded(name, 28) + counted(static_cast<std::size_t>(count), "sentence") + '\n';
    };
    for (const auto& rule : rules()) line(rule.name);
    for (const auto& safeguard : safeguards()) line(safeguard);
    return counted(used, "rule") + " and safeguards used\n" + text;
}

}  // namespace

std::string check_text(const Compiled& compiled) {
    if (compiled.policy != nullptr) {
        const auto& policy = *compiled.policy;
        auto text = bound_line(compiled);
        text += counted(policy.purposes.size(), "purpose") + ", " +
                counted(policy.fields.size(), "field") + ", " +
                counted(policy.channels.size(), "channel") + ", " +
                counted(policy.translations.size(), "translation") + '\n';
        return text + rules_used(policy);
    }
    std::string text;
    for (const auto& finding : compiled.findings) text += finding.text() + '\n';
    if (compiled.findings_left_off > 0) {
        text += "… and " + std::to_string(compiled.findings_left_off) + " more\n";
    }
    const auto findings = compiled.findings.size() + compiled.findings_left_off;
    return text + counted(findings, "finding") + "; " + bound_line(compiled);
}

boost::json::object check_json(const Compiled& compiled) {
    boost::json::array findings;
    for (const auto& finding : compiled.findings) {
        findings.push_back({{"file", finding.file},
                            {"line", finding.line},
                            {"column", finding.column},
                            {"code", finding.code},
                            {"message", finding.message},
                            {"suggestion", finding.suggestion}});
    }
    boost::json::object out;
    out["ok"] = compiled.policy != nullptr;
    out["version"] = nullptr;
    if (!compiled.version.empty()) out["version"] = compiled.version;
    out["quotes_bound"] = compiled.quotes_bound;
    out["unbound"] = compiled.sentences_unbound;
    out["findings"] = std::move(findings);
    out["findings_left_off"] = compiled.findings_left_off;
    return out;
}

}  // namespace avow::policy
