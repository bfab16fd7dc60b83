// SPDX-License-Identifier: Apache-2.0
#include "traffic/agents.hh"

#include <yaml-cpp/yaml.h>

#include "base/text.hh"

namespace avow::traffic {
namespace {

constexpr std::string_view kOther = "Other";
constexpr std::size_t kNoGroup = 0;

std::string member(const YAML::Node& rule, const std::string& name) {
    const auto node = rule[name];
    return node && node.IsScalar() ? node.as<std::string>() : std::string();
}

// "$2 of $1": groups that did not take part are nothing.
std::string filled(const std::string& replacement, const PatternList::Match& match) {
    std::string out;
    for (std::size_t i = 0; i < replacement.size(); ++i) {
        const bool group = replacement[i] == '$' && i + 1 < replacement.size() &&
                           replacement[i + 1] >= '1' && replacement[i + 1] <= '9';
        if (!group) {
            out += replacement[i];
            continue;
        }
        const auto number = static_cast<std::size_t>(replacement[++i] - '0');
        if (number < match.groups.size()) out += match.groups[number];
    }
    return std::string(trimmed(out));
}

}  // namespace

struct AgentRulesReader {
    static Result<AgentRules::List> list(const YAML::Node& rules,
                                         const std::vector<std::string>& names) {
        std::vector<Pattern> patterns;
        std::vector<std::vector<std::string>> replacements;
        for (const auto& rule : rules) {
            patterns.push_back({member(rule, "regex"), member(rule, "regex_flag") == "i"});
            auto& row = replacements.emplace_back();
            for (const auto& name : names) row.push_back(member(rule, name + "_replacement"));
        }
        if (patterns.empty()) return Error(Code::invalid, "the rules hold none for " + names[0]);
        TRY(auto compiled, PatternList::create(patterns));
        return AgentRules::List{std::move(compiled), std::move(replacements)};
    }
    static Result<AgentRules> all(const YAML::Node& root) {
        TRY(auto browsers, list(root["user_agent_parsers"], {"family", "v1", "v2", "v3"}));
        TRY(auto systems, list(root["os_parsers"], {"os", "os_v1", "os_v2", "os_v3", "os_v4"}));
        TRY(auto devices, list(root["device_parsers"], {"device", "brand", "model"}));
        return AgentRules(std::move(browsers), std::move(systems), std::move(devices));
    }
};

Result<AgentRules> AgentRules::create(std::string_view yaml) {
    try {
        return AgentRulesReader::all(YAML::Load(std::string(yaml)));
    } catch (const YAML::Exception& error) {
        return Error(Code::invalid, "the user agent rules are not well-formed")
            .caused_by(error.what());
    }
}

std::vector<std::string> AgentRules::parts(const List& list, std::string_view agent,
                                           const std::vector<std::size_t>& groups) {
    std::vector<std::string> parts(groups.size());
    const auto match = list.patterns.first(agent);
    if (!match) {
        parts[0] = kOther;
        return parts;
    }
    const auto& replacements = list.replacements[match->pattern];
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (!replacements[i].empty()) {
            parts[i] = filled(replacements[i], *match);
        } else if (groups[i] != kNoGroup && groups[i] < match->groups.size()) {
            parts[i] = std::string(trimmed(match->groups[groups[i]]));
        }
    }
    return parts;
}

BrowserParts AgentRules::browser(std::string_view agent) const {
    auto found = parts(browsers_, agent, {1, 2, 3, 4});
    return {std::move(found[0]), std::move(found[1]), std::move(found[2]), std::move(found[3])};
}

SystemParts AgentRules::system(std::string_view agent) const {
    auto found = parts(systems_, agent, {1, 2, 3, 4, 5});
    return {std::move(found[0]), std::move(found[1]), std::move(found[2]), std::move(found[3]),
            std::move(found[4])};
}

DeviceParts AgentRules::device(std::string_view agent) const {
    auto found = parts(devices_, agent, {1, kNoGroup, 1});
    if (found[0] == kOther) return {std::string(kOther), {}, {}};
    return {std::move(found[0]), std::move(found[1]), std::move(found[2])};
}

}  // namespace avow::traffic
