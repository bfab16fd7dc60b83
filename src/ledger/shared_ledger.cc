// SPDX-License-Identifier: Apache-2.0
#include "ledger/shared_ledger.hh"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/fault.hh"
#include "base/log.hh"
#include "base/random.hh"
#include "ledger/pending.hh"
#include "ledger/proof.hh"
#include "ledger/statements.hh"
#include "ledger/tree.hh"

namespace avow::ledger {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::int64_t kBatchMax = 8192;   // LIMIT: entries of one batch
constexpr milliseconds kLookEvery{40};     // for entries that other nodes wrote
constexpr milliseconds kBeatEvery{500};    // sign of life of an idle holder
constexpr milliseconds kLeaseFor{2000};    // without one
constexpr milliseconds kRetryAfter{300};   // when the store does not answer
constexpr milliseconds kFlushFor{15'000};  // LIMIT: of a caller's patience

// The row of ledger_state.
struct State {
    std::int64_t fence = 0;
    std::int64_t beat = 0;
    std::string holder;
    std::uint64_t size = 0;
    std::string note;
};

struct Published {
    CheckpointText checkpoint;
    std::string note;
};

// flush() calls up to this number wait for their entries.
struct Round {
    std::uint64_t number = 0;
    bool is_asked = false;
};

struct Batch {
    Bytes ids;  // 16 bytes each, one after another
    std::vector<std::string> entries;
};

Result<State> read_state(sql::Reader& reader) {
    std::optional<State> state;
    TRY_OK(reader.query(statements::read_state, {}, [&](const sql::Row& row) -> Status {
        state = State{row.integer(0), row.integer(1), std::string(row.text(2)),
                      static_cast<std::uint64_t>(row.integer(3)), std::string(row.text(4))};
        return {};
    }));
    if (!state) return Error(Code::corrupt, "the ledger's state was removed from the store");
    return std::move(*state);
}

ReadTile tiles_of(sql::Reader& reader, std::uint64_t size) {
    return [&reader, size](const TileName& name) -> Result<std::string> {
        if (width_in(size, name.level, name.number) < name.width || name.width == 0)
            return Error(Code::not_found, "the ledger has no such tile yet");
        std::optional<std::string> content;
        std::size_t width = 0;
        TRY_OK(reader.query(statements::read_tile,
                            {static_cast<std::int64_t>(name.number), std::int64_t{name.level}},
                            [&](const sql::Row& row) -> Status {
                                width = static_cast<std::size_t>(row.integer(0));
                                content.emplace(as_text(row.blob(1)));
                                return {};
                            }));
        if (!content || width < name.width)
            return Error(Code::corrupt, "a tile of the ledger is missing from the store");
        return cut_tile(std::move(*content), name, width);
    };
}

Result<Batch> read_batch(sql::Reader& reader) {
    Batch batch;
    TRY_OK(reader.query(statements::read_oldest_pending, {kBatchMax},
                        [&](const sql::Row& row) -> Status {
                            const auto id = row.blob(0);
                            if (id.size() != 16)
                                return Error(Code::corrupt, "a pending entry has a damaged id");
                            batch.ids.insert(batch.ids.end(), id.begin(), id.end());
                            batch.entries.emplace_back(row.text(1));
                            return {};
                        }));
    return batch;
}

class SharedLedger final : public Ledger {
  public:
    SharedLedger(sql::Connection& store, Options options, crypto::SigningKey key)
        : store_(store),
          origin_(std::move(options.origin)),
          node_(std::move(options.node)),
          key_(std::move(key)) {
        if (node_.empty()) node_ = base64url(SystemRandom().take<12>());
        published_.checkpoint = {origin_, 0, empty_root()};
        published_.note = sign_checkpoint(published_.checkpoint, origin_, key_);
    }
    ~SharedLedger() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        done_.notify_all();
        if (thread_.joinable()) thread_.join();
        if (leading_) release();
    }

    Status start() {
        TRY_OK(tick({}));
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
            if (poked_) return;
            poked_ = true;
        }
        wake_.notify_all();
    }

    Status flush() override {
        std::unique_lock lock(mutex_);
        const auto round = ++wanted_;
        wake_.notify_all();
        done_.wait_for(lock, kFlushFor, [&] { return served_ >= round || stopping_ || failing_; });
        if (served_ >= round) return {};
        return Error(Code::unavailable, "the ledger cannot be written now");
    }

    Checkpoint checkpoint() const override {
        const auto now = published();
        return {now.checkpoint.size, now.checkpoint.root, now.note};
    }
    std::string verifier_key() const override { return spell({origin_, key_.public_key()}); }
    std::string sign(std::string_view body) const override {
        return sign_note(body, origin_, key_);
    }

