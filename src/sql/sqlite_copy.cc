// SPDX-License-Identifier: Apache-2.0
#include "sql/sqlite_copy.hh"

#include <memory>
#include <string>

#include <sqlite3.h>

#include "base/open_file.hh"
#include "sql/sqlite_handle.hh"

namespace avow::sql {
namespace {

struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};
using Database = std::unique_ptr<sqlite3, Close>;

Result<Database> open_plain(const std::filesystem::path& file, int flags) {
    sqlite3* opened = nullptr;
    const int result = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
    Database database(opened);
    if (result == SQLITE_OK) return database;
    return Error(Code::unavailable, "cannot open " + file.string())
        .caused_by(sqlite3_errstr(result));
}

}  // namespace

Status empty_log(const std::filesystem::path& file) {
    TRY(const auto handle, SqliteHandle::create(file, SqliteHandle::Access::read_write));
    bool busy = true;
    TRY_OK(handle->query("pragma wal_checkpoint(truncate)", {}, [&](const Row& row) -> Status {
        busy = row.integer(0) != 0;
        return {};
    }));
    if (!busy) return {};
    return Error(Code::unavailable, "the store is read without a pause: its log is emptied later");
}

Status copy_database(const std::filesystem::path& file, const std::filesystem::path& to) {
    if (std::filesystem::exists(to))
        return Error(Code::conflict, to.string() + " is there already");
    {
        TRY(const auto source, open_plain(file, SQLITE_OPEN_READONLY));
        TRY(const auto copy, open_plain(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
        // Synced once at the end: a copy that a crash cuts short is no backup.
        sqlite3_exec(copy.get(), "pragma synchronous=off; pragma journal_mode=off", nullptr,
                     nullptr, nullptr);
        auto* backup = sqlite3_backup_init(copy.get(), "main", source.get(), "main");
        if (backup == nullptr) return Error(Code::unavailable, "the store cannot be copied now");
        sqlite3_backup_step(backup, -1);
        const int result = sqlite3_backup_finish(backup);
        if (result != SQLITE_OK) {
            return Error(result == SQLITE_CORRUPT ? Code::corrupt : Code::unavailable,
                         "the store could not be copied")
                .caused_by(sqlite3_errstr(result));
        }
    }
    TRY(auto copied, OpenFile::create(to, OpenFile::IfAbsent::refuse));
    return copied.sync();
}

}  // namespace avow::sql
