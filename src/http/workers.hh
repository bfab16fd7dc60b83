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

class Workers {
  public:
    // Called once, on a worker's thread.
    using Done = std::function<void(Response)>;
    struct Job {
        const Route* route;
        Request request;
        Done done;
    };

    explicit Workers(std::size_t threads);
    ~Workers();  // finishes what was taken; what still waits is answered 503

    // False when too much is waiting: answer 503.
    bool submit(Job job);

  private:
    static constexpr std::size_t kWaitingMax = 8192;  // LIMIT: jobs not yet taken
    void serve();
    std::vector<Job> take();

    std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::deque<Job> single_;
    std::unordered_map<const Route*, std::deque<Job>> batched_;
    std::deque<const Route*> ready_;  // routes whose jobs wait
    std::size_t waiting_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace avow::http
