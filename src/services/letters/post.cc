// SPDX-License-Identifier: Apache-2.0
#include "services/letters/post.hh"

#include <algorithm>

#include "base/fault.hh"
#include "base/log.hh"
#include "mail/address.hh"
#include "mail/message.hh"
#include "policy/labels.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr std::int64_t kSweepEveryMs = kHourMs;
const mail::Delivery kNotOpened{mail::Delivery::Outcome::later, false, 0, "4.3.0",
                                "it could not be opened"};

// Where answers go; a policy's contact may also be an address of the web.
std::optional<mail::Mailbox> answers_to(const std::string& organization,
                                        const std::string& contact) {
    if (!mail::check_address(contact)) return std::nullopt;
    return mail::Mailbox{organization, contact};
}

}  // namespace

struct Post::Due {
    CustomerId customer;
    gate::SealedLetter letter;
    std::string language;
    Time written;
    Time until;
    std::int64_t next_ms = 0;
    std::int64_t attempts = 0;
};

std::int64_t retry_after(std::int64_t attempts, Random& random) {
    auto wait = kFirstRetryMs;
    for (std::int64_t i = 1; i < attempts && wait < kLastRetryMs; ++i) wait *= 2;
    wait = std::min(wait, kLastRetryMs);
    const auto chance = read_be16(random.take<2>());
    return wait + wait / 4 * chance / 0xffff;
}

void Post::break_off() {
    ending_ = true;
    broken_off_ = true;
    carrier_.stop();
}

Result<std::vector<Post::Due>> Post::read_due() {
    std::vector<Due> due;
    const auto visit = [&](const sql::Row& row) -> Status {
        const auto customer = CustomerId::from_bytes(row.blob(0));
        const auto id = LetterId::from_bytes(row.blob(1));
        if (!customer || !id) return Error(Code::corrupt, "a letter has a damaged id");
        const auto to = row.integer(5);
        if (to < 0 || to > static_cast<std::int64_t>(gate::SealedLetter::To::stranger))
            return Error(Code::corrupt, "a letter has a damaged address");
        due.push_back({*customer,
                       {*id, std::string(row.text(2)), std::string(row.text(4)),
                        to_bytes(row.blob(10)), static_cast<gate::SealedLetter::To>(to),
                        row.integer(9) > 0, std::string(row.text(11))},
                       std::string(row.text(3)),
                       {row.integer(6)},
                       {row.integer(7)},
                       row.integer(8),
                       row.integer(9)});
        return {};
    };
    TRY_OK(letters_.store_.read([&](sql::Reader& reader) {
        due.clear();
        return reader.query(statements::read_due_letters, {letters_.clock_.now().ms}, visit);
    }));
    return due;
}

Result<Post::Step> Post::step() {
    TRY(const auto due, read_due());
    if (due.empty()) {
        carrier_.rest();
        TRY_OK(forget_old());
        return Step::idle;
    }
    for (const auto& one : due) {
        if (ending_) return Step::idle;
        if (one.until < letters_.clock_.now()) {
            TRY_OK(settle(one, one.next_ms, "given_up", "4.4.7"));
            continue;
        }
        const auto ready = carrier_.prepare();
        if (ready.has_value() != reachable_ && !broken_off_) {
            reachable_ = ready.has_value();
            if (reachable_) log::info("mail_reachable");
            if (!ready) log::warn("mail_unreachable", {{"cause", ready.error().describe()}});
        }
        if (!ready) return Step::unreachable;
        TRY_OK(send(one));
    }
    return Step::worked;
}

Status Post::claim(sql::Writer& unit, const Due& due, policy::Answer answer, Time until) {
    const auto customer = ByteView(due.customer.bytes());
    const auto id = ByteView(due.letter.id.bytes());
    std::int64_t rows = 0;
    if (answer == policy::Answer::allowed) {
        TRY(rows, unit.run(statements::claim_letter, {customer, id, due.next_ms, until.ms,
                                                      std::string_view(letters_.options_.node)}));
    } else {
        TRY(rows, unit.run(statements::settle_letter,
                           {customer, id, due.next_ms, std::string_view("withheld"),
                            std::string_view("policy"), ByteView()}));
    }
    if (rows == 1) return {};
    return Error(Code::conflict, "the letter is another's, or gone");
}

