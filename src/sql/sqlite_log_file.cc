// SPDX-License-Identifier: Apache-2.0
#include "sql/sqlite_log_file.hh"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include <sqlite3.h>

namespace avow::sql {
namespace {

// 31 pages and what the log says of each. SQLite's own VFS takes 17 bits of bytes in one write.
constexpr std::size_t kRoom = 31 * (4096 + 24);
static_assert(kRoom < 1 << 17);

// SQLite gives the memory, takes it back, and knows it by its first member. The system's own file
// stands right behind.
struct LogFile {
    sqlite3_file base;
    std::unique_ptr<std::uint8_t[]> room;  // made by the first write: readers need none
    std::size_t size;
    sqlite3_int64 offset;  // in the file, of what waits
};

// As SQLite aligns it.
static_assert(alignof(LogFile) <= 8 && sizeof(LogFile) % 8 == 0);

LogFile& log_of(sqlite3_file* file) {
    return *reinterpret_cast<LogFile*>(file);
}

sqlite3_file* system_file(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(&log_of(file) + 1);
}

// What cannot be written is dropped: SQLite hears of it and gives the whole transaction up.
int hand_on(sqlite3_file* file) {
    auto& log = log_of(file);
    const auto size = std::exchange(log.size, 0);
    if (size == 0) return SQLITE_OK;
    auto* system = system_file(file);
    return system->pMethods->xWrite(system, log.room.get(), static_cast<int>(size), log.offset);
}

int write(sqlite3_file* file, const void* data, int count, sqlite3_int64 offset) {
    auto& log = log_of(file);
    const auto more = static_cast<std::size_t>(count);
    const bool follows = offset == log.offset + static_cast<sqlite3_int64>(log.size);
    if (log.size > 0 && (!follows || log.size + more > kRoom)) {
        if (const int result = hand_on(file); result != SQLITE_OK) return result;
    }
    if (!log.room && more <= kRoom) log.room.reset(new (std::nothrow) std::uint8_t[kRoom]);
    if (!log.room || more > kRoom) {
        auto* system = system_file(file);
        return system->pMethods->xWrite(system, data, count, offset);
    }
    if (log.size == 0) log.offset = offset;
    std::copy_n(static_cast<const std::uint8_t*>(data), more, log.room.get() + log.size);
    log.size += more;
    return SQLITE_OK;
}

// A transaction too large for SQLite's cache reads its own pages before it is committed.
int read(sqlite3_file* file, void* data, int count, sqlite3_int64 offset) {
    const auto& log = log_of(file);
    const auto end = log.offset + static_cast<sqlite3_int64>(log.size);
    if (offset >= log.offset && offset + count <= end) {
        std::copy_n(log.room.get() + (offset - log.offset), static_cast<std::size_t>(count),
                    static_cast<std::uint8_t*>(data));
        return SQLITE_OK;
    }
    const bool apart = offset + count <= log.offset || offset >= end;
    if (const int result = apart ? SQLITE_OK : hand_on(file); result != SQLITE_OK) return result;
    auto* system = system_file(file);
    return system->pMethods->xRead(system, data, count, offset);
}

// Calls the system's method once everything that waited is written.
template <auto Method, typename... Arguments>
int after_all(sqlite3_file* file, Arguments... arguments) {
    if (const int result = hand_on(file); result != SQLITE_OK) return result;
    auto* system = system_file(file);
    return (system->pMethods->*Method)(system, arguments...);
}

template <auto Method, typename... Arguments>
int pass(sqlite3_file* file, Arguments... arguments) {
    auto* system = system_file(file);
    return (system->pMethods->*Method)(system, arguments...);
}

int close(sqlite3_file* file) {
    auto* system = system_file(file);
    // What waits here was never committed.
    const int result = system->pMethods->xClose(system);
    std::destroy_at(&log_of(file));
    return result;
}

constexpr sqlite3_io_methods kMethods = {
    1,
    close,
    read,
    write,
    after_all<&sqlite3_io_methods::xTruncate>,
    after_all<&sqlite3_io_methods::xSync>,
    after_all<&sqlite3_io_methods::xFileSize>,
    pass<&sqlite3_io_methods::xLock>,
    pass<&sqlite3_io_methods::xUnlock>,
    pass<&sqlite3_io_methods::xCheckReservedLock>,
    pass<&sqlite3_io_methods::xFileControl>,
    pass<&sqlite3_io_methods::xSectorSize>,
    pass<&sqlite3_io_methods::xDeviceCharacteristics>,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
};

sqlite3_vfs* system_vfs = nullptr;  // set once, by log_vfs()

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
    if ((flags & SQLITE_OPEN_WAL) == 0)
        return system_vfs->xOpen(system_vfs, name, file, flags, flags_out);
    std::construct_at(&log_of(file));
    auto* system = system_file(file);
    system->pMethods = nullptr;
    const int result = system_vfs->xOpen(system_vfs, name, system, flags, flags_out);
    // By the methods SQLite tells whether close() is to be called.
    if (system->pMethods != nullptr) {
        file->pMethods = &kMethods;
    } else {
        std::destroy_at(&log_of(file));
        file->pMethods = nullptr;
    }
    return result;
}

}  // namespace

const char* log_vfs() {
    static const char* const name = []() -> const char* {
        static sqlite3_vfs vfs;  // SQLite keeps it
        system_vfs = sqlite3_vfs_find(nullptr);
        if (system_vfs == nullptr) return nullptr;
        vfs = *system_vfs;
        vfs.zName = "avow";
        vfs.szOsFile += static_cast<int>(sizeof(LogFile));
        vfs.xOpen = open;
        return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK ? vfs.zName : nullptr;
    }();
    return name;
}

}  // namespace avow::sql
