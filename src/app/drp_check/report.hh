// SPDX-License-Identifier: Apache-2.0
// What was checked, what was expected, and what came.
#pragma once

#include <string>
#include <vector>

#include "app/commands.hh"
#include "app/drp_check/defects.hh"
#include "app/https_call.hh"

namespace avow::app {

class Report {
  public:
    // Green without faults. `answer` is shown when it is red: its body has no secret.
    void add(std::string name, Level level, std::string expected, std::vector<std::string> faults,
             const HttpsAnswer& answer);
    bool empty() const { return checks_.empty(); }
    // Advice counts when it is strict.
    bool is_green(bool strict) const;
    void print(Output output, bool strict) const;

  private:
    struct Check {
        std::string name;
        Level level;
        std::string expected;
        std::vector<std::string> faults;
        unsigned status;
        std::string body;
        bool green() const { return faults.empty(); }
    };
    std::vector<Check> checks_;
};

}  // namespace avow::app