Status Post::send(const Due& due) {
    const auto until = letters_.clock_.now() + kClaimMs;
    const auto opened = letters_.gate_.open_letter(
        due.customer, due.letter,
        [&](sql::Writer& unit, policy::Answer answer) { return claim(unit, due, answer, until); });
    auto claimed = due;
    claimed.next_ms = until.ms;
    ++claimed.attempts;
    if (opened) {
        fault_point("letters.opened");
        return hand_over(claimed, *opened);
    }
    switch (opened.error().code()) {
        case Code::unavailable:
            return opened.error();
        case Code::conflict:  // another node has it
            return {};
        case Code::denied:
            log::info("letter_withheld",
                      {{"kind", due.letter.kind}, {"because", opened.error().cause().value}});
            return {};
        case Code::not_found:  // an erased customer's: it is going, too
            return set_aside(due, claimed, "withheld", "erased");
        case Code::internal:  // a fault of ours, or of this machine's: the letter is none the worse
            log::error("letter_not_opened",
                       {{"letter", due.letter.id.text()}, {"cause", opened.error().describe()}});
            TRY_OK(postpone(due, due.next_ms, kNotOpened));
            return postpone(claimed, claimed.next_ms, kNotOpened);
        case Code::corrupt:
        case Code::invalid:
        case Code::too_large:
        case Code::too_often:
            break;
    }
    log::error("letter_damaged",
               {{"letter", due.letter.id.text()}, {"cause", opened.error().describe()}});
    return set_aside(due, claimed, "refused", "damaged");
}

// Whether or not it was claimed before it went wrong: one that stayed due would hold up the others.
Status Post::set_aside(const Due& due, const Due& claimed, std::string_view state,
                       std::string_view status) {
    TRY_OK(settle(due, due.next_ms, state, status));
    return settle(due, claimed.next_ms, state, status);
}

Status Post::hand_over(const Due& due, const gate::OpenedLetter& opened) {
    const auto token = letters_.gate_.token_of(opened);
    const auto content = unpack(opened.content, token);
    const auto* address = opened.address ? &*opened.address : nullptr;
    if (content && content->to) address = &*content->to;
    if (!content || address == nullptr) {
        log::error("letter_damaged", {{"letter", due.letter.id.text()}});
        return settle(due, due.next_ms, "refused", "damaged");
    }
    Occasion occasion{content->known ? "address_known" : due.letter.kind,
                      due.language,
                      opened.policy->organization,
                      opened.policy->contact,
                      due.written,
                      letters_.clock_.now(),
                      content->link ? options_.address + content->link->reveal(token) : "",
                      content->known ? std::nullopt : content->ends};
    std::string one_click;
    if (content->stop) {
        const auto& secret = content->stop->reveal(token);
        occasion.purpose = policy::purpose_label(*opened.policy, due.letter.purpose, due.language);
        occasion.stop = options_.address + "/stop#" + secret;
        one_click = options_.address + "/stop/" + secret;
    }
    const bool by_person = content->answer && due.letter.kind == "request_answered";
    std::string page;
    auto answers = answers_to(occasion.organization, occasion.contact);
    Worded worded;
    if (content->answer) {
        const auto& answer = *content->answer;
        if (const auto& path = answer.page.reveal(token); !path.empty())
            page = options_.address + path;
        if (mail::check_address(answer.reply_to)) {
            answers = mail::Mailbox{occasion.organization, answer.reply_to};
        }
        const AnswerOccasion answered{due.language, occasion.organization,
                                      answer.subject.reveal(token), answer.text.reveal(token),
                                      page};
        worded = by_person ? word(answered, say_) : Worded{answered.subject, answered.text};
    } else {
        worded = word(occasion, say_);
    }
    mail::Envelope envelope{
        options_.from, mail::with_ascii_domain(address->reveal(token)), {}, due.letter.message_id};
    mail::Message message{{occasion.organization, options_.from},
                          {"", envelope.to},
                          std::move(answers),
                          worded.subject,
                          worded.text,
                          "",
                          due.letter.message_id,
                          due.language,
                          due.written};
    if (by_person) {
        message.author = mail::Message::Author::person;
        message.in_reply_to = content->answer->in_reply_to.reveal(token);
    }
    // Only such a door may be promised: RFC 8058 §3.1.
    if (one_click.starts_with("https://")) message.unsubscribe = one_click;
    auto composed = mail::compose(message);
    auto delivery = mail::Delivery{mail::Delivery::Outcome::refused, false, 0, "5.1.3",
                                   "the address cannot be written to"};
    if (composed) {
        envelope.message = *composed;
        delivery = carrier_.send(envelope);
        fault_point("letters.sent");
        wipe(composed->data(), composed->size());
    }
    for (auto* text : {&occasion.link, &occasion.stop, &one_click, &message.unsubscribe, &page,
                       &worded.subject, &worded.text, &message.subject, &message.text,
                       &message.in_reply_to, &message.to.address, &envelope.to}) {
        wipe(text->data(), text->size());
    }
    return record(due, due.next_ms, delivery);
}

