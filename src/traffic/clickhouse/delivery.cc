// SPDX-License-Identifier: Apache-2.0
#include "traffic/clickhouse/delivery.hh"

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

#include "traffic/clickhouse/tables.hh"
#include "traffic/fold_rows.hh"
#include "traffic/row_bytes.hh"

namespace avow::traffic::clickhouse {
namespace {

constexpr std::uint32_t kHoursOfDay = 24;

std::uint32_t day_of(const ViewRow& row) {
    return row.hour / kHoursOfDay;
}
template <typename Row>
std::uint32_t day_of(const Row& row) {
    return row.day;
}

ViewRow marking(const ViewRow*, std::uint32_t day, std::uint64_t mark) {
    ViewRow row{};
    row.hour = day * kHoursOfDay;
    row.page = mark;
    row.n = 1;
    return row;
}
EdgeRow marking(const EdgeRow*, std::uint32_t day, std::uint64_t mark) {
    return {0, 0, mark, day, 1};
}
EngagementRow marking(const EngagementRow*, std::uint32_t day, std::uint64_t mark) {
    return {0, mark, day, 0, 1};
}
PropertyRow marking(const PropertyRow*, std::uint32_t day, std::uint64_t mark) {
    return {0, 0, mark, day, 1};
}

class Inserts {
  public:
    Inserts(const Label& label, std::string_view database, std::string_view cluster)
        : label_(label), database_(database), cluster_(cluster) {}

    template <typename Row>
    void add_counts(std::string_view name, std::vector<Row> rows) {
        fold_rows(rows);
        std::map<std::uint32_t, std::vector<Row>> days;
        for (const auto& row : rows) days[day_of(row)].push_back(row);
        for (const auto& [day, all] : days) {
            for (std::size_t at = 0; at < all.size(); at += kRowsTogether) {
                // Neighbours of a random number are as unlikely to be another's as itself.
                const auto mark = label_.mark + at / kRowsTogether;
                std::string bytes;
                const auto end = std::min(all.size(), at + kRowsTogether);
                for (auto i = at; i < end; ++i) put(bytes, all[i]);
                put(bytes, marking(static_cast<const Row*>(nullptr), day, mark));
                add(name, day, mark, std::move(bytes));
            }
        }
    }
    // A second one of these rows changes nothing.
    template <typename Row>
    void add_facts(std::string_view name, const std::vector<Row>& rows) {
        std::map<std::uint32_t, std::string> spans;
        for (const auto& row : rows) put(spans[span_of(row)], row);
        for (auto& [span, bytes] : spans) add(name, span, 0, std::move(bytes));
    }
    std::vector<Ask> take() { return std::move(inserts_); }

  private:
    static std::uint32_t span_of(const WordRow& row) { return row.span; }
    static std::uint32_t span_of(const ImportRow&) { return 0; }

    void add(std::string_view name, std::uint32_t day, std::uint64_t mark, std::string bytes) {
        const auto& table = table_named(name);
        // The bytes are ours, and the boundary random: it stands nowhere in them.
        const auto boundary =
            "avow" + std::to_string(label_.mark) + "x" + std::to_string(inserts_.size());
        Ask one;
        one.parameters = {{"database", database_},
                          {"query", insert_once(table, cluster_, day, mark)},
                          // A server runs no two questions of one name at a time: a late first one
                          // and its repetition do not look for the mark together.
                          {"query_id", "avow-" + std::to_string(label_.mark) + "-" +
                                           std::to_string(inserts_.size())},
                          {"batch_structure", std::string(table.columns)},
                          {"batch_format", "RowBinary"},
                          {"replace_running_query", "0"},
                          {"wait_end_of_query", "1"},  // else a 200 may come before a failure
                          {"max_threads", "1"},
                          {"min_insert_block_size_rows", "1048576"},
                          {"min_insert_block_size_bytes", "268435456"}};
        one.content_type = "multipart/form-data; boundary=" + boundary;
        one.body = "--" + boundary +
                   "\r\nContent-Disposition: form-data; name=\"batch\"; filename=\"batch\"\r\n"
                   "Content-Type: application/octet-stream\r\n\r\n" +
                   bytes + "\r\n--" + boundary + "--\r\n";
        inserts_.push_back(std::move(one));
    }

    const Label& label_;
    const std::string database_;
    const std::string cluster_;
    std::vector<Ask> inserts_;
};

}  // namespace

std::string text_of(const Label& label) {
    return std::to_string(label.mark) + " " + label.server;
}

std::optional<Label> label_from(std::string_view text) {
    Label label;
    const auto space = text.find(' ');
    if (space == text.npos) return std::nullopt;
    const auto read = std::from_chars(text.data(), text.data() + space, label.mark);
    if (read.ec != std::errc() || read.ptr != text.data() + space || label.mark == 0) {
        return std::nullopt;
    }
    label.server = text.substr(space + 1);
    return label;
}

Result<std::vector<Ask>> inserts_of(const Segment& segment, const Label& label,
                                    std::string_view database, std::string_view cluster) {
    Batch all;
    std::vector<ImportRow> imports;
    TRY_OK(read_records(segment.records, imports, all));
    Inserts inserts(label, database, cluster);
    inserts.add_facts("words", all.words);
    inserts.add_counts("views", std::move(all.views));
    inserts.add_counts("edges", std::move(all.edges));
    inserts.add_counts("engagement", std::move(all.engagement));
    inserts.add_counts("properties", std::move(all.properties));
    inserts.add_facts("imports", imports);
    return inserts.take();
}

}  // namespace avow::traffic::clickhouse
