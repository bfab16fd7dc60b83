// SPDX-License-Identifier: Apache-2.0
#include "app/right_mover.hh"

#include "base/log.hh"

namespace avow::app {
namespace {

constexpr std::chrono::milliseconds kBetween(1'000);
constexpr std::chrono::milliseconds kAfterWork(100);
constexpr std::chrono::milliseconds kAfterFailure(10'000);

}  // namespace

RightMover::RightMover(services::Rights& rights, services::drp::Drp& drp)
    : rights_(rights), drp_(drp), thread_([this] { serve(); }) {
    rights_.on_notify([this] { rest_.wake(); });
    drp_.on_notify([this] { rest_.wake(); });
}

RightMover::~RightMover() {
    rights_.on_notify({});
    drp_.on_notify({});
    rest_.end();
    thread_.join();
}

Result<bool> RightMover::step() {
    TRY(const bool opened, drp_.step());
    TRY(const bool moved, rights_.step());
    return opened || moved;
}

void RightMover::serve() {
    auto pause = kBetween * 0;
    while (!rest_.take(pause)) {
        const auto moved = step();
        if (!moved) {
            log::error("rights_not_moved", {{"code", name_of(moved.error().code())},
                                            {"cause", moved.error().describe()}});
        }
        pause = !moved ? kAfterFailure : *moved ? kAfterWork : kBetween;
    }
}

}  // namespace avow::app
