// SPDX-License-Identifier: Apache-2.0
#include "http/workers.hh"

#include "base/log.hh"
#include "http/problem.hh"

namespace avow::http {
namespace {

void run_batch(std::vector<Workers::Job>& jobs) {
    const auto& route = *jobs.front().route;
    std::vector<Request> requests;
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

void run_single(Workers::Job& job) {
    Response answer;
    try {
        answer = job.route->handler(job.request);
    } catch (const std::exception&) {
        // What it says may hold what the client sent: the route is enough to find it.
        log::error("handler_threw", {{"route", job.route->pattern}});
        answer = problem(500, "A fault of ours", "the request failed");
    }
    job.done(std::move(answer));
}

}  // namespace

Workers::Workers(std::size_t threads) {
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
    for (auto& [route, jobs] : batched_) {
        for (auto& job : jobs) refuse(job);
    }
}

bool Workers::submit(Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || waiting_ >= kWaitingMax) return false;
        ++waiting_;
        if (job.route->batch_handler) {
            auto& jobs = batched_[job.route];
            const auto* route = job.route;
            const bool first = jobs.empty();
            jobs.push_back(std::move(job));
            if (!first) return true;  // whoever takes the first takes this one too
            ready_.push_back(route);
        } else {
            single_.push_back(std::move(job));
        }
    }
    wake_.notify_one();
    return true;
}

std::vector<Workers::Job> Workers::take() {
    std::vector<Job> taken;
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !single_.empty() || !ready_.empty(); });
    if (stopping_) return taken;
    if (!single_.empty()) {
        taken.push_back(std::move(single_.front()));
        single_.pop_front();
    } else {
        auto& jobs = batched_[ready_.front()];
        const auto* route = ready_.front();
        ready_.pop_front();
        while (!jobs.empty() && taken.size() < route->most) {
            taken.push_back(std::move(jobs.front()));
            jobs.pop_front();
        }
        if (!jobs.empty()) ready_.push_back(route);
    }
    waiting_ -= taken.size();
    return taken;
}

void Workers::serve() {
    while (true) {
        auto jobs = take();
        if (jobs.empty()) return;
        if (jobs.front().route->batch_handler) {
            run_batch(jobs);
        } else {
            run_single(jobs.front());
        }
    }
}

}  // namespace avow::http
