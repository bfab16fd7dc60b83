// SPDX-License-Identifier: Apache-2.0
#include "http/workers.hh"

#include "base/log.hh"
#include "http/problem.hh"

namespace avow::http {
namespace {

void run_batch(std::vector<Workers::Job>& jobs) {
    const auto& route = *jobs.front().route;
    std::vector<Request> requests;
    requests.reserve(jobs.size());
    for (auto& job : jobs) requests.push_back(std::move(job.request));
    std::vector<Response> answers;
    try {
        answers = route.batch_handler(requests);
    } catch (const std::exception&) {
        log::error("handler_threw", {{"route", route.pattern}});
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        jobs[i].done(i < answers.size() ? std::move(answers[i])
                                        : problem(500, "A fault of ours", "the request failed"));
    }
}

}  // namespace

Response run_handler(const Route& route, const Request& request) {
    try {
        return route.handler(request);
    } catch (const std::exception&) {
        // What it says may hold what the client sent: the route is enough to find it.
        log::error("handler_threw", {{"route", route.pattern}});
        return problem(500, "A fault of ours", "the request failed");
    }
}

Workers::Workers(std::size_t threads, int batches) : batches_(batches) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

Workers::~Workers() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
    const auto refuse = [](Job& job) {
        job.done(problem(503, "Stopping", "the server is stopping"));
    };
    for (auto& job : single_) refuse(job);
    for (auto& [route, batched] : batched_) {
        for (auto& job : batched.jobs) refuse(job);
    }
}

// Called with the lock held; the caller notifies after releasing it.
bool Workers::wakes_another() {
    if (looking_ || asleep_ == 0 || !has_work()) return false;
    looking_ = true;
    return true;
}

bool Workers::submit(Job job) {
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || waiting_ >= kWaitingMax) return false;
        ++waiting_;
        if (job.route->batch_handler) {
            const auto* route = job.route;
            auto& batched = batched_[route];
            batched.jobs.push_back(std::move(job));
            make_ready(route, batched);
        } else {
            single_.push_back(std::move(job));
        }
        wake = wakes_another();
    }
    if (wake) wake_.notify_one();
    return true;
}

void Workers::make_ready(const Route* route, Batched& batched) {
    if (batched.ready || batched.jobs.empty() || batched.running >= batches_) return;
    batched.ready = true;
    ready_.push_back(route);
}

std::vector<Workers::Job> Workers::take_batch() {
    const auto* route = ready_.front();
    ready_.pop_front();
    auto& batched = batched_[route];
    batched.ready = false;
    ++batched.running;
    std::vector<Job> taken;
    while (!batched.jobs.empty() && taken.size() < route->most) {
        taken.push_back(std::move(batched.jobs.front()));
        batched.jobs.pop_front();
    }
    make_ready(route, batched);
    return taken;
}

// The thread that calls it looks for work next: nobody needs to be woken.
void Workers::finish_batch(const Route* route) {
    const std::lock_guard lock(mutex_);
    auto& batched = batched_[route];
    --batched.running;
    make_ready(route, batched);
}

std::vector<Workers::Job> Workers::take() {
    std::vector<Job> taken;
    std::unique_lock lock(mutex_);
    while (!stopping_ && !has_work()) {
        ++asleep_;
        wake_.wait(lock);
        --asleep_;
        looking_ = false;
    }
    if (stopping_) return taken;
    if (!single_.empty()) {
        taken.push_back(std::move(single_.front()));
        single_.pop_front();
    } else {
        taken = take_batch();
    }
    waiting_ -= taken.size();
    const bool wake = wakes_another();
    lock.unlock();
    if (wake) wake_.notify_one();
    return taken;
}

void Workers::serve() {
    while (true) {
        auto jobs = take();
        if (jobs.empty()) return;
        if (const auto* route = jobs.front().route; route->batch_handler) {
            run_batch(jobs);
            finish_batch(route);
        } else {
            auto& job = jobs.front();
            job.done(run_handler(*job.route, job.request));
        }
    }
}

}  // namespace avow::http
