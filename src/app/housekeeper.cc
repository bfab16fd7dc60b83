// SPDX-License-Identifier: Apache-2.0
#include "app/housekeeper.hh"

#include "base/log.hh"

namespace avow::app {
namespace {

constexpr std::chrono::milliseconds kBetween{500};
constexpr std::chrono::milliseconds kBetweenBatches{5};  // others come to the writer, too
constexpr std::chrono::seconds kBetweenFilings{5};
constexpr std::chrono::milliseconds kAfterFailure{60'000};

}  // namespace

Housekeeper::Housekeeper(House& house) : house_(house), thread_([this] { keep(); }) {
    house_.wake_keeper = [this] { rest_.wake(); };
}

Housekeeper::~Housekeeper() {
    rest_.end();
    thread_.join();
    house_.wake_keeper = nullptr;
}

void Housekeeper::keep() {
    auto pause = kBetween;
    while (!rest_.take(pause)) {
        const auto kept = keep_once();
        pause = kept ? kBetween : kAfterFailure;
        if (kept) continue;
        log::error("housekeeping_failed",
                   {{"code", name_of(kept.error().code())}, {"cause", kept.error().describe()}});
    }
}

Status Housekeeper::keep_once() {
    if (const auto now = std::chrono::steady_clock::now(); now >= files_next_) {
        TRY_OK(house_.gate->file_acts());
        files_next_ = now + kBetweenFilings;
    }
    TRY_OK(house_.gate->scrub());
    while (true) {
        TRY(const auto step, house_.retention->step());
        if (step == gate::Retention::Step::idle) break;
        TRY_OK(house_.gate->scrub());
        if (rest_.take(kBetweenBatches)) return {};
    }
    const auto now = house_.clock.now();
    if (house_.keys->month_is_over(now)) {
        TRY([[maybe_unused]] const auto epoch, house_.keyring->begin_epoch(now));
    }
    const auto keep_on = [this](std::uint64_t, std::uint64_t) { return !rest_.is_ending(); };
    const auto rotated = house_.rotate_keys(keep_on);
    return rest_.is_ending() ? Status() : rotated;
}

}  // namespace avow::app
