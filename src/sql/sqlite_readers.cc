// SPDX-License-Identifier: Apache-2.0
#include "sql/sqlite_readers.hh"

namespace avow::sql {

Result<std::unique_ptr<SqliteReaders>> SqliteReaders::create(const std::filesystem::path& file,
                                                             int size, Keeps keeps) {
    std::unique_ptr<SqliteReaders> readers(new SqliteReaders(keeps));
    for (int i = 0; i < size; ++i) {
        TRY(auto handle, SqliteHandle::create(file, SqliteHandle::Access::read_only));
        TRY_OK(handle->run_script("pragma query_only=on; pragma cache_size=-8192"));
        readers->free_.push_back({std::move(handle)});
    }
    return readers;
}

Status SqliteReaders::read(const std::function<Status(Reader&)>& work) {
    auto kept = take();
    auto& handle = *kept.handle;
    auto result = [&]() -> Status {
        if (!handle.in_transaction()) TRY_OK(handle.execute("begin", {}));
        return work(handle);
    }();
    // What failed in the middle may have left its snapshot in any state.
    if (!result || keeps_ == Keeps::no) {
        auto ended = end(handle);
        if (result && !ended) result = std::move(ended);
    }
    give(std::move(kept));
    return result;
}

Status SqliteReaders::end(SqliteHandle& handle) {
    if (!handle.in_transaction()) return {};
    auto ended = handle.execute("commit", {});
    if (!ended) [[maybe_unused]]
        const auto undone = handle.execute("rollback", {});
    return ended;
}

bool SqliteReaders::may_keep(const Kept& kept) const {
    return pauses_ == 0 && kept.as_of == turn_;
}

SqliteReaders::Kept SqliteReaders::take() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return !free_.empty(); });
    auto kept = std::move(free_.back());
    free_.pop_back();
    // Where a write is on its way, it ends before this read does, or after.
    kept.as_of = turn_;
    return kept;
}

// A snapshot that may not be kept is ended before its handle is free.
void SqliteReaders::give(Kept kept) {
    std::unique_lock lock(mutex_);
    if (kept.handle->in_transaction() && !may_keep(kept)) {
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
    ++turn_;
}

}  // namespace avow::sql
