// SPDX-License-Identifier: Apache-2.0
#include "sql/sqlite.hh"

#include <condition_variable>
#include <mutex>
#include <vector>

#include <sqlite3.h>

#include "sql/migration.hh"
#include "sql/sqlite_copy.hh"
#include "sql/sqlite_handle.hh"
#include "sql/sqlite_writer.hh"

namespace avow::sql {
namespace {

// Readers wait for a free handle: the pool bounds how many snapshots are open at once.
class ReaderPool {
  public:
    static Result<std::unique_ptr<ReaderPool>> create(const std::filesystem::path& file, int size) {
        auto pool = std::make_unique<ReaderPool>();
        for (int i = 0; i < size; ++i) {
            TRY(auto handle, SqliteHandle::create(file, SqliteHandle::Access::read_only));
            TRY_OK(handle->run_script("pragma query_only=on; pragma cache_size=-8192"));
            pool->free_.push_back(std::move(handle));
        }
        return pool;
    }

    Status read(const std::function<Status(Reader&)>& work) {
        auto handle = take();
        auto result = [&]() -> Status {
            TRY_OK(handle->execute("begin", {}));
            return work(*handle);
        }();
        if (handle->in_transaction()) {
            auto ended = handle->run("commit", {});
            if (result && !ended) result = ended.error();
        }
        give(std::move(handle));
        return result;
    }

  private:
    std::unique_ptr<SqliteHandle> take() {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return !free_.empty(); });
        auto handle = std::move(free_.back());
        free_.pop_back();
        return handle;
    }
    void give(std::unique_ptr<SqliteHandle> handle) {
        {
            const std::lock_guard lock(mutex_);
            free_.push_back(std::move(handle));
        }
        wake_.notify_one();
    }

    std::mutex mutex_;  // guards free_
    std::condition_variable wake_;
    std::vector<std::unique_ptr<SqliteHandle>> free_;  // last used first: its cache is warm
};

class SqliteConnection final : public Connection {
  public:
    SqliteConnection(std::filesystem::path file, std::unique_ptr<SqliteHandle> writer,
                     std::unique_ptr<ReaderPool> readers, const SqliteOptions& options)
        : file_(std::move(file)),
          writer_(std::move(writer), options.units_per_commit, options.waiting_max),
          readers_(std::move(readers)) {}

    Status read(const std::function<Status(Reader&)>& work) override {
        return readers_->read(work);
    }
    Status write(const std::function<Status(Writer&)>& unit) override {
        return writer_.write(unit);
    }
    Status scrub() override { return empty_log(file_); }
    Status copy_to(const std::filesystem::path& to) override { return copy_database(file_, to); }

    Status migrate(std::string_view room,
                   std::initializer_list<std::string_view> scripts) override {
        return write([&](Writer& unit) {
            return run_migrations(unit, room, scripts, [&](std::string_view script) {
                return static_cast<SqliteHandle&>(unit).run_script(std::string(script));
            });
        });
    }

    bool is_shared() const override { return false; }

  private:
    std::filesystem::path file_;
    SqliteWriter writer_;
    std::unique_ptr<ReaderPool> readers_;
};

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(const std::filesystem::path& file,
                                                const SqliteOptions& options) {
    TRY(auto writer, SqliteHandle::create(file, SqliteHandle::Access::read_write));
    const bool wal = options.journal == SqliteOptions::Journal::wal;
    TRY_OK(writer->run_script(std::string("pragma secure_delete=on; pragma foreign_keys=on;") +
                              (wal ? "pragma journal_mode=wal; pragma wal_autocheckpoint=4000;"
                                   : "pragma journal_mode=delete;") +
                              "pragma synchronous=full; pragma cache_size=-65536;" +
                              std::string(kMigrationsTable)));
    TRY(auto readers, ReaderPool::create(file, options.readers));
    return std::unique_ptr<Connection>(
        std::make_unique<SqliteConnection>(file, std::move(writer), std::move(readers), options));
}

}  // namespace avow::sql
