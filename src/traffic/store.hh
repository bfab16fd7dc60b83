// SPDX-License-Identifier: Apache-2.0
// The traffic store: sightings become rows of numbers, words go to their dictionary. Rows of one
// append are sorted, equal ones folded, so that their order says nothing; days that have ended are
// folded once more. Thread-safe.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "traffic/columns.hh"
#include "traffic/sighting.hh"

namespace avow::traffic {

inline constexpr WordId kNoWord = 0;  // the empty word of every kind
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

    std::optional<WordId> find_word(WordKind kind, std::string_view word) const;
    // Reads the dictionaries again when the word is not there and others may have told it.
    std::string word(WordKind kind, WordId id);
    // `unavailable` when a shared engine cannot say.
    Result<std::optional<ImportRow>> find_import(std::string_view file);

    // Removes every day before `day`, and the words that nothing uses any more.
    Status forget_before(std::int64_t day);
    // Sorts and folds the rows of `day`: afterwards their order in the file is that of their
    // content.
    Status fold(std::int64_t day);

    Result<std::vector<std::string>> kept_columns() { return columns_.kept_columns(); }
    // All rows with their words, sorted: equal for equal content, whatever the order it came in.
    Result<std::string> dump();

    Columns& columns() { return columns_; }

  private:
    // By what is looked up: no string is made of it first.
    struct HashOfText {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    struct Dictionary {
        std::unordered_map<std::string, WordId, HashOfText, std::equal_to<>> ids;
        std::unordered_map<WordId, std::string> words;
        WordId next = 1;
    };
    using Dictionaries = std::vector<Dictionary>;
    explicit Store(Columns& columns) : columns_(columns) {}
    Status load();
    Result<Dictionaries> read_words();
    Status read_imports();
    Status refresh_words();
    static WordId hash_of(WordKind kind, std::string_view word);
    WordId intern(WordKind kind, std::string_view word, std::uint32_t span, Batch& batch);
    void tell(WordKind kind, std::uint32_t span, WordId id, std::string_view word, Batch& batch);
    void add(const Sighting& sighting, Batch& batch);
    void add_view(const Sighting& sighting, WordId site, WordId page, Batch& batch);

    Columns& columns_;
    std::mutex appending_;                   // one append at a time, taken before words_mutex_
    mutable std::shared_mutex words_mutex_;  // guards what follows
    Dictionaries dictionaries_{kWordKinds};
    // Of a shared engine: what was told of each span.
    std::set<std::tuple<WordKind, std::uint32_t, WordId>> told_;
    std::unordered_map<std::string, ImportRow> imports_;
};

}  // namespace avow::traffic
