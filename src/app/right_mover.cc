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
    rights_.on_notify([this] { rest_.wake(); });
}

RightMover::~RightMover() {
    rights_.on_notify({});
    rest_.end();
    thread_.join();
}

void RightMover::serve() {
    auto pause = kBetween * 0;
    while (!rest_.take(pause)) {
        const auto moved = rights_.step();
        if (!moved) {
            log::error("rights_not_moved", {{"code", name_of(moved.error().code())},
                                            {"cause", moved.error().describe()}});
        }
        pause = !moved ? kAfterFailure : *moved ? kAfterWork : kBetween;
    }
}

}  // namespace avow::app
