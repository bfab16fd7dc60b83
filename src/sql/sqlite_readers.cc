// SPDX-License-Identifier: Apache-2.0
#include "sql/sqlite_readers.hh"

namespace avow::sql {

Result<std::unique_ptr<SqliteReaders>> SqliteReaders::create(const std::filesystem::path& file,
                                                             int size, Keeps keeps) {
    std::unique_ptr<SqliteReaders> readers(new SqliteReaders(keeps));
    for (int i = 0; i < size; ++i) {
        TRY(auto handle, SqliteHandle::create(file, SqliteHandle::Access::read_only));
        // A first read opens the log's index, which mark() wants open.
        TRY_OK(handle->run_script(
            "pragma query_only=on; pragma cache_size=-8192; select 1 from sqlite_schema"));
        readers->free_.push_back({std::move(handle), std::nullopt});
    }
    return readers;
}

Status SqliteReaders::read(const std::function<Status(Reader&)>& work) {
    auto kept = take();
    auto& handle = *kept.handle;
    auto result = [&]() -> Status {
        TRY_OK(begin(kept));
        return work(handle);
    }();
    // What failed in the middle may have left its snapshot in any state.
    if (!result || !kept.as_of) {
        auto ended = end(handle);
        if (result && !ended) result = std::move(ended);
    }
    give(std::move(kept));
    return result;
}

Status SqliteReaders::begin(Kept& kept) {
    auto& handle = *kept.handle;
    if (handle.in_transaction()) {
        if (handle.mark() == kept.as_of) return {};
        TRY_OK(end(handle));
    }
    // Asked first: what is committed between the two makes the snapshot look older than it is.
    kept.as_of = keeps_ == Keeps::snapshots ? handle.mark() : std::nullopt;
    return handle.execute("begin", {});
}

Status SqliteReaders::end(SqliteHandle& handle) {
    if (!handle.in_transaction()) return {};
    auto ended = handle.execute("commit", {});
    if (ended) return {};
    [[maybe_unused]] const auto undone = handle.execute("rollback", {});
    return ended;
}

SqliteReaders::Kept SqliteReaders::take() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return !free_.empty(); });
    auto kept = std::move(free_.back());
    free_.pop_back();
    return kept;
}

void SqliteReaders::give(Kept kept) {
    std::unique_lock lock(mutex_);
    if (pauses_ > 0 && kept.handle->in_transaction()) {
        lock.unlock();
        [[maybe_unused]] const auto ended = end(*kept.handle);
        lock.lock();
    }
    free_.push_back(std::move(kept));
    lock.unlock();
    wake_.notify_one();
}

void SqliteReaders::pause() {
    const std::lock_guard lock(mutex_);
    ++pauses_;
    for (const auto& kept : free_) {
        [[maybe_unused]] const auto ended = end(*kept.handle);
    }
}

void SqliteReaders::go_on() {
    const std::lock_guard lock(mutex_);
    --pauses_;
}

}  // namespace avow::sql
