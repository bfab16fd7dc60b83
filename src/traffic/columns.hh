// SPDX-License-Identifier: Apache-2.0
// The seam between the traffic store and an engine of columns. Rows hold numbers; words have their
// dictionary. SQL comes from sql/, in words that DuckDB and ClickHouse both take.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

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

struct WordRow {
    WordKind kind;
    std::uint32_t id;
    std::string word;
};
// One row of `views`: many equal sightings may share it.
struct ViewRow {
    std::uint32_t site, hour, page, name, source, campaign, browser, system, n;
    std::uint16_t country;
    std::uint8_t kind, channel, device, origin, bot;
    std::uint8_t known, today, week, month, year, gap, depth, entry, reload;
};
struct EdgeRow {
    std::uint32_t site, day, from_page, to_page, n;
};
struct EngagementRow {
    std::uint32_t site, day, page;
    std::uint8_t bucket;
    std::int32_t n;
};
struct PropertyRow {
    std::uint32_t site, day, name, property, n;
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
};

// One row of an answer. Columns are bigint or varchar; null is 0 or empty.
class Cells {
  public:
    virtual ~Cells() = default;
    virtual std::int64_t integer(std::size_t column) const = 0;
    virtual std::string_view text(std::size_t column) const = 0;
};
using OnRow = std::function<void(const Cells&)>;

class Columns {
  public:
    virtual ~Columns() = default;
    // All of it or nothing; durable when it returns. Any thread.
    virtual Status append(const Batch& batch) = 0;
    // Any thread; `unavailable` when the engine's memory limit is reached.
    virtual Status query(std::string_view sql, const std::vector<std::int64_t>& numbers,
                         const OnRow& on_row) = 0;
    // Several statements in one transaction; numbers are bound in each.
    virtual Status change(std::string_view sql, const std::vector<std::int64_t>& numbers) = 0;
    // Gives the space of removed rows back.
    virtual Status tidy() = 0;
};

}  // namespace avow::traffic
