// SPDX-License-Identifier: Apache-2.0
#include "ledger/own_ledger.hh"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/fault.hh"
#include "base/log.hh"
#include "ledger/pending.hh"
#include "ledger/proof.hh"
#include "ledger/statements.hh"
#include "ledger/tree_files.hh"

namespace avow::ledger {
namespace {

constexpr std::int64_t kBatchMax = 8192;                      // LIMIT: entries of one batch
constexpr auto kBatchEvery = std::chrono::milliseconds(50);   // under load
constexpr auto kRetryAfter = std::chrono::milliseconds(500);  // when files cannot be written

struct Batch {
    std::vector<EntryId> ids;
    std::vector<std::string> entries;
    std::int64_t last_position = 0;
};

class OwnLedger final : public Ledger {
  public:
    OwnLedger(sql::Connection& store, std::unique_ptr<TreeFiles> files)
        : store_(store), files_(std::move(files)) {}
    ~OwnLedger() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        if (thread_.joinable()) thread_.join();
    }

    Status start() {
        TRY_OK(index_what_a_crash_left());
        while (true) {
            TRY(const bool more, integrate());
            if (!more) break;
        }
        thread_ = std::thread([this] { serve(); });
        return {};
    }

    Status append(sql::Writer& unit, const CustomerId& customer, const EntryId& id,
                  std::string_view entry) override {
        return append_pending(unit, customer.bytes(), id, entry);
    }
    Status append(sql::Writer& unit, const EntryId& id, std::string_view entry) override {
        return append_pending(unit, id.bytes(), id, entry);
    }

    void notify() override {
        {
            const std::lock_guard lock(mutex_);
            if (wanted_ > served_ + 1) return;  // a later round is asked for already
            ++wanted_;
        }
        wake_.notify_all();
    }

    Status flush() override {
        std::unique_lock lock(mutex_);
        // The round that is running may have read before the caller's commit: the one after has
        // not.
        const auto round = ++wanted_;
        // An attempt that failed before the call says nothing: the disk may have space again.
        const auto before = started_;
        wake_.notify_all();
        done_.wait(lock, [&] { return served_ >= round || stopping_ || failed_ > before; });
        if (served_ >= round) return {};
        return Error(Code::unavailable, "the ledger cannot be written now");
    }

    Checkpoint checkpoint() const override {
        return {files_->size(), files_->root(), files_->checkpoint()};
    }
    std::string verifier_key() const override { return files_->verifier_key(); }
    std::string sign(std::string_view body) const override { return files_->sign(body); }

    Result<std::string> read_tile(std::string_view path) const override {
        TRY(const auto name, TileName::parse(path));
        return files_->read(name);
    }

    Result<std::uint64_t> index_of(const EntryId& id) const override {
        return find_index(store_, id);
    }

    Result<std::string> proof_file(const EntryId& id, std::string_view extra) const override {
        TRY(const auto index, index_of(id));
        CheckpointText checkpoint;
        Proof proof{std::string(extra), index, {}, {}};
        TRY(proof.hashes, files_->inclusion_proof(index, checkpoint, proof.checkpoint));
        return spell(proof);
    }

    Result<std::string> entry_at(std::uint64_t index) const override {
        return entry_of([this](const TileName& name) { return files_->read(name); }, index,
                        files_->size());
    }

  private:
    Result<Batch> read_batch(std::int64_t limit) {
        Batch batch;
        const auto visit = [&](const sql::Row& row) -> Status {
            const auto id = EntryId::from_bytes(row.blob(1));
            if (!id) return Error(Code::corrupt, "a pending entry has a damaged id");
            batch.last_position = row.integer(0);
            batch.ids.push_back(*id);
            batch.entries.emplace_back(row.text(2));
            return {};
        };
        TRY_OK(store_.read([&](sql::Reader& reader) {
            return reader.query(statements::read_pending, {limit}, visit);
        }));
        return batch;
    }

