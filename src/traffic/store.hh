// SPDX-License-Identifier: Apache-2.0
// The traffic store: sightings become rows of numbers, words go to their dictionary. Rows of one
// append are sorted, equal ones folded, so that their order says nothing; days that have ended are
// folded once more. Thread-safe.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "traffic/columns.hh"
#include "traffic/sighting.hh"

namespace avow::traffic {

inline constexpr std::uint32_t kNoWord = 0;  // the empty word of every kind
// LIMIT: words of one kind. Beyond it new ones become kOtherWord: a flood of made-up pages ends.
inline constexpr std::size_t kWordsMax = 1'000'000;
inline constexpr std::string_view kOtherWord = "(other)";

// WALL: "table.column" of all that may ever be kept. A new one is a new thing known of visitors.
std::span<const std::string_view> published_columns();

class Store {
  public:
    // Reads the dictionaries. `columns` outlives the store.
    static Result<std::unique_ptr<Store>> create(Columns& columns);

    // Durable when it returns.
    Status append(std::span<const Sighting> sightings,
                  std::optional<ImportRow> import = std::nullopt);

    std::optional<std::uint32_t> find_word(WordKind kind, std::string_view word) const;
    std::string word(WordKind kind, std::uint32_t id) const;
    std::optional<ImportRow> find_import(std::string_view file) const;

    // Removes every day before `day`, and the words that nothing uses any more.
    Status forget_before(std::int64_t day);
    // Sorts and folds the rows of `day`: afterwards their order in the file is that of their
    // content.
    Status fold(std::int64_t day);

    // "table.column" of everything that is kept.
    Result<std::vector<std::string>> kept_columns();
    // All rows with their words, sorted: equal for equal content, whatever the order it came in.
    Result<std::string> dump();

    Columns& columns() { return columns_; }

  private:
    struct Dictionary {
        std::unordered_map<std::string, std::uint32_t> ids;
        std::unordered_map<std::uint32_t, std::string> words;
        std::uint32_t next = 1;
    };
    explicit Store(Columns& columns) : columns_(columns) {}
    Status load();
    std::uint32_t intern(WordKind kind, std::string_view word, Batch& batch);
    void add(const Sighting& sighting, Batch& batch);
    void add_view(const Sighting& sighting, std::uint32_t site, std::uint32_t page, Batch& batch);
    void forget_words(const std::vector<WordRow>& words);

    Columns& columns_;
    std::mutex appending_;                   // one append at a time, taken before words_mutex_
    mutable std::shared_mutex words_mutex_;  // guards what follows
    std::vector<Dictionary> dictionaries_{kWordKinds};
    std::unordered_map<std::string, ImportRow> imports_;
};

}  // namespace avow::traffic