    Result<std::string> read_tile(std::string_view path) const override {
        TRY(const auto name, TileName::parse(path));
        const auto size = published().checkpoint.size;
        std::string content;
        TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
            TRY(content, tiles_of(reader, size)(name));
            return {};
        }));
        return content;
    }

    Result<std::uint64_t> index_of(const EntryId& id) const override {
        return find_index(store_, id);
    }

    Result<std::string> proof_file(const EntryId& id, std::string_view extra) const override {
        TRY(const auto index, index_of(id));
        const auto now = published();
        Proof proof{std::string(extra), index, {}, now.note};
        TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
            const auto size = now.checkpoint.size;
            TRY(proof.hashes, inclusion_hashes(tiles_of(reader, size), index, size));
            return {};
        }));
        return spell(proof);
    }

    Result<std::string> entry_at(std::uint64_t index) const override {
        const auto size = published().checkpoint.size;
        std::string entry;
        TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
            TRY(entry, entry_of(tiles_of(reader, size), index, size));
            return {};
        }));
        return entry;
    }

  private:
    Published published() const {
        const std::lock_guard lock(mutex_);
        return published_;
    }

    // ---- what follows runs in the sequencer's thread, and before it is started

    void serve() {
        auto last = Steady::now();
        while (true) {
            Round round;
            {
                std::unique_lock lock(mutex_);
                // At once when idle, at this pace under load.
                wake_.wait_until(lock, last + kLookEvery, [&] {
                    return stopping_ || (idle_ && (poked_ || wanted_ > served_));
                });
                if (stopping_) return;
                poked_ = false;
                round = {wanted_, wanted_ > served_};
            }
            last = Steady::now();
            const auto done = tick(round);
            std::unique_lock lock(mutex_);
            if (done) {
                failing_ = false;
                served_ = std::max(served_, *done);
            } else {
                if (!failing_) {
                    log::error("ledger_not_written", {{"code", name_of(done.error().code())},
                                                      {"cause", done.error().describe()}});
                }
                failing_ = true;
                wake_.wait_for(lock, kRetryAfter, [&] { return stopping_; });
            }
            done_.notify_all();
        }
    }

    // The newest round whose entries, all that were durable when it was asked for, are published.
    Result<std::uint64_t> tick(Round round) {
        idle_ = true;
        overtaken_ = false;
        if (!leading_) {
            TRY(const auto served, watch(round));
            if (!leading_) return served;
        }
        auto sequenced = sequence();
        if (sequenced) return round.number;
        loaded_ = false;
        if (!overtaken_) return sequenced.error();
        // Somebody else holds the lease: nothing of ours was kept.
        log::info("ledger_lease_lost", {{"fence", fence_}});
        leading_ = false;
        return 0;
    }

    // A node that does not hold the lease: learns what is published, and takes over from the dead.
    Result<std::uint64_t> watch(Round round) {
        State state;
        bool waits = false;
        if (!awaited_) awaited_round_ = round.number;
        TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
            TRY(state, read_state(reader));
            if (!round.is_asked) return {};
            return look_for_awaited(reader, waits);
        }));
        TRY_OK(learn(state));
        if (!waits) awaited_.reset();
        if (is_free(state)) TRY_OK(take_lease(state));
        return waits ? 0 : awaited_round_;
    }

    // The entries that flush() was asked for: the newest then, and all before it.
    Status look_for_awaited(sql::Reader& reader, bool& waits) {
        if (!awaited_) {
            TRY_OK(reader.query(statements::find_newest_pending, {},
                                [&](const sql::Row& row) -> Status {
                                    awaited_ = to_bytes(row.blob(0));
                                    return {};
                                }));
            waits = awaited_.has_value();
            return {};
        }
        return reader.query(statements::find_pending_until, {ByteView(*awaited_)},
                            [&](const sql::Row&) -> Status {
                                waits = true;
                                return {};
                            });
    }

    Status learn(const State& state) {
        if (state.note.empty()) return {};
        TRY(const auto checkpoint, open_own_checkpoint(state.note, {origin_, key_.public_key()}));
        if (checkpoint.origin != origin_)
            return Error(Code::corrupt, "the checkpoint is of another ledger");
        const std::lock_guard lock(mutex_);
        if (checkpoint.size != state.size || checkpoint.size < published_.checkpoint.size)
            return Error(Code::corrupt, "the ledger's checkpoint in the store went back");
        published_ = {checkpoint, state.note};
        return {};
    }

    bool is_free(const State& state) {
        if (state.holder.empty() || state.holder == node_) return true;
        const auto now = Steady::now();
        if (state.fence != seen_.fence || state.beat != seen_.beat) {
            seen_ = state;
            seen_at_ = now;
            return false;
        }
        return now - seen_at_ >= kLeaseFor;
    }

    Status take_lease(const State& state) {
        std::int64_t taken = 0;
        TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
            TRY(taken, unit.run(statements::take_lease,
                                {state.fence, state.beat, std::string_view(node_)}));
            return {};
        }));
        if (taken != 1) return {};  // another was quicker, or the holder lives
        leading_ = true;
        loaded_ = false;
        fence_ = state.fence + 1;
        beat_at_ = Steady::now();
        log::info("ledger_lease_taken", {{"fence", fence_}});
        fault_point("ledger.lease_taken");
        return {};
    }

    void release() {
        const auto released = store_.write(
            [&](sql::Writer& unit) { return unit.execute(statements::release_lease, {fence_}); });
        if (!released) log::info("ledger_lease_left", {{"fence", fence_}});
    }

    Status load() {
        State state;
        TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
            TRY(state, read_state(reader));
            if (state.fence != fence_) return overtaken();
            TRY_OK(learn(state));
            const auto& at = published_.checkpoint;  // only this thread changes it
            return read_edge(at, tiles_of(reader, at.size), edge_, bundle_);
        }));
        if (state.note.empty())
            TRY_OK(store_.write([&](sql::Writer& unit) { return publish_empty(unit); }));
        loaded_ = true;
        return {};
    }

    Error overtaken() {
        overtaken_ = true;
        return {Code::conflict, "another node sequences the ledger now"};
    }

    Status publish_empty(sql::Writer& unit) {
        TRY(const auto changed,
            unit.run(statements::publish_state, {fence_, std::int64_t{0}, std::int64_t{0},
                                                 std::string_view(published_.note)}));
        if (changed != 1) return overtaken();
        return {};
    }

    // Everything pending, batch by batch.
    Status sequence() {
        if (!loaded_) TRY_OK(load());
        while (true) {
            bool pending = false;
            TRY_OK(store_.read([&](sql::Reader& reader) {
                return reader.query(statements::find_newest_pending, {},
                                    [&](const sql::Row&) -> Status {
                                        pending = true;
                                        return {};
                                    });
            }));
            if (!pending) return keep_alive();
            TRY_OK(integrate());
        }
    }

    Status keep_alive() {
        const auto now = Steady::now();
        if (now - beat_at_ < kBeatEvery) return {};
        std::int64_t renewed = 0;
        TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
            TRY(renewed, unit.run(statements::renew_lease, {fence_}));
            return {};
        }));
        if (renewed != 1) return overtaken();
        beat_at_ = now;
        return {};
    }

    Status integrate() {
        Edge edge;
        std::string bundle;
        Published next;
        TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
            edge = edge_;
            bundle = bundle_;
            TRY(const auto batch, read_batch(unit));
            std::vector<std::pair<TileName, std::string>> tiles;
            TRY_OK(grow(edge, bundle, batch.entries,
                        [&](const TileName& name, std::string_view content) -> Status {
                            tiles.emplace_back(name, content);
                            return {};
                        }));
            next.checkpoint = {origin_, edge.size(), edge.root()};
            next.note = sign_checkpoint(next.checkpoint, origin_, key_);
            return write_batch(unit, batch, tiles, next);
        }));
        fault_point("ledger.after_checkpoint");
        idle_ = false;
        edge_ = std::move(edge);
        bundle_ = std::move(bundle);
        beat_at_ = Steady::now();
        const std::lock_guard lock(mutex_);
        published_ = std::move(next);
        return {};
    }

    Status write_batch(sql::Writer& unit, const Batch& batch,
                       const std::vector<std::pair<TileName, std::string>>& tiles,
                       const Published& next) {
        const auto count = static_cast<std::int64_t>(batch.entries.size());
        if (count == 0) return {};
        const auto first = static_cast<std::int64_t>(edge_.size());
        // First of all: the row's lock keeps every other node out until the commit.
        TRY(const auto ours, unit.run(statements::publish_state,
                                      {fence_, first, first + count, std::string_view(next.note)}));
        if (ours != 1) return overtaken();
        for (const auto& [name, content] : tiles) {
            TRY_OK(
                unit.execute(statements::store_tile,
                             {static_cast<std::int64_t>(name.number), std::int64_t{name.level},
                              static_cast<std::int64_t>(name.width), ByteView(as_bytes(content))}));
        }
        fault_point("ledger.after_tiles");
        TRY_OK(unit.execute(statements::index_batch, {ByteView(batch.ids), first, count}));
        TRY(const auto gone, unit.run(statements::delete_batch, {ByteView(batch.ids), count}));
        fault_point("ledger.before_index");
        if (gone == count) return {};
        return Error(Code::corrupt, "pending entries vanished while they were published");
    }

    sql::Connection& store_;
    const std::string origin_;
    std::string node_;
    const crypto::SigningKey key_;

    bool leading_ = false;  // the sequencer's own, as all up to the mutex
    bool loaded_ = false;
    bool idle_ = true;        // the last look found nothing to do
    bool overtaken_ = false;  // the last try found another node's fence
    std::int64_t fence_ = 0;
    Edge edge_;
    std::string bundle_;
    Steady::time_point beat_at_;
    State seen_;
    Steady::time_point seen_at_;
    std::optional<Bytes> awaited_;
    std::uint64_t awaited_round_ = 0;

    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::condition_variable done_;
    Published published_;
    std::uint64_t wanted_ = 0;
    std::uint64_t served_ = 0;
    bool poked_ = false;
    bool failing_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_shared_ledger(sql::Connection& store, Options options,
                                                   crypto::SigningKey key) {
    auto log = std::make_unique<SharedLedger>(store, std::move(options), std::move(key));
    TRY_OK(log->start());
    return std::unique_ptr<Ledger>(std::move(log));
}

}  // namespace avow::ledger
