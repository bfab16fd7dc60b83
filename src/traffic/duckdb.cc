// SPDX-License-Identifier: Apache-2.0
// The only file that includes duckdb.h.
#include "traffic/duckdb.hh"

#include <atomic>
#include <mutex>

#include <duckdb.h>

#include "traffic/statements.hh"

namespace avow::traffic {
namespace {

constexpr std::int64_t kHoursOfDay = 24;

Error failed(std::string_view what, const char* why) {
    const std::string_view cause = why == nullptr ? "" : why;
    const bool full = cause.find("Out of Memory") != std::string_view::npos;
    return Error(full ? Code::unavailable : Code::internal,
                 full ? "this question needs more memory than the traffic store may use: ask for "
                        "fewer days or more filters"
                      : "the traffic store cannot " + std::string(what))
        .caused_by(std::string(cause));
}

class Answer {
  public:
    Answer() = default;
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer() { duckdb_destroy_result(&result_); }
    duckdb_result* get() { return &result_; }

  private:
    duckdb_result result_{};
};

class Session {
  public:
    explicit Session(duckdb_database database) {
        if (duckdb_connect(database, &connection_) == DuckDBError) connection_ = nullptr;
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() {
        if (connection_ != nullptr) duckdb_disconnect(&connection_);
    }
    duckdb_connection get() const { return connection_; }

    Status run(const char* sql) {
        Answer answer;
        if (duckdb_query(connection_, sql, answer.get()) == DuckDBSuccess) return {};
        return failed("be changed", duckdb_result_error(answer.get()));
    }

  private:
    duckdb_connection connection_ = nullptr;
};

class Prepared {
  public:
    Prepared(duckdb_connection connection, std::string_view sql) {
        const std::string text(sql);
        good_ = duckdb_prepare(connection, text.c_str(), &statement_) == DuckDBSuccess;
    }
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;
    ~Prepared() { duckdb_destroy_prepare(&statement_); }

    Status run(const std::vector<std::int64_t>& numbers, Answer& answer) {
        if (!good_) return failed("read a question", duckdb_prepare_error(statement_));
        const auto wanted = duckdb_nparams(statement_);
        for (idx_t i = 0; i < wanted && i < numbers.size(); ++i) {
            duckdb_bind_int64(statement_, i + 1, numbers[i]);
        }
        if (duckdb_execute_prepared(statement_, answer.get()) == DuckDBSuccess) return {};
        return failed("answer", duckdb_result_error(answer.get()));
    }

  private:
    duckdb_prepared_statement statement_ = nullptr;
    bool good_ = false;
};

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

class Appender {
  public:
    Appender(duckdb_connection connection, const char* table) {
        good_ = duckdb_appender_create(connection, nullptr, table, &appender_) == DuckDBSuccess;
    }
    Appender(const Appender&) = delete;
    Appender& operator=(const Appender&) = delete;
    ~Appender() { duckdb_appender_destroy(&appender_); }

    Appender& u8(std::uint8_t value) { return note(duckdb_append_uint8(appender_, value)); }
    Appender& u16(std::uint16_t value) { return note(duckdb_append_uint16(appender_, value)); }
    Appender& u32(std::uint32_t value) { return note(duckdb_append_uint32(appender_, value)); }
    // Words are counted up here, and never reach what 32 bits hold.
    Appender& word(WordId id) { return u32(static_cast<std::uint32_t>(id)); }
    Appender& u64(std::uint64_t value) { return note(duckdb_append_uint64(appender_, value)); }
    Appender& i32(std::int32_t value) { return note(duckdb_append_int32(appender_, value)); }
    Appender& text(const std::string& value) {
        return note(duckdb_append_varchar_length(appender_, value.data(), value.size()));
    }
    void end() { note(duckdb_appender_end_row(appender_)); }
    Status finish() {
        if (good_ && duckdb_appender_flush(appender_) == DuckDBSuccess) return {};
        return failed("take rows", duckdb_appender_error(appender_));
    }

