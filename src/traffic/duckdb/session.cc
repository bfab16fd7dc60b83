// SPDX-License-Identifier: Apache-2.0
#include "traffic/duckdb/session.hh"

#include <string>

#include "traffic/statement_text.hh"

namespace avow::traffic::duck {
namespace {

class ChunkCells final : public Cells {
  public:
    explicit ChunkCells(duckdb_data_chunk chunk) {
        const auto columns = duckdb_data_chunk_get_column_count(chunk);
        for (idx_t i = 0; i < columns; ++i) {
            auto* vector = duckdb_data_chunk_get_vector(chunk, i);
            columns_.push_back(
                {duckdb_vector_get_data(vector), duckdb_vector_get_validity(vector)});
        }
    }
    void stand_at(idx_t row) { row_ = row; }

    std::size_t size() const override { return columns_.size(); }
    std::int64_t integer(std::size_t column) const override {
        if (is_null(column)) return 0;
        return static_cast<const std::int64_t*>(columns_[column].data)[row_];
    }
    std::string_view text(std::size_t column) const override {
        if (is_null(column)) return {};
        auto* string = static_cast<duckdb_string_t*>(columns_[column].data) + row_;
        return {duckdb_string_t_data(string), duckdb_string_t_length(*string)};
    }

  private:
    struct Column {
        void* data;
        std::uint64_t* validity;
    };
    bool is_null(std::size_t column) const {
        const auto* validity = columns_[column].validity;
        return validity != nullptr && ((validity[row_ / 64] >> (row_ % 64)) & 1) == 0;
    }
    std::vector<Column> columns_;
    idx_t row_ = 0;
};

// Cells are read without conversion: a column of another type would be read as nonsense.
Status check_types(Answer& answer) {
    for (idx_t i = 0; i < duckdb_column_count(answer.get()); ++i) {
        const auto type = duckdb_column_type(answer.get(), i);
        if (type != DUCKDB_TYPE_BIGINT && type != DUCKDB_TYPE_VARCHAR) {
            return failed("answer", "a column is neither bigint nor varchar");
        }
    }
    return {};
}

Status each_row(Answer& answer, const OnRow& on_row) {
    TRY_OK(check_types(answer));
    while (true) {
        auto* chunk = duckdb_fetch_chunk(*answer.get());
        if (chunk == nullptr) return {};
        ChunkCells cells(chunk);
        const auto rows = duckdb_data_chunk_get_size(chunk);
        for (idx_t row = 0; row < rows; ++row) {
            cells.stand_at(row);
            on_row(cells);
        }
        duckdb_destroy_data_chunk(&chunk);
    }
}

}  // namespace

Error failed(std::string_view what, const char* why) {
    const std::string_view cause = why == nullptr ? "" : why;
    const bool full = cause.find("Out of Memory") != std::string_view::npos;
    return Error(full ? Code::unavailable : Code::internal,
                 full ? "this question needs more memory than the traffic store may use: ask for "
                        "fewer days or more filters"
                      : "the traffic store cannot " + std::string(what))
        .caused_by(std::string(cause));
}

Status Session::run(std::string_view sql, const std::vector<std::int64_t>& numbers) {
    Answer answer;
    if (duckdb_query(connection_, with_numbers(sql, numbers).c_str(), answer.get()) ==
        DuckDBSuccess) {
        return {};
    }
    return failed("be changed", duckdb_result_error(answer.get()));
}

Status Session::ask(std::string_view sql, const std::vector<std::int64_t>& numbers,
                    const OnRow& on_row) {
    Answer answer;
    if (duckdb_query(connection_, with_numbers(sql, numbers).c_str(), answer.get()) ==
        DuckDBError) {
        return failed("answer", duckdb_result_error(answer.get()));
    }
    return each_row(answer, on_row);
}

}  // namespace avow::traffic::duck
