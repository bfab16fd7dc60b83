// SPDX-License-Identifier: Apache-2.0
#include "traffic/courier.hh"

#include "base/log.hh"

namespace avow::traffic {
namespace {

using namespace std::chrono_literals;

constexpr auto kDeliverEvery = 1s;  // what comes within it is taken together
constexpr auto kTryAgain = 2s;      // when that failed

Error not_yet() {
    return Error(Code::unavailable, "the traffic store does not have everything yet");
}

}  // namespace

Courier::Courier(Spool& spool, Take take, Told told)
    : spool_(spool), take_(std::move(take)), told_(std::move(told)) {}

Courier::~Courier() {
    stop();
}

void Courier::start(std::chrono::milliseconds patience) {
    thread_ = std::thread([this, patience] { run(patience); });
}

void Courier::stop() {
    {
        const std::lock_guard lock(ending_mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Courier::run(std::chrono::milliseconds patience) {
    std::unique_lock lock(ending_mutex_);
    while (!ending_) {
        lock.unlock();
        const auto told = deliver(patience);
        lock.lock();
        wake_.wait_for(lock, told ? kDeliverEvery : kTryAgain, [this] { return ending_; });
    }
}

Status Courier::deliver_segment(std::uint64_t number) {
    TRY(const auto segment, spool_.read(number));
    // Begun and never written to.
    if (segment.records.empty() && !segment.damaged) return spool_.remove(number);
    const auto taken = take_(segment);
    const bool unreadable = !taken && taken.error().code() == Code::corrupt;
    if (!taken && !unreadable) return taken;
    if (!unreadable && !segment.damaged) return spool_.remove(number);
    log::error("traffic_spool_damaged", {{"segment", number}});
    return spool_.set_aside(number);
}

Status Courier::deliver(std::chrono::milliseconds patience) {
    if (spool_.is_empty()) return {};
    const auto until = std::chrono::steady_clock::now() + patience;
    const std::unique_lock delivering(delivering_mutex_, until);
    if (!delivering.owns_lock()) return not_yet();
    spool_.cut();
    Status told;
    for (const auto number : spool_.closed()) {
        if (std::chrono::steady_clock::now() > until) return not_yet();
        const auto done = deliver_segment(number);
        if (!done && told) told = done;
    }
    told_(told);
    return told;
}

}  // namespace avow::traffic
