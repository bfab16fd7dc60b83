// SPDX-License-Identifier: Apache-2.0
#include "sql/sqlite_writer.hh"

#include <utility>

#include "base/fault.hh"

namespace avow::sql {

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteHandle> handle, SqliteReaders& readers,
                           int units_per_commit, int waiting_max)
    : handle_(std::move(handle)),
      readers_(readers),
      units_per_commit_(static_cast<std::size_t>(units_per_commit)),
      queue_(waiting_max),
      thread_([this] { serve(); }) {}

SqliteWriter::~SqliteWriter() {
    queue_.stop();
    thread_.join();
}

void SqliteWriter::serve() {
    UnitQueue::Group group;
    while (queue_.take(group, units_per_commit_)) {
        run_group(group);
        UnitQueue::answer(group);
    }
}

Status SqliteWriter::run_in_savepoint(const Unit& unit) {
    TRY_OK(handle_->execute("savepoint unit", {}));
    auto result = run_unit(unit, *handle_);
    if (!handle_->in_transaction()) return result;  // SQLite gave the whole group up
    if (!result) TRY_OK(handle_->execute("rollback to unit", {}));
    TRY_OK(handle_->execute("release unit", {}));
    return result;
}

void SqliteWriter::run_group(UnitQueue::Group& group) {
    const auto fail_all = [&](const Error& error) {
        for (auto* waiting : group) {
            if (waiting->result) waiting->result = error;
        }
    };
    const SqliteReaders::Pause pause(readers_);
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
