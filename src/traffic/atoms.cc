// SPDX-License-Identifier: Apache-2.0
#include "traffic/atoms.hh"

#include <algorithm>
#include <array>
#include <cstdint>
#include <queue>

#include <re2/filtered_re2.h>
#include <re2/re2.h>

namespace avow::traffic {
namespace {

constexpr int kAtomMin = 3;
// Below 256 KiB RE2 refuses some of uap-core's rules; above it they only grow with the traffic.
constexpr std::int64_t kRegexMemory = 256 << 10;

// Bytes that no atom holds share one column, which keeps the table small.
class Automaton {
  public:
    explicit Automaton(const std::vector<std::string>& words) {
        number_bytes(words);
        nodes_.emplace_back(columns_, kNone);
        for (std::size_t i = 0; i < words.size(); ++i) insert(words[i], static_cast<int>(i));
        link();
    }

    // The numbers of all words in the text, each once.
    void find(std::string_view text, std::vector<int>& found) const {
        std::vector<bool> seen(words_, false);
        std::uint32_t state = 0;
        for (const char c : text) {
            state = nodes_[state][column_[static_cast<std::uint8_t>(c)]];
            for (std::uint32_t at = state; at != 0; at = shorter_[at]) {
                for (const int word : ends_[at]) {
                    if (!seen[static_cast<std::size_t>(word)]) found.push_back(word);
                    seen[static_cast<std::size_t>(word)] = true;
                }
            }
        }
    }

  private:
    static constexpr std::uint32_t kNone = ~0u;

    void number_bytes(const std::vector<std::string>& words) {
        column_.fill(0);
        for (const auto& word : words) {
            for (const char c : word) {
                auto& column = column_[static_cast<std::uint8_t>(c)];
                if (column == 0) column = static_cast<std::uint8_t>(columns_++);
            }
        }
        words_ = words.size();
    }
    void insert(const std::string& word, int number) {
        std::uint32_t state = 0;
        for (const char c : word) {
            const auto column = column_[static_cast<std::uint8_t>(c)];
            if (nodes_[state][column] == kNone) {
                nodes_[state][column] = static_cast<std::uint32_t>(nodes_.size());
                nodes_.emplace_back(columns_, kNone);
            }
            state = nodes_[state][column];
        }
        ends_.resize(nodes_.size());
        ends_[state].push_back(number);
    }
    // Breadth first: a missing step becomes the step of the longest suffix that has one.
    void link() {
        ends_.resize(nodes_.size());
        std::vector<std::uint32_t> suffix(nodes_.size(), 0);
        shorter_.assign(nodes_.size(), 0);
        std::queue<std::uint32_t> waiting;
        waiting.push(0);
        while (!waiting.empty()) {
            const auto state = waiting.front();
            waiting.pop();
            for (std::size_t c = 0; c < columns_; ++c) {
                const auto fallback = state == 0 ? 0 : nodes_[suffix[state]][c];
                const auto next = nodes_[state][c];
                if (next == kNone) {
                    nodes_[state][c] = fallback;
                    continue;
                }
                suffix[next] = state == 0 ? 0 : fallback;
                shorter_[next] =
                    ends_[suffix[next]].empty() ? shorter_[suffix[next]] : suffix[next];
                waiting.push(next);
            }
        }
    }

    std::array<std::uint8_t, 256> column_{};
    std::size_t columns_ = 1;
    std::size_t words_ = 0;
    std::vector<std::vector<std::uint32_t>> nodes_;
    std::vector<std::vector<int>> ends_;
    std::vector<std::uint32_t> shorter_;  // the nearest suffix at which a word ends
};

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

struct PatternList::Inside {
    re2::FilteredRE2 rules{kAtomMin};
    std::vector<std::string> atoms;
    std::unique_ptr<Automaton> automaton;

    std::vector<int> candidates(std::string_view text) const {
        std::vector<int> found;
        automaton->find(lower(text), found);
        std::sort(found.begin(), found.end());
        std::vector<int> rule_numbers;
        rules.AllPotentials(found, &rule_numbers);
        std::sort(rule_numbers.begin(), rule_numbers.end());
        return rule_numbers;
    }
};

PatternList::PatternList(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
PatternList::PatternList(PatternList&&) noexcept = default;
PatternList& PatternList::operator=(PatternList&&) noexcept = default;
PatternList::~PatternList() = default;

Result<PatternList> PatternList::create(const std::vector<Pattern>& patterns) {
    auto inside = std::make_unique<Inside>();
    for (const auto& pattern : patterns) {
        RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(kRegexMemory);
        options.set_case_sensitive(!pattern.any_case);
        options.set_encoding(RE2::Options::EncodingLatin1);  // any bytes may come
        int number = 0;
        if (inside->rules.Add(pattern.regex, options, &number) != RE2::NoError) {
            return Error(Code::invalid, "RE2 refuses the pattern " + pattern.regex);
        }
    }
    inside->rules.Compile(&inside->atoms);
    inside->automaton = std::make_unique<Automaton>(inside->atoms);
    return PatternList(std::move(inside));
}

std::optional<PatternList::Match> PatternList::first(std::string_view text) const {
    for (const int number : inside_->candidates(text)) {
        const auto& rule = inside_->rules.GetRE2(number);
        if (!RE2::PartialMatch(piece(text), rule)) continue;
        std::array<re2::StringPiece, kGroups + 1> groups;
        const auto wanted =
            std::min<int>(rule.NumberOfCapturingGroups(), static_cast<int>(kGroups)) + 1;
        rule.Match(piece(text), 0, text.size(), RE2::UNANCHORED, groups.data(), wanted);
        Match match{static_cast<std::size_t>(number), {}};
        for (int i = 0; i < wanted; ++i) {
            const auto& group = groups[static_cast<std::size_t>(i)];
            match.groups.emplace_back(group.data(), group.size());
        }
        return match;
    }
    return std::nullopt;
}

bool PatternList::any(std::string_view text) const {
    const auto numbers = inside_->candidates(text);
    return std::any_of(numbers.begin(), numbers.end(), [&](int number) {
        return RE2::PartialMatch(piece(text), inside_->rules.GetRE2(number));
    });
}

}  // namespace avow::traffic
