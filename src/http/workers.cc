// SPDX-License-Identifier: Apache-2.0
#include "http/workers.hh"

#include <algorithm>
#include <chrono>

#include "base/log.hh"
#include "http/problem.hh"

namespace avow::http {
namespace {

// What a batch waits at most for those who are about to ask again.
constexpr auto kGather = std::chrono::microseconds(500);

void hand_over(Asker* asker, std::vector<Answered> answers) {
    if (asker != nullptr) return asker->take(std::move(answers));
    for (auto& answer : answers) answer.hand_over();
}

void answer(Workers::Job& job, Response response) {
    std::vector<Answered> one;
    one.push_back({std::move(job.done), std::move(response)});
    hand_over(job.asker, std::move(one));
}

// Every asker's together.
void answer_all(std::vector<Workers::Job>& jobs, std::vector<Response>& responses) {
    std::unordered_map<Asker*, std::vector<Answered>> answered;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        auto response = i < responses.size()
                            ? std::move(responses[i])
                            : problem(500, "A fault of ours", "the request failed");
        answered[jobs[i].asker].push_back({std::move(jobs[i].done), std::move(response)});
    }
    for (auto& [asker, answers] : answered) hand_over(asker, std::move(answers));
}

std::vector<Response> run_batch(std::vector<Workers::Job>& jobs) {
    const auto& route = *jobs.front().route;
    std::vector<Request> requests;
    requests.reserve(jobs.size());
    for (auto& job : jobs) requests.push_back(std::move(job.request));
    try {
        return route.batch_handler(requests);
    } catch (const std::exception&) {
        log::error("handler_threw", {{"route", route.pattern}});
        return {};
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
        answer(job, problem(503, "Stopping", "the server is stopping"));
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
    std::condition_variable* gathered = nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || waiting_ >= kWaitingMax) return false;
        ++waiting_;
        if (job.route->batch_handler) {
            const auto* route = job.route;
            auto& batched = batched_[route];
            batched.jobs.push_back(std::move(job));
            batched.at_once = std::max(batched.at_once, batched.jobs.size() + batched.in_work);
            if (batched.gathers && batched.jobs.size() >= batched.enough()) {
                gathered = &batched.gathered;
            }
            make_ready(route, batched);
        } else {
            single_.push_back(std::move(job));
        }
        wake = wakes_another();
    }
    // Routes stay, and with them what their batches wait by.
    if (gathered != nullptr) gathered->notify_one();
    if (wake) wake_.notify_one();
    return true;
}

void Workers::make_ready(const Route* route, Batched& batched) {
    if (batched.ready || batched.gathers || batched.jobs.empty() || batched.running >= batches_)
        return;
    batched.ready = true;
    ready_.push_back(route);
}

// The second half of those who ask waits while the first is at work, and is one batch: taken as
// soon as one of them is there, each batch would be small and want a commit of its own.
void Workers::gather(Batched& batched, std::unique_lock<std::mutex>& lock) {
    const auto is_enough = [&] { return batched.jobs.size() >= batched.enough(); };
    if (is_enough()) return;
    if (wakes_another()) wake_.notify_one();
    batched.gathers = true;
    const bool gathered = batched.gathered.wait_for(lock, kGather, is_enough);
    batched.gathers = false;
    // Some went away.
    if (!gathered) batched.at_once = batched.jobs.size() + batched.in_work;
}

std::vector<Workers::Job> Workers::take_batch(std::unique_lock<std::mutex>& lock) {
    const auto* route = ready_.front();
    ready_.pop_front();
    auto& batched = batched_[route];
    batched.ready = false;
    ++batched.running;
    gather(batched, lock);
    std::vector<Job> taken;
    while (!batched.jobs.empty() && taken.size() < route->most) {
        taken.push_back(std::move(batched.jobs.front()));
        batched.jobs.pop_front();
    }
    batched.in_work += taken.size();
    make_ready(route, batched);
    return taken;
}

// The thread that calls it looks for work next: nobody needs to be woken.
void Workers::finish_batch(const Route* route, std::size_t jobs) {
    const std::lock_guard lock(mutex_);
    auto& batched = batched_[route];
    --batched.running;
    batched.in_work -= jobs;
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
        taken = take_batch(lock);
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
            auto responses = run_batch(jobs);
            finish_batch(route, jobs.size());  // first: who is answered may ask at once
            answer_all(jobs, responses);
        } else {
            auto& job = jobs.front();
            answer(job, run_handler(*job.route, job.request));
        }
    }
}

}  // namespace avow::http