  private:
    Appender& note(duckdb_state state) {
        good_ = good_ && state == DuckDBSuccess;
        return *this;
    }
    duckdb_appender appender_ = nullptr;
    bool good_ = false;
};

void put(Appender& to, const WordRow& row) {
    to.u8(static_cast<std::uint8_t>(row.kind)).word(row.id).text(row.word).end();
}
void put(Appender& to, const ViewRow& row) {
    to.word(row.site).u32(row.hour).word(row.page).word(row.name).word(row.source);
    to.word(row.campaign)
        .word(row.browser)
        .word(row.system)
        .u32(row.n)
        .u16(row.country)
        .u8(row.kind)
        .u8(row.channel);
    to.u8(row.device).u8(row.origin).u8(row.bot).u8(row.known).u8(row.today).u8(row.week);
    to.u8(row.month).u8(row.year).u8(row.gap).u8(row.depth).u8(row.entry).u8(row.reload).end();
}
void put(Appender& to, const EdgeRow& row) {
    to.word(row.site).u32(row.day).word(row.from_page).word(row.to_page).u32(row.n).end();
}
void put(Appender& to, const EngagementRow& row) {
    to.word(row.site).u32(row.day).word(row.page).u8(row.bucket).i32(row.n).end();
}
void put(Appender& to, const PropertyRow& row) {
    to.word(row.site).u32(row.day).word(row.name).word(row.property).u32(row.n).end();
}
void put(Appender& to, const ImportRow& row) {
    to.text(row.file).u64(row.bytes).u64(row.lines).u64(row.rejected).end();
}

template <typename Rows>
Status put_all(duckdb_connection connection, const char* table, const Rows& rows) {
    if (rows.empty()) return {};
    Appender appender(connection, table);
    for (const auto& row : rows) put(appender, row);
    return appender.finish();
}

class DuckColumns final : public Columns {
  public:
    ~DuckColumns() override {
        writer_.reset();
        readers_.clear();
        if (database_ != nullptr) duckdb_close(&database_);
    }

    Status open(const std::filesystem::path& file, DuckOptions options) {
        duckdb_config config = nullptr;
        if (duckdb_create_config(&config) == DuckDBError) return failed("be configured", nullptr);
        const auto set = [&](const char* name, const std::string& value) {
            duckdb_set_config(config, name, value.c_str());
        };
        set("memory_limit", std::to_string(options.memory_mb) + "MB");
        set("threads", std::to_string(options.threads));
        set("autoinstall_known_extensions", "false");  // nothing is fetched from anywhere
        set("autoload_known_extensions", "false");
        set("temp_directory", file.string() + ".tmp");
        char* why = nullptr;
        const auto state = duckdb_open_ext(file.c_str(), &database_, config, &why);
        duckdb_destroy_config(&config);
        if (state == DuckDBError) return not_opened(file, why);
        writer_ = std::make_unique<Session>(database_);
        for (unsigned i = 0; i < kReaders; ++i) {
            readers_.push_back(std::make_unique<Session>(database_));
        }
        if (writer_->get() == nullptr || readers_.back()->get() == nullptr) {
            return failed("be opened", "no connection");
        }
        return writer_->run(std::string(statements::schema_1).c_str());
    }

    bool is_shared() const override { return false; }

    Status append(const Batch& batch) override {
        const std::lock_guard lock(writing_);
        TRY_OK(writer_->run("begin transaction"));
        auto put = put_batch(batch);
        if (!put) {
            [[maybe_unused]] const auto undone = writer_->run("rollback");
            return put;
        }
        return writer_->run("commit");
    }

    Status query(std::string_view sql, const std::vector<std::int64_t>& numbers,
                 const OnRow& on_row) override {
        const auto which = next_++ % kReaders;
        const std::lock_guard lock(reading_[which]);
        Answer answer;
        Prepared prepared(readers_[which]->get(), sql);
        TRY_OK(prepared.run(numbers, answer));
        return each_row(answer, on_row);
    }

    Status settle() override { return {}; }

    Status fold(std::int64_t day) override {
        TRY_OK(change(statements::fold_day, {day * kHoursOfDay, (day + 1) * kHoursOfDay, day}));
        return tidy();
    }

