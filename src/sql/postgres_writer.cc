// SPDX-License-Identifier: Apache-2.0
#include "sql/postgres_writer.hh"

#include <random>
#include <utility>

#include "base/fault.hh"

namespace avow::sql {
namespace {

constexpr int kGroupTries = 3;   // LIMIT: connections that may break under one group
constexpr int kAloneTries = 10;  // LIMIT: of a unit that others keep overtaking
constexpr int kPauseMs = 4;      // doubled each time, and anything up to it

// Two that collided must not collide again: each waits as long as its own dice say.
void pause(int attempt) {
    thread_local std::minstd_rand dice(std::random_device{}());
    const int most = kPauseMs << std::min(attempt, 6);
    std::this_thread::sleep_for(
        std::chrono::milliseconds(std::uniform_int_distribution<int>(1, most)(dice)));
}

Error unknown_outcome(const Error& error) {
    return Error(Code::unavailable,
                 "the database was lost while it kept this: look whether it is there before you "
                 "try again")
        .caused_by(error.cause().value);
}

// Every path gives the connection back.
class Lease {
  public:
    Lease(PostgresPool& pool, std::unique_ptr<PostgresHandle> handle)
        : pool_(pool), handle_(std::move(handle)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { pool_.give(std::move(handle_), PostgresPool::For::writing); }
    PostgresHandle& operator*() { return *handle_; }

  private:
    PostgresPool& pool_;
    std::unique_ptr<PostgresHandle> handle_;
};

// The group while it is in flight: which unit failed, which must run again.
class Flight {
  public:
    Flight(PostgresHandle& handle, const UnitQueue::Group& group, UnitQueue::Group& again)
        : handle_(handle), group_(group), again_(again), single_(group.size() == 1) {}

    // Runs every unit and commits. An error when the connection was lost.
    Status fly() {
        again_.clear();
        for (auto* waiting : group_) waiting->result = {};
        handle_.tag(0);
        (void)handle_.execute("begin", {});
        while (true) {
            TRY_OK(run_units());
            fault_point("sql.before_commit");
            handle_.tag(group_.size());
            sent_commit_ = true;
            (void)handle_.execute("commit", {});
            (void)handle_.send_sync();
            if (handle_.settle()) break;
            if (handle_.is_lost() || handle_.failed_tag() == group_.size())
                return handle_.failure().error;
            // A unit's own statement failed: the commit behind it was skipped.
            sent_commit_ = false;
            TRY_OK(undo_failed());
        }
        if (handle_.last_command() != "COMMIT")
            return Error(Code::internal, "the database did not keep what it was given");
        fault_point("sql.after_commit");
        return {};
    }

    bool sent_commit() const { return sent_commit_; }

  private:
    Status run_units() {
        while (next_ < group_.size()) {
            auto& waiting = *group_[next_];
            handle_.tag(next_);
            if (!single_) (void)handle_.execute("savepoint unit", {});
            waiting.result = run_unit(waiting.unit, handle_);
            if (handle_.has_failed()) {
                TRY_OK(undo_failed());
                continue;
            }
            if (!waiting.result && single_) {
                (void)handle_.execute("rollback", {});
                (void)handle_.execute("begin", {});
            } else if (!single_) {
                if (!waiting.result) (void)handle_.execute("rollback to unit", {});
                (void)handle_.execute("release unit", {});
            }
            ++next_;
        }
        return {};
    }

    // The server stands right behind the failed unit's savepoint: what came later was skipped.
    Status undo_failed() {
        const auto failed = handle_.failed_tag();
        const auto failure = handle_.failure();
        if (handle_.is_lost() || !handle_.recover()) return failure.error;
        if (++undone_ > group_.size()) {
            // Each unit is undone once at most: this connection does not do what it is told.
            handle_.abandon();
            return failure.error;
        }
        auto& waiting = *group_[failed];
        if (failure.try_again) {
            again_.push_back(&waiting);
        } else if (waiting.result) {
            waiting.result = failure.error;
        }
        handle_.tag(failed);
        if (single_) {
            (void)handle_.execute("rollback", {});
            (void)handle_.execute("begin", {});
        } else {
            (void)handle_.execute("rollback to unit", {});
            (void)handle_.execute("release unit", {});
        }
        next_ = failed + 1;
        return {};
    }

    PostgresHandle& handle_;
    const UnitQueue::Group& group_;
    UnitQueue::Group& again_;
    const bool single_;
    std::size_t next_ = 0;
    std::size_t undone_ = 0;
    bool sent_commit_ = false;
};

// The commit itself was refused. False when the connection is lost.
bool end_transaction(PostgresHandle& handle) {
    if (!handle.recover()) return false;
    (void)handle.execute("rollback", {});
    (void)handle.send_sync();
    return handle.settle().has_value() || handle.recover();
}

void fail_all(const UnitQueue::Group& group, const Error& error) {
    for (auto* waiting : group) waiting->result = error;
}

}  // namespace

PostgresWriter::PostgresWriter(PostgresPool& pool, int threads, int units_per_commit,
                               int waiting_max)
    : pool_(pool),
      units_per_commit_(static_cast<std::size_t>(units_per_commit)),
      queue_(waiting_max) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

PostgresWriter::~PostgresWriter() {
    queue_.stop();
    for (auto& thread : threads_) thread.join();
}

void PostgresWriter::serve() {
    Group group;
    while (queue_.take(group, units_per_commit_)) {
        run_group(group);
        UnitQueue::answer(group);
    }
}

void PostgresWriter::run_group(Group& group) {
    Group again;
    for (int attempt = 1;; ++attempt) {
        auto handle = pool_.take(PostgresPool::For::writing);
        if (!handle) return fail_all(group, handle.error());
        Lease lease(pool_, std::move(*handle));
        Flight flight(*lease, group, again);
        const auto flown = flight.fly();
        if (flown) break;
        if (flight.sent_commit() && (*lease).is_lost())
            return fail_all(group, unknown_outcome(flown.error()));
        const bool collided = (*lease).has_failed() && (*lease).failure().try_again;
        const bool lost = (*lease).is_lost() || !end_transaction(*lease);
        if (collided) {
            again = group;
            break;
        }
        if (!lost || attempt == kGroupTries) return fail_all(group, flown.error());
    }
    for (auto* waiting : again) run_alone(*waiting);
}

void PostgresWriter::run_alone(UnitQueue::Waiting& waiting) {
    const Group alone{&waiting};
    Group again;
    for (int attempt = 0; attempt < kAloneTries; ++attempt) {
        pause(attempt);
        auto handle = pool_.take(PostgresPool::For::writing);
        if (!handle) {
            waiting.result = handle.error();
            return;
        }
        Lease lease(pool_, std::move(*handle));
        Flight flight(*lease, alone, again);
        if (const auto flown = flight.fly(); !flown) {
            waiting.result = flight.sent_commit() && (*lease).is_lost()
                                 ? Status(unknown_outcome(flown.error()))
                                 : flown;
            const bool collided = (*lease).has_failed() && (*lease).failure().try_again;
            const bool lost = (*lease).is_lost() || !end_transaction(*lease);
            if (collided || (lost && !flight.sent_commit())) continue;
            return;
        }
        if (again.empty()) return;
        waiting.result = Error(Code::unavailable, "others keep changing the same rows: try again");
    }
}

}  // namespace avow::sql
