// SPDX-License-Identifier: Apache-2.0
#include "sql/sqlite.hh"

#include "sql/migration.hh"
#include "sql/sqlite_copy.hh"
#include "sql/sqlite_handle.hh"
#include "sql/sqlite_readers.hh"
#include "sql/sqlite_writer.hh"

namespace avow::sql {
namespace {

class SqliteConnection final : public Connection {
  public:
    SqliteConnection(std::filesystem::path file, std::unique_ptr<SqliteHandle> writer,
                     std::unique_ptr<SqliteReaders> readers, const SqliteOptions& options)
        : file_(std::move(file)),
          readers_(std::move(readers)),
          writer_(std::move(writer), *readers_, options.units_per_commit, options.waiting_max) {}

    Status read(const std::function<Status(Reader&)>& work) override {
        return readers_->read(work);
    }
    Status write(const std::function<Status(Writer&)>& unit) override {
        return writer_.write(unit);
    }
    Status scrub() override {
        const SqliteReaders::Pause pause(*readers_);
        return empty_log(file_);
    }
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
    std::unique_ptr<SqliteReaders> readers_;
    SqliteWriter writer_;
};

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(const std::filesystem::path& file,
                                                const SqliteOptions& options) {
    TRY(auto writer, SqliteHandle::create(file, SqliteHandle::Access::read_write));
    const bool wal = options.journal == SqliteOptions::Journal::wal;
    TRY_OK(writer->run_script(std::string("pragma secure_delete=on; pragma foreign_keys=on;") +
                              (wal ? "pragma journal_mode=wal; pragma wal_autocheckpoint=8000;"
                                   : "pragma journal_mode=delete;") +
                              "pragma synchronous=full; pragma cache_size=-65536;" +
                              std::string(kMigrationsTable)));
    TRY(auto readers,
        SqliteReaders::create(file, options.readers,
                              wal ? SqliteReaders::Keeps::snapshots : SqliteReaders::Keeps::no));
    return std::unique_ptr<Connection>(
        std::make_unique<SqliteConnection>(file, std::move(writer), std::move(readers), options));
}

}  // namespace avow::sql
