// SPDX-License-Identifier: Apache-2.0
// Browser, system and device of a user agent, by the rules of uap-core (docs/specification.md of
// that project): first match in file order. Thread-safe once made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "traffic/atoms.hh"

namespace avow::traffic {

// Absent parts are empty; no match is the family "Other".
struct BrowserParts {
    std::string family, major, minor, patch;
};
struct SystemParts {
    std::string family, major, minor, patch, patch_minor;
};
struct DeviceParts {
    std::string family, brand, model;
};

class AgentRules {
  public:
    // The text of regexes.yaml. `invalid` names what is wrong with it.
    static Result<AgentRules> create(std::string_view yaml);

    BrowserParts browser(std::string_view agent) const;
    SystemParts system(std::string_view agent) const;
    DeviceParts device(std::string_view agent) const;

  private:
    // What a rule puts in place of the groups; $1 … $9 stand for them.
    struct List {
        PatternList patterns;
        std::vector<std::vector<std::string>> replacements;
    };
    AgentRules(List browsers, List systems, List devices)
        : browsers_(std::move(browsers)),
          systems_(std::move(systems)),
          devices_(std::move(devices)) {}
    static std::vector<std::string> parts(const List& list, std::string_view agent,
                                          const std::vector<std::size_t>& groups);

    List browsers_;
    List systems_;
    List devices_;

    friend struct AgentRulesReader;
};

}  // namespace avow::traffic
