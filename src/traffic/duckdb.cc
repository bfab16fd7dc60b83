// SPDX-License-Identifier: Apache-2.0
#include "traffic/duckdb.hh"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>

#include "traffic/duckdb/appender.hh"
#include "traffic/duckdb/session.hh"
#include "traffic/statements.hh"

namespace avow::traffic {
namespace {

using duck::Session;

// What brings marks has removed all but the last few of what it brought (spool.hh).
constexpr int kMarksKept = 1000;

bool is_mark(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

std::set<std::int64_t> days_of(const Batch& batch) {
    std::set<std::int64_t> days;
    for (const auto& row : batch.views) days.insert(row.hour / kHoursOfDay);
    for (const auto& row : batch.edges) days.insert(row.day);
    for (const auto& row : batch.engagement) days.insert(row.day);
    return days;
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
        if (duckdb_create_config(&config) == DuckDBError) {
            return duck::failed("be configured", nullptr);
        }
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
            return duck::failed("be opened", "no connection");
        }
        TRY_OK(writer_->run(statements::schema_1));
        TRY_OK(writer_->run(statements::schema_2));
        return writer_->ask(statements::read_rolled, {},
                            [&](const Cells& row) { rolled_.insert(row.integer(0)); });
    }

    bool is_shared() const override { return false; }

    Status append(const Batch& batch) override {
        if (!is_mark(batch.mark)) return Error(Code::invalid, "a mark is letters and digits");
        const std::lock_guard lock(writing_);
        auto days = days_of(batch);
        bool before = false;
        TRY_OK(in_transaction([&]() -> Status {
            if (!batch.mark.empty()) {
                TRY(before, note(batch.mark));
            }
            if (before) return {};
            TRY_OK(duck::append(*writer_, batch));
            for (const auto day : days) {
                // What `daily` has of it stays: a question may be reading it now.
                if (is_rolled(day)) TRY_OK(writer_->run(statements::unroll_day, bounds(day)));
            }
            return {};
        }));
        if (before) return {};
        const std::lock_guard rolled_lock(rolled_mutex_);
        for (const auto day : days) rolled_.erase(day);
        return {};
    }

    Status query(std::string_view sql, const std::vector<std::int64_t>& numbers,
                 const OnRow& on_row) override {
        const auto which = next_++ % kReaders;
        const std::lock_guard lock(reading_[which]);
        return readers_[which]->ask(sql, numbers, on_row);
    }

    Status settle() override { return {}; }

    Status fold(std::int64_t day) override {
        {
            const std::lock_guard lock(writing_);
            TRY_OK(in_transaction([&] { return fold_and_add_up(day); }));
            const std::lock_guard rolled_lock(rolled_mutex_);
            rolled_.insert(day);
        }
        return tidy();
    }

    Result<std::optional<std::vector<std::int64_t>>> unfolded_before(std::int64_t day) override {
        std::vector<std::int64_t> days;
        TRY_OK(query(statements::read_unrolled, {day},
                     [&](const Cells& row) { days.push_back(row.integer(0)); }));
        return std::optional(std::move(days));
    }

    Result<DayRanges> not_added_up(std::int64_t from, std::int64_t to) override {
        const std::lock_guard lock(rolled_mutex_);
        DayRanges rolled;
        for (auto day = rolled_.lower_bound(from); day != rolled_.end() && *day < to; ++day) {
            if (!rolled.empty() && rolled.back().second == *day) {
                ++rolled.back().second;
            } else {
                rolled.emplace_back(*day, *day + 1);
            }
        }
        return rest_of(rolled, from, to);
    }

    Status forget_before(std::int64_t day, const OnUnused& on_unused) override {
        {
            const std::lock_guard lock(writing_);
            TRY_OK(in_transaction(
                [&] { return writer_->run(statements::delete_before, {day, day * kHoursOfDay}); }));
            const std::lock_guard rolled_lock(rolled_mutex_);
            rolled_.erase(rolled_.begin(), rolled_.lower_bound(day));
        }
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

    // All of it or nothing. The caller holds writing_.
    template <typename Change>
    Status in_transaction(const Change& change) {
        TRY_OK(writer_->run("begin transaction"));
        auto changed = change();
        if (changed) return writer_->run("commit");
        [[maybe_unused]] const auto undone = writer_->run("rollback");
        return changed;
    }

    static std::vector<std::int64_t> bounds(std::int64_t day) {
        return {day * kHoursOfDay, (day + 1) * kHoursOfDay, day};
    }

    // True: it was there before.
    Result<bool> note(const std::string& mark) {
        bool before = false;
        const Filling with[] = {{"mark", mark}, {"kept", std::to_string(kMarksKept)}};
        TRY_OK(writer_->ask(filled(statements::read_mark, with), {},
                            [&](const Cells&) { before = true; }));
        if (!before) TRY_OK(writer_->run(filled(statements::note_mark, with), {}));
        return before;
    }

    Status fold_and_add_up(std::int64_t day) {
        const auto numbers = bounds(day);
        TRY_OK(writer_->run(statements::fold_day, numbers));
        TRY_OK(writer_->run(statements::unroll_day, numbers));
        TRY_OK(writer_->run(statements::delete_daily, numbers));
        for (const auto& rollup : rollups()) {
            const Filling with[] = {{"part", std::to_string(rollup.part)},
                                    {"dimension", std::string(rollup.dimension)},
                                    {"filters", std::string(rollup.which)}};
            TRY_OK(writer_->run(filled(statements::roll_views, with), numbers));
        }
        const Filling leaving[] = {{"part", std::to_string(kLeavingPart)}};
        TRY_OK(writer_->run(filled(statements::roll_edges, leaving), numbers));
        for (const auto& [part, dimension] :
             {std::pair{kLoadsByBucketPart, "bucket"}, {kLoadsByPagePart, "page"}}) {
            const Filling with[] = {{"part", std::to_string(part)}, {"dimension", dimension}};
            TRY_OK(writer_->run(filled(statements::roll_engagement, with), numbers));
        }
        return writer_->run(statements::note_rolled, numbers);
    }

    bool is_rolled(std::int64_t day) {
        const std::lock_guard lock(rolled_mutex_);
        return rolled_.contains(day);
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

    duckdb_database database_ = nullptr;
    std::mutex writing_;  // guards writer_; taken before rolled_mutex_
    std::unique_ptr<Session> writer_;
    std::mutex reading_[kReaders];  // each guards the reader of its number
    std::vector<std::unique_ptr<Session>> readers_;
    std::atomic<unsigned> next_{0};
    std::mutex rolled_mutex_;        // guards what follows
    std::set<std::int64_t> rolled_;  // days that `daily` adds up; as in the table of that name
};

}  // namespace

Result<std::unique_ptr<Columns>> open_duckdb(const std::filesystem::path& file,
                                             DuckOptions options) {
    auto columns = std::make_unique<DuckColumns>();
    TRY_OK(columns->open(file, options));
    return std::unique_ptr<Columns>(std::move(columns));
}

}  // namespace avow::traffic
