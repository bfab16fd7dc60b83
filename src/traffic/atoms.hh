// SPDX-License-Identifier: Apache-2.0
// Many regular expressions over one text, the first in order: words that an expression cannot do
// without are looked for all at once (Aho and Corasick, 1975), and only expressions whose words are
// there are tried. Thread-safe once made.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace avow::traffic {

struct Pattern {
    std::string regex;
    bool any_case = false;
};

class PatternList {
  public:
    static constexpr std::size_t kGroups = 9;  // $1 to $9

    // `invalid` names the pattern that RE2 refuses.
    static Result<PatternList> create(const std::vector<Pattern>& patterns);
    PatternList(PatternList&&) noexcept;
    PatternList& operator=(PatternList&&) noexcept;
    ~PatternList();

    struct Match {
        std::size_t pattern = 0;
        std::vector<std::string_view> groups;  // [0] is the whole match
    };
    std::optional<Match> first(std::string_view text) const;
    bool any(std::string_view text) const;

  private:
    struct Inside;
    explicit PatternList(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace avow::traffic
