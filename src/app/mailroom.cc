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
// Stands for the sender of an envelope that nobody kept: not empty, for that is a bounce's.
constexpr std::string_view kNoEnvelope = "-";

std::string_view name_of(Taken taken) {
    switch (taken) {
        case Taken::taken:
            return "taken";
        case Taken::known:
            return "known";
        case Taken::returned:
            return "returned";
        case Taken::dropped:
            return "dropped";
    }
    return {};
}

LmtpReply reply_to(Mailroom::Fate fate) {
    switch (fate) {
        case Mailroom::Fate::taken:
            return {250, "2.0.0", "taken"};
        case Mailroom::Fate::set_aside:
            return {250, "2.0.0", "set aside for a person to look at"};
        case Mailroom::Fate::refused:
            return {550, "5.7.1", "our privacy policy does not take mail here"};
        case Mailroom::Fate::too_large:
            return {552, "5.3.4", "the message is too large"};
        case Mailroom::Fate::not_now:
        case Mailroom::Fate::faulty:
            break;
    }
    return {451, "4.3.0", "not now: come again"};
}

}  // namespace

Result<std::unique_ptr<Mailroom>> Mailroom::create(House& house, const std::string& domain) {
    std::unique_ptr<Mailroom> room(new Mailroom(house));
    if (house.mail.lmtp_listen.empty()) return room;
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
    house.takes_mail = true;
    log::info("mail_comes_in", {{"port", room->listener_->port()}});
    return room;
}

std::vector<LmtpReply> Mailroom::take(const mail::LmtpDelivery& delivery) {
    sweep();
    const auto reply = reply_to(fate_of(delivery));
    fault_point("mailroom.answer");
    return std::vector<LmtpReply>(delivery.recipients.size(), reply);
}

Mailroom::Fate Mailroom::take_fetched(const std::string& message) {
    sweep();
    return fate_of({std::string(kNoEnvelope), {}, message});
}

// A parsed message is several times its size: of the large ones, one at a time.
Result<mail::Inbound> Mailroom::read(const mail::LmtpDelivery& delivery) {
    std::unique_lock<std::mutex> alone;
    if (delivery.message.size() > kLarge) alone = std::unique_lock(large_);
    return mail::read_inbound(delivery.message, delivery.from);
}

Mailroom::Fate Mailroom::fate_of(const mail::LmtpDelivery& delivery) {
    const auto mail = read(delivery);
    if (!mail) return set_aside(delivery, mail.error().words().value);
    const auto& recipients = delivery.recipients.empty() ? mail->recipients : delivery.recipients;
    const auto taken = house_.desk->take_mail(*mail, recipients);
    if (taken) {
        log::info("mail_in", {{"fate", name_of(*taken)}});
        return Fate::taken;
    }
    auto fate = Fate::faulty;
    switch (taken.error().code()) {
        case Code::denied:
            log::warn("mail_refused", {{"cause", taken.error().words().value}});
            return Fate::refused;
        case Code::invalid:
            return set_aside(delivery, "it does not fit what is taken");
        case Code::too_large:
            return Fate::too_large;
        case Code::unavailable:
        case Code::too_often:
            fate = Fate::not_now;
            break;
        case Code::not_found:
        case Code::conflict:
        case Code::corrupt:
        case Code::internal:
            break;
    }
    log::error("mail_not_taken", {{"cause", taken.error().describe()}});
    return fate;
}

Mailroom::Fate Mailroom::set_aside(const mail::LmtpDelivery& delivery, const std::string& reason) {
    const auto kept = house_.desk->quarantine(delivery.message, reason);
    if (!kept) {
        log::error("mail_not_set_aside", {{"cause", kept.error().describe()}});
        return Fate::not_now;
    }
    log::warn("mail_set_aside", {{"reason", reason}});
    return Fate::set_aside;
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