    Status forget_before(std::int64_t day, const OnUnused& on_unused) override {
        TRY_OK(change(statements::delete_before, {day, day * kHoursOfDay}));
        TRY_OK(query(statements::delete_unused_words, {}, [&](const Cells& row) {
            on_unused(static_cast<WordKind>(row.integer(0)), static_cast<WordId>(row.integer(1)));
        }));
        return tidy();
    }

    Result<std::vector<std::string>> kept_columns() override {
        std::vector<std::string> kept;
        TRY_OK(query(statements::read_columns, {}, [&](const Cells& row) {
            kept.push_back(std::string(row.text(0)) + "." + std::string(row.text(1)));
        }));
        return kept;
    }

  private:
    static constexpr unsigned kReaders = 2;

    // Several statements in one transaction; numbers are bound in each.
    Status change(std::string_view sql, const std::vector<std::int64_t>& numbers) {
        const std::lock_guard lock(writing_);
        TRY_OK(writer_->run("begin transaction"));
        auto changed = run_each(sql, numbers);
        if (!changed) {
            [[maybe_unused]] const auto undone = writer_->run("rollback");
            return changed;
        }
        return writer_->run("commit");
    }

    // Gives the space of removed rows back.
    Status tidy() {
        const std::lock_guard lock(writing_);
        return writer_->run("checkpoint");
    }

    static Error not_opened(const std::filesystem::path& file, char* why) {
        const std::string cause = why == nullptr ? "" : why;
        duckdb_free(why);
        const bool held = cause.find("lock") != std::string::npos;
        return Error(held ? Code::conflict : Code::corrupt,
                     held ? "another process holds the traffic store " + file.string()
                          : "the traffic store " + file.string() + " cannot be opened")
            .caused_by(cause);
    }

    Status put_batch(const Batch& batch) {
        auto* connection = writer_->get();
        TRY_OK(put_all(connection, "words", batch.words));
        TRY_OK(put_all(connection, "views", batch.views));
        TRY_OK(put_all(connection, "edges", batch.edges));
        TRY_OK(put_all(connection, "engagement", batch.engagement));
        TRY_OK(put_all(connection, "properties", batch.properties));
        if (!batch.import) return {};
        return put_all(connection, "imports", std::vector{*batch.import});
    }

    Status run_each(std::string_view sql, const std::vector<std::int64_t>& numbers) {
        duckdb_extracted_statements statements = nullptr;
        const std::string text(sql);
        const auto count = duckdb_extract_statements(writer_->get(), text.c_str(), &statements);
        Status done;
        if (count == 0) done = failed("change", duckdb_extract_statements_error(statements));
        for (idx_t i = 0; i < count && done; ++i) done = run_one(statements, i, numbers);
        duckdb_destroy_extracted(&statements);
        return done;
    }

    Status run_one(duckdb_extracted_statements statements, idx_t index,
                   const std::vector<std::int64_t>& numbers) {
        duckdb_prepared_statement statement = nullptr;
        Answer answer;
        Status done;
        if (duckdb_prepare_extracted_statement(writer_->get(), statements, index, &statement) ==
            DuckDBError) {
            done = failed("change", duckdb_prepare_error(statement));
        } else {
            const auto wanted = duckdb_nparams(statement);
            for (idx_t i = 0; i < wanted && i < numbers.size(); ++i) {
                duckdb_bind_int64(statement, i + 1, numbers[i]);
            }
            if (duckdb_execute_prepared(statement, answer.get()) == DuckDBError) {
                done = failed("change", duckdb_result_error(answer.get()));
            }
        }
        duckdb_destroy_prepare(&statement);
        return done;
    }

    duckdb_database database_ = nullptr;
    std::mutex writing_;  // guards writer_
    std::unique_ptr<Session> writer_;
    std::mutex reading_[kReaders];  // each guards the reader of its number
    std::vector<std::unique_ptr<Session>> readers_;
    std::atomic<unsigned> next_{0};
};

}  // namespace

Result<std::unique_ptr<Columns>> open_duckdb(const std::filesystem::path& file,
                                             DuckOptions options) {
    auto columns = std::make_unique<DuckColumns>();
    TRY_OK(columns->open(file, options));
    return std::unique_ptr<Columns>(std::move(columns));
}

}  // namespace avow::traffic
