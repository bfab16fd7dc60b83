// SPDX-License-Identifier: Apache-2.0
#include "traffic/duckdb/session.hh"

#include <string>

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

void bind(duckdb_prepared_statement statement, const std::vector<std::int64_t>& numbers) {
    const auto wanted = duckdb_nparams(statement);
    for (idx_t i = 0; i < wanted && i < numbers.size(); ++i) {
        duckdb_bind_int64(statement, i + 1, numbers[i]);
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

Status Session::run(const char* sql) {
    Answer answer;
    if (duckdb_query(connection_, sql, answer.get()) == DuckDBSuccess) return {};
    return failed("be changed", duckdb_result_error(answer.get()));
}

Status Session::ask(std::string_view sql, const std::vector<std::int64_t>& numbers,
                    const OnRow& on_row) {
    const std::string text(sql);
    duckdb_prepared_statement statement = nullptr;
    Answer answer;
    Status done;
    if (duckdb_prepare(connection_, text.c_str(), &statement) == DuckDBError) {
        done = failed("read a question", duckdb_prepare_error(statement));
    } else {
        bind(statement, numbers);
        if (duckdb_execute_prepared(statement, answer.get()) == DuckDBError) {
            done = failed("answer", duckdb_result_error(answer.get()));
        }
    }
    if (done) done = each_row(answer, on_row);
    duckdb_destroy_prepare(&statement);
    return done;
}

Status Session::run_each(std::string_view sql, const std::vector<std::int64_t>& numbers) {
    duckdb_extracted_statements statements = nullptr;
    const std::string text(sql);
    const auto count = duckdb_extract_statements(connection_, text.c_str(), &statements);
    Status done;
    if (count == 0) done = failed("change", duckdb_extract_statements_error(statements));
    for (idx_t i = 0; i < count && done; ++i) done = run_one(statements, i, numbers);
    duckdb_destroy_extracted(&statements);
    return done;
}

Status Session::run_one(duckdb_extracted_statements statements, idx_t index,
                        const std::vector<std::int64_t>& numbers) {
    duckdb_prepared_statement statement = nullptr;
    Answer answer;
    Status done;
    if (duckdb_prepare_extracted_statement(connection_, statements, index, &statement) ==
        DuckDBError) {
        done = failed("change", duckdb_prepare_error(statement));
    } else {
        bind(statement, numbers);
        if (duckdb_execute_prepared(statement, answer.get()) == DuckDBError) {
            done = failed("change", duckdb_result_error(answer.get()));
        }
    }
    duckdb_destroy_prepare(&statement);
    return done;
}

}  // namespace avow::traffic::duck