Status Post::record(const Due& due, std::int64_t claim, const mail::Delivery& delivery) {
    using Outcome = mail::Delivery::Outcome;
    if (delivery.outcome != Outcome::delivered && !broken_off_) {
        log::warn("letter_not_sent", {{"letter", due.letter.id.text()},
                                      {"kind", due.letter.kind},
                                      {"attempts", due.attempts},
                                      {"status", delivery.status},
                                      {"uncertain", delivery.uncertain},
                                      {"why", delivery.why}});
    }
    switch (delivery.outcome) {
        case Outcome::delivered:
            return settle(due, claim, "sent", delivery.status);
        case Outcome::refused:
            return settle(due, claim, "refused", delivery.status);
        case Outcome::later:
            return postpone(due, claim, delivery);
    }
    return {};
}

Status Post::settle(const Due& due, std::int64_t claim, std::string_view state,
                    std::string_view status) {
    TRY_OK(letters_.store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::settle_letter,
                            {ByteView(due.customer.bytes()), ByteView(due.letter.id.bytes()), claim,
                             state, status, ByteView()});
    }));
    fault_point("letters.settled");
    return {};
}

Status Post::postpone(const Due& due, std::int64_t claim, const mail::Delivery& delivery) {
    // Broken off by our own end: the next start goes on with it at once.
    const auto wait = broken_off_ ? 0 : retry_after(due.attempts, letters_.random_);
    const auto next = letters_.clock_.now() + wait;
    if (next > due.until) return settle(due, claim, "given_up", delivery.status);
    return letters_.store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::postpone_letter,
                            {ByteView(due.customer.bytes()), ByteView(due.letter.id.bytes()), claim,
                             next.ms, std::string_view(delivery.status)});
    });
}

Status Post::forget_old() {
    const auto now = letters_.clock_.now();
    if (now - swept_ < kSweepEveryMs) return {};
    swept_ = now;
    return letters_.store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::delete_old_letter_stops, {now.ms - kStopsKeptMs}));
        return unit.execute(statements::delete_old_letters, {now.ms - kLettersKeptMs});
    });
}

Result<mail::Delivery> Post::send_test(const std::string& to, const std::string& language) {
    const auto policy = letters_.gate_.policies().in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    const auto now = letters_.clock_.now();
    const auto worded =
        word({"test", language, policy->organization, policy->contact, now, now, "", {}}, say_);
    const auto id = LetterId::make(now, letters_.random_).text() + "@" + letters_.options_.domain;
    TRY(const auto message, mail::compose({{policy->organization, options_.from},
                                           {"", to},
                                           answers_to(policy->organization, policy->contact),
                                           worded.subject,
                                           worded.text,
                                           "",
                                           id,
                                           language,
                                           now}));
    TRY_OK(carrier_.prepare());
    const auto delivery = carrier_.send({options_.from, to, message, id});
    carrier_.rest();
    return delivery;
}

}  // namespace avow::services
