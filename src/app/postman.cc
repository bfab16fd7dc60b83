// SPDX-License-Identifier: Apache-2.0
#include "app/postman.hh"

#include "app/mail.hh"
#include "base/log.hh"

namespace avow::app {
namespace {

// Another node's letters, and those whose time has come, are noticed this late.
constexpr std::chrono::milliseconds kBetween{1'000};
constexpr std::chrono::milliseconds kAfterFailure{15'000};
constexpr std::chrono::milliseconds kStopWithin{5'000};

}  // namespace

Postman::Postman(House& house, std::unique_ptr<mail::Carrier> carrier,
                 services::Post::Options options)
    : house_(house), carrier_(std::move(carrier)) {
    if (carrier_ == nullptr) {
        log::warn("mail_not_configured", {{"mend", "set mail.server, or mail.folder to try"}});
        return;
    }
    if (house_.mail.server.empty()) log::warn("mail_in_clear_in_a_folder");
    auto say = letter_words();
    if (!say) {
        log::error("mail_without_words", {{"cause", say.error().describe()}});
        return;
    }
    post_ = std::make_unique<services::Post>(*house_.letters, *carrier_, std::move(*say),
                                             std::move(options));
    house_.letters->on_notify([this] {
        {
            const std::lock_guard lock(mutex_);
            woken_ = true;
        }
        wake_.notify_all();
    });
    thread_ = std::thread([this] { carry(); });
}

Postman::~Postman() {
    if (!thread_.joinable()) return;
    house_.letters->on_notify({});
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    post_->end();
    wake_.notify_all();
    {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, kStopWithin, [this] { return ended_; });
    }
    post_->break_off();
    thread_.join();
}

bool Postman::wait(std::chrono::milliseconds most, WokenBy by) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, most, [&] { return stopping_ || (woken_ && by == WokenBy::letters); });
    woken_ = false;
    return stopping_;
}

void Postman::carry() {
    using Step = services::Post::Step;
    std::chrono::milliseconds pause{0};
    auto by = WokenBy::letters;
    while (!wait(pause, by)) {
        const auto step = post_->step();
        if (!step) {
            log::error("mail_failed", {{"code", name_of(step.error().code())},
                                       {"cause", step.error().describe()}});
        }
        const bool failed = !step || *step == Step::unreachable;
        pause = failed ? kAfterFailure : *step == Step::worked ? kBetween * 0 : kBetween;
        by = failed ? WokenBy::end_only : WokenBy::letters;
    }
    carrier_->rest();
    const std::lock_guard lock(mutex_);
    ended_ = true;
    wake_.notify_all();
}

}  // namespace avow::app
