// SPDX-License-Identifier: Apache-2.0
#include "traffic/duckdb/appender.hh"

#include <algorithm>
#include <functional>
#include <span>
#include <string>

namespace avow::traffic::duck {
namespace {

// Rows in chunks of columns, as the engine keeps them: a value at a time costs it a call each.
template <typename Row>
class Table {
  public:
    Table(Session& session, const char* name) {
        good_ = duckdb_appender_create(session.get(), nullptr, name, &appender_) == DuckDBSuccess;
        if (!good_) return;
        std::vector<duckdb_logical_type> types(duckdb_appender_column_count(appender_));
        for (idx_t i = 0; i < types.size(); ++i) {
            types[i] = duckdb_appender_column_type(appender_, i);
        }
        chunk_ = duckdb_create_data_chunk(types.data(), types.size());
        for (auto& type : types) duckdb_destroy_logical_type(&type);
    }
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;
    ~Table() {
        if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
        duckdb_appender_destroy(&appender_);
    }

    // `columns` is called for each chunk, and puts every column of its rows.
    template <typename Columns>
    Status append(std::span<const Row> rows, const Columns& columns) {
        while (good_ && !rows.empty()) {
            rows_ = rows.first(std::min<std::size_t>(rows.size(), duckdb_vector_size()));
            rows = rows.subspan(rows_.size());
            duckdb_data_chunk_reset(chunk_);
            column_ = 0;
            columns(*this);
            duckdb_data_chunk_set_size(chunk_, rows_.size());
            good_ = duckdb_append_data_chunk(appender_, chunk_) == DuckDBSuccess;
        }
        if (good_ && duckdb_appender_flush(appender_) == DuckDBSuccess) return {};
        return failed("take rows", duckdb_appender_error(appender_));
    }

    // The next column: as `Kept`, of the member or of what a function makes of a row. Words are
    // counted up here, and never reach what 32 bits hold.
    template <typename Kept, typename Value>
    Table& put(const Value& value) {
        auto* data = static_cast<Kept*>(duckdb_vector_get_data(next()));
        for (const auto& row : rows_) *data++ = static_cast<Kept>(std::invoke(value, row));
        return *this;
    }
    Table& text(std::string Row::* value) {
        auto* vector = next();
        for (idx_t i = 0; i < rows_.size(); ++i) {
            const auto& one = rows_[i].*value;
            duckdb_vector_assign_string_element_len(vector, i, one.data(), one.size());
        }
        return *this;
    }

  private:
    duckdb_vector next() { return duckdb_data_chunk_get_vector(chunk_, column_++); }
    duckdb_appender appender_ = nullptr;
    duckdb_data_chunk chunk_ = nullptr;
    std::span<const Row> rows_;
    idx_t column_ = 0;
    bool good_ = false;
};

template <typename Row, typename Columns>
Status put_all(Session& session, const char* name, std::span<const Row> rows,
               const Columns& columns) {
    if (rows.empty()) return {};
    return Table<Row>(session, name).append(rows, columns);
}

using U8 = std::uint8_t;
using U16 = std::uint16_t;
using U32 = std::uint32_t;
using U64 = std::uint64_t;
using I32 = std::int32_t;

void columns_of_words(Table<WordRow>& to) {
    to.put<U8>(&WordRow::kind).put<U32>(&WordRow::id).text(&WordRow::word);
}
void columns_of_views(Table<ViewRow>& to) {
    using Row = ViewRow;
    to.put<U32>(&Row::site).put<U32>(&Row::hour).put<U32>(&Row::page).put<U32>(&Row::name);
    to.put<U32>(&Row::source).put<U32>(&Row::campaign).put<U32>(&Row::browser);
    to.put<U32>(&Row::system).put<U32>(&Row::n).put<U16>(&Row::country).put<U8>(&Row::kind);
    to.put<U8>(&Row::channel).put<U8>(&Row::device).put<U8>(&Row::origin).put<U8>(&Row::bot);
    to.put<U8>(&Row::known).put<U8>(&Row::today).put<U8>(&Row::week).put<U8>(&Row::month);
    to.put<U8>(&Row::year).put<U8>(&Row::gap).put<U8>(&Row::depth).put<U8>(&Row::entry);
    to.put<U8>(&Row::reload);
}
void columns_of_edges(Table<EdgeRow>& to) {
    using Row = EdgeRow;
    to.put<U32>(&Row::site).put<U32>(&Row::day).put<U32>(&Row::from_page);
    to.put<U32>(&Row::to_page).put<U32>(&Row::n);
}
void columns_of_engagement(Table<EngagementRow>& to) {
    using Row = EngagementRow;
    to.put<U32>(&Row::site).put<U32>(&Row::day).put<U32>(&Row::page).put<U8>(&Row::bucket);
    to.put<I32>(&Row::n);
}
void columns_of_properties(Table<PropertyRow>& to) {
    using Row = PropertyRow;
    to.put<U32>(&Row::site).put<U32>(&Row::day).put<U32>(&Row::name).put<U32>(&Row::property);
    to.put<U32>(&Row::n);
}
void columns_of_imports(Table<ImportRow>& to) {
    using Row = ImportRow;
    to.text(&Row::file).put<U64>(&Row::bytes).put<U64>(&Row::lines).put<U64>(&Row::rejected);
}

}  // namespace

Status append(Session& session, const Batch& batch) {
    TRY_OK(put_all(session, "words", std::span(batch.words), columns_of_words));
    TRY_OK(put_all(session, "views", std::span(batch.views), columns_of_views));
    TRY_OK(put_all(session, "edges", std::span(batch.edges), columns_of_edges));
    TRY_OK(put_all(session, "engagement", std::span(batch.engagement), columns_of_engagement));
    TRY_OK(put_all(session, "properties", std::span(batch.properties), columns_of_properties));
    if (!batch.import) return {};
    return put_all(session, "imports", std::span(&*batch.import, 1), columns_of_imports);
}

}  // namespace avow::traffic::duck
