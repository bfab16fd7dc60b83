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
    const SqliteReaders::Pause pause(readers_);
    if (!try_group(group, Guard::none)) try_group(group, Guard::savepoints);
}

bool SqliteWriter::try_group(UnitQueue::Group& group, Guard guard) {
    const auto fail_all = [&](const Error& error) {
        for (auto* waiting : group) {
            if (waiting->result) waiting->result = error;
        }
        return true;
    };
    if (auto begun = handle_->run("begin immediate", {}); !begun) return fail_all(begun.error());
    for (auto* waiting : group) {
        const auto before = handle_->changes();
        waiting->result = guard == Guard::savepoints ? run_in_savepoint(waiting->unit)
                                                     : run_unit(waiting->unit, *handle_);
        if (!handle_->in_transaction()) {
            return fail_all(waiting->result ? Error(Code::unavailable, "the store gave a write up")
                                            : waiting->result.error());
        }
        if (guard == Guard::none && !waiting->result && handle_->changes() != before) {
            if (auto undone = handle_->run("rollback", {}); !undone) {
                return fail_all(undone.error());
            }
            return false;
        }
    }
    fault_point("sql.before_commit");
    if (auto committed = handle_->run("commit", {}); !committed) {
        fail_all(committed.error());
        if (handle_->in_transaction()) {
            if (auto undone = handle_->run("rollback", {}); !undone) fail_all(undone.error());
        }
        return true;
    }
    fault_point("sql.after_commit");
    return true;
}

}  // namespace avow::sql
