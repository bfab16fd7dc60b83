// SPDX-License-Identifier: Apache-2.0
#include "sql/postgres.hh"

#include "sql/migration.hh"
#include "sql/postgres_pool.hh"
#include "sql/postgres_writer.hh"
#include "sql/schema.hh"

namespace avow::sql {
namespace {

constexpr int kReadTries = 5;  // LIMIT: connections that may break before a read's first row

class PostgresConnection final : public Connection {
  public:
    PostgresConnection(const PostgresAddress& address, const PostgresOptions& options)
        : pool_(address, options.readers, options.writers),
          writer_(pool_, options.writers, options.units_per_commit, options.waiting_max) {}

    Status read(const std::function<Status(Reader&)>& work) override {
        for (int attempt = 1;; ++attempt) {
            TRY(auto handle, pool_.take(PostgresPool::For::reading));
            bool fresh = true;  // the caller has seen nothing yet
            auto result = read_with(*handle, work, fresh);
            const bool again = handle->is_lost() && fresh && attempt < kReadTries;
            pool_.give(std::move(handle), PostgresPool::For::reading);
            if (!again) return result;
        }
    }

    Status write(const Unit& unit) override { return writer_.write(unit); }

    Status start() {
        // Two nodes that start together both make the table: one of them is told that it exists.
        constexpr int kTries = 5;
        for (int attempt = 1;; ++attempt) {
            const auto made = write([](Writer& unit) {
                return static_cast<PostgresHandle&>(unit).run_script(to_postgres(kMigrationsTable));
            });
            if (made || made.error().code() != Code::conflict || attempt == kTries) return made;
        }
    }

    Status migrate(std::string_view room,
                   std::initializer_list<std::string_view> scripts) override {
        return write([&](Writer& unit) -> Status {
            // One node changes the schema, the others wait and find it done.
            TRY_OK(unit.execute("lock table migrations in share row exclusive mode", {}));
            return run_migrations(unit, room, scripts, [&](std::string_view script) {
                return static_cast<PostgresHandle&>(unit).run_script(to_postgres(script));
            });
        });
    }

    bool is_shared() const override { return true; }

  private:
    static Status read_with(PostgresHandle& handle, const std::function<Status(Reader&)>& work,
                            bool& fresh) {
        (void)handle.took_rows();
        (void)handle.execute("begin isolation level repeatable read read only", {});
        auto result = work(handle);
        fresh = !handle.took_rows();
        if (handle.has_failed()) {
            if (result) result = handle.failure().error;
            if (!handle.recover()) return result;
        }
        // Nobody waits for it: the pool reads its end before it hands the connection out again.
        (void)handle.execute("commit", {});
        (void)handle.send_sync();
        return result;
    }

    PostgresPool pool_;
    PostgresWriter writer_;  // last: its threads end first
};

}  // namespace

Result<std::unique_ptr<Connection>> open_postgres(const std::string& text,
                                                  const PostgresOptions& options) {
    TRY(const auto address, PostgresAddress::parse(text));
    auto connection = std::make_unique<PostgresConnection>(address, options);
    TRY_OK(connection->start());
    return std::unique_ptr<Connection>(std::move(connection));
}

}  // namespace avow::sql
