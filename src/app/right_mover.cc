// SPDX-License-Identifier: Apache-2.0
#include "app/right_mover.hh"

#include "base/log.hh"

namespace avow::app {
namespace {

constexpr std::chrono::milliseconds kBetween(1'000);
constexpr std::chrono::milliseconds kAfterWork(100);
constexpr std::chrono::milliseconds kAfterFailure(10'000);

}  // namespace

RightMover::RightMover(services::Rights& rights) : rights_(rights), thread_([this] { serve(); }) {
    rights_.on_notify([this] {
        {
            const std::lock_guard lock(mutex_);
            woken_ = true;
        }
        wake_.notify_all();
    });
}

RightMover::~RightMover() {
    rights_.on_notify({});
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

bool RightMover::wait(std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, most, [this] { return stopping_ || woken_; });
    woken_ = false;
    return stopping_;
}

void RightMover::serve() {
    auto pause = kBetween * 0;
    while (!wait(pause)) {
        const auto moved = rights_.step();
        if (!moved) {
            log::error("rights_not_moved", {{"code", name_of(moved.error().code())},
                                            {"cause", moved.error().describe()}});
        }
        pause = !moved ? kAfterFailure : *moved ? kAfterWork : kBetween;
    }
}

}  // namespace avow::app
