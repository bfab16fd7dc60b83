// SPDX-License-Identifier: Apache-2.0
#include "app/mailroom.hh"

#include "base/fault.hh"
#include "base/log.hh"
#include "mail/inbound.hh"

namespace avow::app {
namespace {

using mail::LmtpReply;
using Taken = services::Desk::Taken;

constexpr std::size_t kLarge =
    1'000'000;  // LIMIT: bytes of a message that others need not wait for
constexpr LmtpReply kLater{451, "4.3.0", "not now: come again"};

std::string_view name_of(Taken taken) {
    switch (taken) {
        case Taken::taken:
            return "taken";
        case Taken::known:
            return "known";
        case Taken::dropped:
            return "dropped";
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Mailroom>> Mailroom::create(House& house, const std::string& domain) {
    if (house.mail.lmtp_listen.empty()) return std::unique_ptr<Mailroom>();
    std::unique_ptr<Mailroom> room(new Mailroom(house));
    mail::LmtpListener::Options options;
    options.listen = house.mail.lmtp_listen;
    options.domain = domain;
    options.message_max = mail::kInboundMax;
    auto& mine = *room;
    TRY(room->listener_,
        mail::LmtpListener::create(
            std::move(options),
            [&house](std::string_view recipient) { return house.desk->receives(recipient); },
            [&mine](const mail::LmtpDelivery& delivery) { return mine.take(delivery); }));
    log::info("mail_comes_in", {{"port", room->listener_->port()}});
    return room;
}

std::vector<LmtpReply> Mailroom::take(const mail::LmtpDelivery& delivery) {
    sweep();
    const auto fate = fate_of(delivery);
    fault_point("mailroom.answer");
    return std::vector<LmtpReply>(delivery.recipients.size(), fate);
}

// A parsed message is several times its size: of the large ones, one at a time.
Result<mail::Inbound> Mailroom::read(const mail::LmtpDelivery& delivery) {
    std::unique_lock<std::mutex> alone;
    if (delivery.message.size() > kLarge) alone = std::unique_lock(large_);
    return mail::read_inbound(delivery.message, delivery.from);
}

LmtpReply Mailroom::fate_of(const mail::LmtpDelivery& delivery) {
    const auto mail = read(delivery);
    if (!mail) return set_aside(delivery, mail.error().words().value);
    const auto taken = house_.desk->take_mail(*mail, delivery.recipients);
    if (taken) {
        log::info("mail_in", {{"fate", name_of(*taken)}});
        return {250, "2.0.0", "taken"};
    }
    switch (taken.error().code()) {
        case Code::denied:
            log::warn("mail_refused", {{"cause", taken.error().words().value}});
            return {550, "5.7.1", "our privacy policy does not take mail here"};
        case Code::invalid:
            return set_aside(delivery, "it does not fit what is taken");
        case Code::too_large:
            return {552, "5.3.4", "the message is too large"};
        case Code::not_found:
        case Code::conflict:
        case Code::unavailable:
        case Code::corrupt:
        case Code::too_often:
        case Code::internal:
            break;
    }
    log::error("mail_not_taken", {{"cause", taken.error().describe()}});
    return kLater;
}

LmtpReply Mailroom::set_aside(const mail::LmtpDelivery& delivery, const std::string& reason) {
    const auto kept = house_.desk->quarantine(delivery.message, reason);
    if (!kept) {
        log::error("mail_not_set_aside", {{"cause", kept.error().describe()}});
        return kLater;
    }
    log::warn("mail_set_aside", {{"reason", reason}});
    return {250, "2.0.0", "set aside for a person to look at"};
}

// Hourly, by whoever comes.
void Mailroom::sweep() {
    const auto now = house_.clock.now().ms;
    auto before = swept_ms_.load();
    if (now - before < kHourMs || !swept_ms_.compare_exchange_strong(before, now)) return;
    if (const auto done = house_.desk->forget_old(); !done) {
        log::error("mail_not_swept", {{"cause", done.error().describe()}});
    }
}

}  // namespace avow::app
