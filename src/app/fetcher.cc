// SPDX-License-Identifier: Apache-2.0
#include "app/fetcher.hh"

#include <algorithm>

#include "base/fault.hh"
#include "base/log.hh"

namespace avow::app {
namespace {

using services::MailboxReach;
using std::chrono::milliseconds;

constexpr std::size_t kTogether = 50;  // LIMIT: mails between two notes of how far it is
constexpr std::int64_t kTriesMax = 6;  // LIMIT: then the mail is set aside unread
constexpr milliseconds kFirstRetry{1'000};
constexpr milliseconds kLastRetry{300'000};
constexpr milliseconds kRetryRefused{60'000};   // a password tried too often locks the mailbox
constexpr milliseconds kElsewhere{15'000};      // another node reads: how often it is looked at
constexpr milliseconds kIdleSlice{20'000};      // the lease is kept this often
constexpr milliseconds kIdleAgain{9 * 60'000};  // RFC 2177 has 29 minutes; a dead line shows sooner
constexpr std::int64_t kHoldEveryMs = 20'000;

std::string place_of(const ImapPlace& place) {
    return place.options.user + "@" + place.options.host + ":" +
           std::to_string(place.options.port) + "/" + place.folder;
}

}  // namespace

// Which folder each mail of a group goes to, and whether the group can go on.
struct Fetcher::Sorted {
    std::vector<std::uint32_t> processed;
    std::vector<std::uint32_t> aside;
};

Result<std::unique_ptr<Fetcher>> Fetcher::create(House& house, Mailroom& room) {
    if (house.mail.imap.empty()) return std::unique_ptr<Fetcher>();
    TRY(auto place, imap_place_of(house.mail));
    return std::unique_ptr<Fetcher>(new Fetcher(house, room, std::move(place)));
}

Fetcher::Fetcher(House& house, Mailroom& room, ImapPlace place)
    : house_(house),
      room_(room),
      folder_(place.folder),
      place_(place_of(place)),
      imap_(std::move(place.options)) {
    thread_ = std::thread([this] { serve(); });
}

Fetcher::~Fetcher() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    imap_.cancel();
    thread_.join();
}

bool Fetcher::wait(milliseconds most) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, most, [this] { return stopping_; });
    return stopping_;
}

void Fetcher::stand(Fetching::State state, std::string cause) {
    house_.fetching.change([&](Fetching& standing) {
        if (standing.state != state || standing.since.ms == 0) standing.since = house_.clock.now();
        standing.state = state;
        standing.cause = std::move(cause);
        standing.set_aside = reach_.set_aside;
        standing.idles = imap_.offers_idle();
        if (state == Fetching::State::waiting || state == Fetching::State::reading)
            standing.seen = house_.clock.now();
    });
}

void Fetcher::serve() {
    std::string told;
    while (!wait(milliseconds(0))) {
        const auto ended = session();
        imap_.close();
        if (wait(milliseconds(0))) break;
        const auto& error = ended.error();
        const bool elsewhere = error.code() == Code::conflict;
        const bool refused = error.code() == Code::denied;
        const auto cause = error.describe();
        stand(elsewhere ? Fetching::State::elsewhere
              : refused ? Fetching::State::refused
                        : Fetching::State::unreachable,
              elsewhere ? "" : cause);
        if (!elsewhere && cause != told) {
            told = cause;
            log::warn("mail_not_fetched", {{"code", name_of(error.code())}, {"cause", cause}});
        }
        if (failures_ == 0) told.clear();
        auto pause = std::min(kLastRetry, kFirstRetry * (1 << std::min(failures_, 10)));
        ++failures_;
        if (elsewhere) pause = kElsewhere;
        if (refused) pause = std::max(pause, kRetryRefused);
        // A quarter more or less, so that nodes and mailboxes do not knock together.
        pause = pause * (192 + house_.random.take<1>()[0] / 2) / 256;
        if (wait(pause)) break;
    }
    if (const auto left = house_.mailboxes->release(place_); !left) {
        log::warn("mailbox_not_released", {{"cause", left.error().describe()}});
    }
}

Status Fetcher::note() {
    TRY_OK(house_.mailboxes->note(place_, reach_));
    held_ms_ = house_.clock.now().ms;
    return {};
}

Status Fetcher::hold() {
    return house_.clock.now().ms - held_ms_ < kHoldEveryMs ? Status() : note();
}

Status Fetcher::session() {
    std::uint32_t newest = 0;
    TRY_OK(open_folder(newest));
    TRY_OK(read_until(newest));
    while (true) {
        failures_ = 0;
        stand(Fetching::State::waiting);
        TRY_OK(wait_for_news());
        stand(Fetching::State::reading);
        TRY(const auto listed, imap_.list(reach_.done + 1, 0));
        TRY_OK(take_all(listed.items));
        TRY_OK(read_until(listed.highest));
    }
}

Status Fetcher::open_folder(std::uint32_t& newest) {
    TRY(reach_, house_.mailboxes->claim(place_));
    held_ms_ = house_.clock.now().ms;
    stand(Fetching::State::connecting);
    TRY_OK(imap_.open());
    TRY(const auto folder, imap_.select(folder_));
    if (folder.validity != reach_.validity) {
        if (reach_.validity != 0) log::warn("mailbox_numbered_anew");
        reach_ = {folder.validity, 0, 0, 0, reach_.set_aside};
        TRY_OK(note());
    }
    careful_ = reach_.begun > reach_.done ? reach_.begun : 0;
    newest = folder.next_uid > 0 ? folder.next_uid - 1 : 0;
    if (newest == 0 && folder.messages > 0) {
        TRY(const auto listed, imap_.list(reach_.done + 1, 0));
        newest = listed.highest;
    }
    house_.fetching.change([&](Fetching& standing) { standing.messages = folder.messages; });
    log::info("mailbox_opened", {{"messages", folder.messages}, {"idle", imap_.offers_idle()}});
    stand(Fetching::State::reading);
    return {};
}

// By windows of UIDs, for a folder may hold 100,000 mails; wider ones where they lie far apart.
Status Fetcher::read_until(std::uint32_t last) {
    std::uint64_t width = mail::Imap::kListMax;
    while (reach_.done < last) {
        auto to = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(last, std::uint64_t{reach_.done} + width));
        TRY(const auto listed, imap_.list(reach_.done + 1, to));
        const auto count = listed.items.size();
        const bool is_cut = count > 0 && listed.highest > listed.items.back().uid;
        if (is_cut) to = listed.items.back().uid;
        width = is_cut                             ? mail::Imap::kListMax
                : count < mail::Imap::kListMax / 4 ? width * 4
                                                   : width;
        TRY_OK(take_all(listed.items));
        if (reach_.done >= to) continue;
        reach_.done = to;
        reach_.begun = std::max(reach_.begun, to);
        TRY_OK(note());
    }
    return {};
}

Status Fetcher::take_all(std::span<const mail::ImapItem> items) {
    while (!items.empty()) {
        const bool careful = items[0].uid <= careful_;
        const auto count = std::min(careful ? 1 : kTogether, items.size());
        TRY_OK(take_some(items.subspan(0, count)));
        items = items.subspan(count);
        failures_ = 0;
        if (wait(milliseconds(0))) return Error(Code::unavailable, "the mail is stopped");
    }
    return {};
}

// A group is begun, taken, moved, and noted as done. Whoever dies within it goes through it again
// one by one, and counts.
Status Fetcher::take_some(std::span<const mail::ImapItem> items) {
    const auto last = items.back().uid;
    const bool again = items.size() == 1 && reach_.begun == last && reach_.tries > 0;
    reach_.tries = again ? reach_.tries + 1 : 1;
    reach_.begun = last;
    TRY_OK(note());
    fault_point("fetcher.begun");
    Sorted sorted;
    Status taken;
    auto done = reach_.done;
    for (const auto& item : items) {
        taken = take_one(item, sorted);
        if (!taken) break;
        done = item.uid;
        TRY_OK(hold());
    }
    // A line that is broken moves nothing; what was taken is known the next time.
    if (!taken && taken.error().code() == Code::unavailable && sorted.processed.empty() &&
        sorted.aside.empty()) {
        return taken;
    }
    TRY_OK(move(sorted.processed, house_.mail.imap_processed));
    fault_point("fetcher.moved");
    TRY_OK(move(sorted.aside, house_.mail.imap_set_aside));
    reach_.set_aside += static_cast<std::int64_t>(sorted.aside.size());
    reach_.done = done;
    if (taken) {
        reach_.begun = done;
        reach_.tries = 0;
    }
    TRY_OK(note());
    house_.fetching.change([&](Fetching& standing) {
        standing.fetched += static_cast<std::int64_t>(sorted.processed.size());
        standing.set_aside = reach_.set_aside;
        standing.seen = house_.clock.now();
        if (!sorted.processed.empty()) standing.newest = house_.clock.now();
    });
    return taken;
}

Status Fetcher::take_one(const mail::ImapItem& item, Sorted& sorted) {
    const auto aside = [&](const char* reason) -> Status {
        log::warn("mail_set_aside", {{"reason", reason}});
        sorted.aside.push_back(item.uid);
        return {};
    };
    if (item.size > mail::kInboundMax) return aside("larger than 25 MB");
    if (reach_.tries > kTriesMax) return aside("begun too often and never ended");
    const auto message = imap_.fetch(item.uid);
    if (!message && message.error().code() == Code::not_found) return {};  // another moved it
    if (!message && message.error().code() == Code::too_large) return aside("larger than 25 MB");
    if (!message) return message.error();
    const auto fate = room_.take_fetched(*message);
    fault_point("fetcher.taken");
    switch (fate) {
        case Mailroom::Fate::taken:
            sorted.processed.push_back(item.uid);
            return {};
        case Mailroom::Fate::set_aside:
        case Mailroom::Fate::too_large:
            sorted.aside.push_back(item.uid);
            return {};
        case Mailroom::Fate::refused:
            reach_.tries = 0;
            return Error(Code::denied, "the policy in force does not take mail");
        case Mailroom::Fate::not_now:
            reach_.tries = 0;
            return Error(Code::unavailable, "mail cannot be taken now");
        case Mailroom::Fate::faulty:
            return Error(Code::internal, "a mail could not be taken");
    }
    return {};
}

Status Fetcher::move(const std::vector<std::uint32_t>& uids, const std::string& folder) {
    if (uids.empty()) return {};
    const auto moved = imap_.move(uids, folder);
    if (moved || moved.error().code() != Code::denied) return moved;
    // It stays where it is: how far we are is noted all the same, so it is not fetched for ever.
    log::error("mail_not_moved", {{"mails", uids.size()}, {"cause", moved.error().describe()}});
    return {};
}

Status Fetcher::wait_for_news() {
    const milliseconds poll{std::chrono::seconds(house_.mail.imap_poll_seconds)};
    if (!imap_.offers_idle()) {
        if (wait(poll)) return Error(Code::unavailable, "the mail is stopped");
        TRY_OK(note());
        TRY([[maybe_unused]] const bool news, imap_.poll());
        return {};
    }
    if (const auto began = imap_.begin_idle(); !began) {
        // Offered and refused: from now on it is asked.
        return began.error().code() == Code::denied ? Status() : began;
    }
    for (milliseconds waited{0}; waited < kIdleAgain; waited += kIdleSlice) {
        TRY(const bool news, imap_.news(kIdleSlice));
        if (news) break;
        TRY_OK(note());
        stand(Fetching::State::waiting);
    }
    return imap_.end_idle();
}

}  // namespace avow::app
