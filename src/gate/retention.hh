// SPDX-License-Identifier: Apache-2.0
// The retention: takes what was kept as long as the policy version promised under which it was
// collected, "until withdrawn" and "until closed" as well. A run walks all customers once a day, in
// batches that are each one transaction with their acts and the run's progress, so that a crash
// repeats nothing; one node at a time, by a lease that is claimed in that same transaction. Each
// run is an entry of the ledger. What a hold keeps is counted and left.
// A run decides by the instant it began. A clock behind the newest run's starts none: nothing is
// taken early and nothing twice. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "gate/gate.hh"

namespace avow::gate {

inline constexpr std::int64_t kRetentionEveryMs = kDayMs;

class Retention {
  public:
    Retention(Gate& gate, sql::Connection& store, const Clock& clock, Random& random);

    struct Preview {
        std::uint64_t looked_at = 0;                    // customers
        std::uint64_t customers = 0;                    // who lose something
        std::map<std::string, std::uint64_t> channels;  // values by channel
        std::uint64_t held_back = 0;                    // values
    };
    // What a run that begins at `at` would take. Reads only.
    Result<Preview> preview(Time at);

    enum class Step { idle, working, ended };
    enum class Wanted { when_due, now };
    // One batch of the run that is open, or the first of a new one.
    Result<Step> step(Wanted wanted = Wanted::when_due);

    struct Run {
        ByteArray<16> id{};
        Time began;
        std::optional<Time> ended;
        Bytes reached;  // the last customer looked at
        std::uint64_t looked_at = 0;
        std::uint64_t taken = 0;
        std::uint64_t held_back = 0;
    };
    Result<std::optional<Run>> newest_run();

  private:
    struct Due;
    struct Batch;
    Result<std::optional<Run>> open_run(Wanted wanted);
    Result<bool> may_be_due(sql::Reader& reader, const CustomerId& customer, Time at);
    Result<Due> find_due(sql::Reader& reader, const CustomerId& customer, Time at);
    Result<Batch> find_batch(ByteView after, Time at);
    Status take(sql::Writer& unit, const Batch& batch, const Run& run);
    Status end(const Run& run);
    Status claim(sql::Writer& unit);

    Gate& gate_;
    sql::Connection& store_;
    const Clock& clock_;
    Random& random_;
    const ByteArray<16> holder_;
    std::mutex stepping_;  // guards told_of_clock_
    bool told_of_clock_ = false;
};

}  // namespace avow::gate
