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

// An answer and what waits for it, which is called once.
struct Answered {
    std::function<void(Response)> done;
    Response response;
    void hand_over() { done(std::move(response)); }
};

// Where requests come from: a loop of connections, which hands answers over on a thread of its
// own. It gets those of a batch at once, so that it is woken once for all of them. Outlives the
// workers.
class Asker {
  public:
    virtual ~Asker() = default;
    virtual void take(std::vector<Answered> answers) = 0;
};

class Workers {
  public:
    struct Job {
        const Route* route;
        Request request;
        std::function<void(Response)> done;
        Asker* asker = nullptr;  // without one, `done` is called on a worker's thread
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
        bool ready = false;       // is in ready_
        std::size_t in_work = 0;  // jobs taken and not answered
        std::size_t at_once = 0;  // jobs lately, waiting or in work
        bool gathers = false;
        std::condition_variable gathered;
        std::size_t enough() const { return at_once / 2; }
    };
    void make_ready(const Route* route, Batched& batched);
    std::vector<Job> take_batch(std::unique_lock<std::mutex>& lock);
    void gather(Batched& batched, std::unique_lock<std::mutex>& lock);
    void finish_batch(const Route* route, std::size_t jobs);
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
