// SPDX-License-Identifier: Apache-2.0
// The seam between the traffic store and an engine of columns. Rows hold numbers; words have their
// dictionary. Questions come from sql/, in words that DuckDB and ClickHouse both take; how rows get
// in, are folded and leave again is each engine's own.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "traffic/rollups.hh"

namespace avow::traffic {

enum class WordKind : std::uint8_t {
    site,
    page,
    name,
    source,
    campaign,
    browser,
    system,
    property
};
inline constexpr int kWordKinds = 8;
inline constexpr std::int64_t kHoursOfDay = 24;

// Counted up by an engine that one process holds; a hash of the word (63 bits) by one that many
// share, so that all of them call it the same without asking.
using WordId = std::uint64_t;
// Words of a shared engine are told anew every so many days, and leave with the days they serve.
inline constexpr std::uint32_t kSpanDays = 32;

struct WordRow {
    WordKind kind;
    std::uint32_t span;  // the days it was used in, divided by kSpanDays
    WordId id;
    std::string word;
};
// One row of `views`: many equal sightings may share it.
struct ViewRow {
    WordId site, page, name, source, campaign, browser, system;
    std::uint32_t hour, n;
    std::uint16_t country;
    std::uint8_t kind, channel, device, origin, bot;
    std::uint8_t known, today, week, month, year, gap, depth, entry, reload;
};
struct EdgeRow {
    WordId site, from_page, to_page;
    std::uint32_t day, n;
};
struct EngagementRow {
    WordId site, page;
    std::uint32_t day;
    std::uint8_t bucket;
    std::int32_t n;
};
struct PropertyRow {
    WordId site, name, property;
    std::uint32_t day, n;
};
// How far a log file was read; `file` names its content without anybody's address.
struct ImportRow {
    std::string file;
    std::uint64_t bytes = 0, lines = 0, rejected = 0;
};

struct Batch {
    std::vector<WordRow> words;
    std::vector<ViewRow> views;
    std::vector<EdgeRow> edges;
    std::vector<EngagementRow> engagement;
    std::vector<PropertyRow> properties;
    std::optional<ImportRow> import;
    std::string mark;  // not empty: of all that carry it one is kept, the others change nothing
};

// One row of an answer. Columns are bigint or varchar; null is 0 or empty.
class Cells {
  public:
    virtual ~Cells() = default;
    virtual std::size_t size() const = 0;
    virtual std::int64_t integer(std::size_t column) const = 0;
    virtual std::string_view text(std::size_t column) const = 0;
};
using OnRow = std::function<void(const Cells&)>;
using OnUnused = std::function<void(WordKind, WordId)>;

class Columns {
  public:
    virtual ~Columns() = default;
    // Others write to it, too: words go by their hash, and rows may name words not yet read here.
    virtual bool is_shared() const = 0;
    // All of it or nothing; durable when it returns. `unavailable` when there is no room. Any
    // thread.
    virtual Status append(const Batch& batch) = 0;
    // Sees every append that returned before, of this process. `$1` is the first of the numbers.
    // `unavailable` when the engine's memory limit is reached, or it cannot be reached. Any thread.
    virtual Status query(std::string_view sql, const std::vector<std::int64_t>& numbers,
                         const OnRow& on_row) = 0;
    // `unavailable` while anything that was appended here has not come to where all can see it.
    virtual Status settle() = 0;
    // Equal rows of `day` become one, and their order that of their content.
    virtual Status fold(std::int64_t day) = 0;
    // Days before `day` that have rows and were not folded since the last came; nothing when the
    // engine cannot say.
    virtual Result<std::optional<std::vector<std::int64_t>>> unfolded_before(std::int64_t) {
        return std::optional<std::vector<std::int64_t>>();
    }
    // Of [from, to) the days that only their rows tell of. The others are added up in `daily` too,
    // and stay so while a question that is asked at once is answered.
    virtual Result<DayRanges> not_added_up(std::int64_t from, std::int64_t to) {
        return DayRanges{{from, to}};
    }
    // Removes every day before `day`; tells the words that nothing uses any more, if it knows.
    virtual Status forget_before(std::int64_t day, const OnUnused& on_unused) = 0;
    // "table.column" of everything that is kept.
    virtual Result<std::vector<std::string>> kept_columns() = 0;
};

}  // namespace avow::traffic
