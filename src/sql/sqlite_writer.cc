// SPDX-License-Identifier: Apache-2.0
#include "sql/sqlite_writer.hh"

#include <utility>

#include "base/fault.hh"

namespace avow::sql {
namespace {

// One per calling thread: it outlives every wait, so the writer may touch it after the caller woke.
struct Bell {
    std::mutex mutex;
    std::condition_variable wake;
    bool rung = false;

    void ring() {
        const std::lock_guard lock(mutex);
        rung = true;
        wake.notify_one();
    }
    void wait() {
        std::unique_lock lock(mutex);
        wake.wait(lock, [this] { return rung; });
        rung = false;
    }
};

}  // namespace

struct SqliteWriter::Waiting {
    const std::function<Status(Writer&)>& unit;
    Status result;
    Bell& bell;
};

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteHandle> handle, int units_per_commit,
                           int waiting_max)
    : handle_(std::move(handle)),
      units_per_commit_(static_cast<std::size_t>(units_per_commit)),
      waiting_max_(static_cast<std::size_t>(waiting_max)),
      thread_([this] { serve(); }) {}

SqliteWriter::~SqliteWriter() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

Status SqliteWriter::write(const std::function<Status(Writer&)>& unit) {
    thread_local Bell bell;
    Waiting waiting{unit, {}, bell};
    bool was_empty;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return Error(Code::unavailable, "the store is closing");
        if (queue_.size() >= waiting_max_) {
            return Error(Code::unavailable, "too many writes are waiting: try again shortly");
        }
        was_empty = queue_.empty();
        queue_.push_back(&waiting);
    }
    if (was_empty) wake_.notify_one();
    bell.wait();
    return std::move(waiting.result);
}

void SqliteWriter::serve() {
    std::vector<Waiting*> group;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            while (!queue_.empty() && group.size() < units_per_commit_) {
                group.push_back(queue_.front());
                queue_.pop_front();
            }
        }
        run_group(group);
        for (auto* waiting : group) waiting->bell.ring();
        group.clear();
    }
}

Status SqliteWriter::run_in_savepoint(const std::function<Status(Writer&)>& unit) {
    TRY_OK(handle_->execute("savepoint unit", {}));
    auto result = [&]() -> Status {
        try {
            return unit(*handle_);
        } catch (const std::exception& fault) {
            return Error(Code::internal, "a write failed").caused_by(fault.what());
        }
    }();
    if (!handle_->in_transaction()) return result;  // SQLite gave the whole group up
    if (!result) TRY_OK(handle_->execute("rollback to unit", {}));
    TRY_OK(handle_->execute("release unit", {}));
    return result;
}

void SqliteWriter::run_group(std::vector<Waiting*>& group) {
    const auto fail_all = [&](const Error& error) {
        for (auto* waiting : group) {
            if (waiting->result) waiting->result = error;
        }
    };
    if (auto begun = handle_->run("begin immediate", {}); !begun) return fail_all(begun.error());
    for (auto* waiting : group) {
        waiting->result = run_in_savepoint(waiting->unit);
        if (!handle_->in_transaction()) {
            return fail_all(waiting->result ? Error(Code::unavailable, "the store gave a write up")
                                            : waiting->result.error());
        }
    }
    fault_point("sql.before_commit");
    if (auto committed = handle_->run("commit", {}); !committed) {
        fail_all(committed.error());
        if (handle_->in_transaction()) {
            if (auto undone = handle_->run("rollback", {}); !undone) fail_all(undone.error());
        }
        return;
    }
    fault_point("sql.after_commit");
}

}  // namespace avow::sql
