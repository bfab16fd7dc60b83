// SPDX-License-Identifier: Apache-2.0
// A bounded pool of threads for work that may touch the store. Work of one batched route waits
// together and is taken together, so that many connections cost few hand-offs and one commit.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "http/router.hh"

namespace avow::http {

// What a handler throws is a 500, and in the log.
Response run_handler(const Route& route, const Request& request);

class Workers {
  public:
    // Called once, on a worker's thread.
    using Done = std::function<void(Response)>;
    struct Job {
        const Route* route;
        Request request;
        Done done;
    };

    // `batches`: of one route, run at a time. One is prepared while the other waits for the disk,
    // and what comes meanwhile gathers; more would make them smaller and the commits dearer. Where
    // nothing runs beside the other, one is enough.
    explicit Workers(std::size_t threads, int batches = 2);
    ~Workers();  // finishes what was taken; what still waits is answered 503

    // False when too much is waiting: answer 503.
    bool submit(Job job);

  private:
    static constexpr std::size_t kWaitingMax = 8192;  // LIMIT: jobs not yet taken
    void serve();
    bool has_work() const { return !single_.empty() || !ready_.empty(); }
    bool wakes_another();
    std::vector<Job> take();

    const int batches_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::deque<Job> single_;
    struct Batched {
        std::deque<Job> jobs;
        int running = 0;
        bool ready = false;  // is in ready_
    };
    void make_ready(const Route* route, Batched& batched);
    std::vector<Job> take_batch();
    void finish_batch(const Route* route);
    std::unordered_map<const Route*, Batched> batched_;
    std::deque<const Route*> ready_;  // routes of which a batch may be taken
    std::size_t waiting_ = 0;
    // A woken thread looks for work until it has taken some; meanwhile nobody else is woken, and if
    // more is left it wakes the next. So a burst of jobs costs few wake-ups, which are what is
    // dear.
    std::size_t asleep_ = 0;
    bool looking_ = false;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace avow::http