    Status index(const Batch& batch, std::uint64_t first) {
        return store_.write([&](sql::Writer& unit) -> Status {
            auto leaf = static_cast<std::int64_t>(first);
            for (const auto& id : batch.ids) {
                TRY_OK(unit.execute(statements::insert_index, {ByteView(id.bytes()), leaf++}));
            }
            return unit.execute(statements::delete_pending, {batch.last_position});
        });
    }

    // A crash between publication and indexing: those leaves are the first pending ones.
    Status index_what_a_crash_left() {
        std::uint64_t indexed = 0;
        TRY_OK(store_.read([&](sql::Reader& reader) {
            return reader.query(statements::count_indexed, {}, [&](const sql::Row& row) -> Status {
                indexed = static_cast<std::uint64_t>(row.integer(0));
                return {};
            });
        }));
        if (indexed > files_->size()) {
            return Error(Code::corrupt, "the store knows " + std::to_string(indexed) +
                                            " entries and the ledger's tree has only " +
                                            std::to_string(files_->size()));
        }
        const auto missing = files_->size() - indexed;
        if (missing == 0) return {};
        TRY(const auto batch, read_batch(static_cast<std::int64_t>(missing)));
        if (batch.ids.size() != missing)
            return Error(Code::corrupt, "the ledger's tree has entries that the store has not");
        for (std::size_t i = 0; i < batch.entries.size(); ++i) {
            TRY(const auto leaf, files_->leaf(indexed + i));
            if (leaf != leaf_hash(as_bytes(batch.entries[i]))) {
                return Error(Code::corrupt,
                             "a pending entry differs from leaf " + std::to_string(indexed + i));
            }
        }
        return index(batch, indexed);
    }

    // True when there may be more.
    Result<bool> integrate() {
        TRY(const auto batch, read_batch(kBatchMax));
        if (batch.ids.empty()) return false;
        const auto first = files_->size();
        TRY_OK(files_->add(batch.entries));
        fault_point("ledger.before_index");
        TRY_OK(index(batch, first));
        return batch.ids.size() == static_cast<std::size_t>(kBatchMax);
    }

    void serve() {
        while (true) {
            std::uint64_t round = 0;
            {
                std::unique_lock lock(mutex_);
                wake_.wait(lock, [&] { return stopping_ || wanted_ > served_; });
                if (stopping_) return;
                round = wanted_;
                ++started_;
            }
            const auto began = std::chrono::steady_clock::now();
            const auto integrated = integrate_all();
            std::unique_lock lock(mutex_);
            if (integrated) {
                served_ = round;
                failing_ = false;
                done_.notify_all();
                wake_.wait_until(lock, began + kBatchEvery, [&] { return stopping_; });
            } else {
                if (!failing_) {
                    log::error("ledger_not_written", {{"code", name_of(integrated.error().code())},
                                                      {"cause", integrated.error().describe()}});
                }
                failing_ = true;
                failed_ = started_;
                done_.notify_all();
                wake_.wait_for(lock, kRetryAfter, [&] { return stopping_; });
            }
        }
    }

    Status integrate_all() {
        // A failed indexing is made good before anything new is added.
        TRY_OK(index_what_a_crash_left());
        while (true) {
            TRY(const bool more, integrate());
            if (!more) return {};
        }
    }

    sql::Connection& store_;
    std::unique_ptr<TreeFiles> files_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::condition_variable done_;
    std::uint64_t wanted_ = 0;
    std::uint64_t served_ = 0;
    std::uint64_t started_ = 0;  // attempts
    std::uint64_t failed_ = 0;   // the newest attempt that failed
    bool failing_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_own_ledger(sql::Connection& store, Options options,
                                                crypto::SigningKey key) {
    TRY(auto files, TreeFiles::create(options.folder, options.origin, std::move(key)));
    auto log = std::make_unique<OwnLedger>(store, std::move(files));
    TRY_OK(log->start());
    return std::unique_ptr<Ledger>(std::move(log));
}

}  // namespace avow::ledger
