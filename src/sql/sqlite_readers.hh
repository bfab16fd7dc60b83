// SPDX-License-Identifier: Apache-2.0
// The readers' handles, each with a snapshot of its own. A snapshot is kept after its read and
// serves the next one, unless something was committed since: beginning and ending one are calls of
// the system that cost more than a small read. Thread-safe.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "sql/sqlite_handle.hh"

namespace avow::sql {

class SqliteReaders {
  public:
    // Only a write-ahead log lets others write beside a snapshot.
    enum class Keeps { no, snapshots };
    static Result<std::unique_ptr<SqliteReaders>> create(const std::filesystem::path& file,
                                                         int size, Keeps keeps);

    // Waits for a free handle: their number bounds how many snapshots are open at once.
    Status read(const std::function<Status(Reader&)>& work);

    // While one lives, no snapshot is kept: whoever writes or empties the log finds it as if each
    // read had ended its own, so that the log can be begun anew.
    class Pause {
      public:
        explicit Pause(SqliteReaders& readers) : readers_(readers) { readers_.pause(); }
        Pause(const Pause&) = delete;
        Pause& operator=(const Pause&) = delete;
        ~Pause() { readers_.go_on(); }

      private:
        SqliteReaders& readers_;
    };

  private:
    struct Kept {
        std::unique_ptr<SqliteHandle> handle;
        std::optional<SqliteHandle::Mark> as_of;  // when its snapshot was begun
    };
    explicit SqliteReaders(Keeps keeps) : keeps_(keeps) {}
    Kept take();
    void give(Kept kept);
    Status begin(Kept& kept);
    static Status end(SqliteHandle& handle);
    void pause();
    void go_on();

    const Keeps keeps_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::vector<Kept> free_;  // last used first: its cache is warm
    int pauses_ = 0;
};

}  // namespace avow::sql
