// SPDX-License-Identifier: Apache-2.0
// Brings the segments of a spool to where they belong, the oldest first, by a thread of its own and
// whenever it is asked to. Thread-safe.
// Promises: a segment leaves the spool only when it was taken; one that was taken and whose file
// came back after a crash is offered again, under the same label.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "traffic/spool.hh"

namespace avow::traffic {

class Courier {
  public:
    // Ok: it is there, since now or before. `corrupt`: its records cannot be read, and it is set
    // aside. Anything else: it stays, to be offered again. One call at a time.
    using Take = std::function<Status(const Segment& segment)>;
    // After each round that had something to bring: the first that went wrong, if any did.
    using Told = std::function<void(const Status& told)>;

    // `spool` outlives it.
    Courier(Spool& spool, Take take, Told told);
    ~Courier();
    Courier(const Courier&) = delete;
    Courier& operator=(const Courier&) = delete;

    // From now on by itself, `patience` with each round.
    void start(std::chrono::milliseconds patience);
    // Ends what start() began; what waits stays.
    void stop();
    // Everything that waits, or as much as `patience` allows; then `unavailable`.
    Status deliver(std::chrono::milliseconds patience);

  private:
    Status deliver_segment(std::uint64_t number);
    void run(std::chrono::milliseconds patience);

    Spool& spool_;
    const Take take_;
    const Told told_;
    std::timed_mutex delivering_mutex_;  // one delivery at a time
    std::mutex ending_mutex_;            // guards ending_
    std::condition_variable wake_;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace avow::traffic
