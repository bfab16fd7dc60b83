// SPDX-License-Identifier: Apache-2.0
// A mail becomes a request, or a message of one. To reach a request of another day a mail needs its
// signed address or the Message-ID of one of its letters, and to come from its customer: from
// anybody else it begins a request of its own, linked, for us to look at first.
#include <algorithm>

#include <boost/json.hpp>

#include "base/json.hh"
#include "base/log.hh"
#include "base/text.hh"
#include "mail/address.hh"
#include "mail/inbound.hh"
#include "services/desk/entry.hh"
#include "services/desk/phrases.hh"
#include "services/desk/rows.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr const char* kEmail = "email";
constexpr std::size_t kNameMax = 200;  // LIMIT: bytes of a sender's name
const gate::Actor kPost{gate::Actor::Kind::system, "incoming mail", "intake", false, false};

// Whether the policy in force lets mail be kept at all, and with which fields.
bool takes(const policy::Policy& policy, std::string_view field) {
    const auto channel = policy.find_channel(kEmail);
    const auto index = policy.find_field(field);
    return channel && index && policy[*channel].fields[index->value];
}

Status check_policy(const policy::Policy& policy) {
    const auto channel = policy.find_channel(kEmail);
    const auto purpose = policy.find_purpose(kService);
    if (takes(policy, kMessageField) && takes(policy, kEmail) && purpose && channel &&
        policy[*channel].purposes[purpose->value]) {
        return {};
    }
    return Error(Code::denied,
                 "the policy in force does not collect mail: it wants the channel \"email\" with "
                 "the fields \"email\" and \"message\" for the purpose \"service\"");
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

bool right_asked_by(std::string_view tag) {
    const auto phrases = right_phrases();
    return std::any_of(phrases.begin(), phrases.end(),
                       [&](const RightPhrase& one) { return one.kind == tag; });
}

std::string cut_to(std::string_view text, std::size_t most) {
    auto size = std::min(text.size(), most);
    while (size > 0 && size < text.size() &&
           (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
        --size;
    return std::string(text.substr(0, size));
}

}  // namespace

struct Desk::Placed {
    std::optional<RequestId> within;  // the sender's own, that takes more
    std::optional<RequestId> linked;
    bool review = false;
};

bool Desk::receives(std::string_view recipient) const {
    const auto own = own_address();
    if (!own || !mail::check_address(*own)) return false;
    const auto plain = lower(without_plus(recipient));
    return plain == lower(*own) ||
           (!options_.letters_from.empty() && plain == lower(options_.letters_from));
}

Result<bool> Desk::was_taken(const crypto::Hash& hash) {
    bool taken = false;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_mail_taken, {ByteView(hash)},
                            [&](const sql::Row&) -> Status {
                                taken = true;
                                return {};
                            });
    }));
    return taken;
}

// One that was merged went on elsewhere; and of one that was split, what the mail answers tells
// which part is meant, for the letters before it carry the address of the whole.
Status Desk::follow(const mail::Inbound& mail, const std::optional<CustomerId>& owner,
                    std::optional<RequestId>& named) {
    if (!owner || !named) return {};
    TRY(const auto going, find_going_on(*owner, *named));
    named = going.id;
    for (const auto& reference : mail.references) {
        std::optional<RequestId> part;
        const auto hash = gate_.blind(kThreadKeys, as_bytes(reference));
        TRY_OK(store_.read([&](sql::Reader& reader) {
            return reader.query(statements::find_mail_thread, {ByteView(hash)},
                                [&](const sql::Row& row) -> Status {
                                    if (CustomerId::from_bytes(row.blob(0)) == *owner)
                                        part = RequestId::from_bytes(row.blob(1));
                                    return {};
                                });
        }));
        if (!part) continue;
        TRY(const auto found, find(*owner, *part));
        if (found.linked == named) named = part;
        break;
    }
    return {};
}

Result<Desk::Placed> Desk::place(const mail::Inbound& mail, std::span<const std::string> recipients,
                                 const std::optional<CustomerId>& sender) {
    std::optional<RequestId> named;
    std::optional<CustomerId> owner;
    for (const auto& recipient : recipients) {
        if (named) break;
        named = services::request_of(recipient, signer());
    }
    if (named) {
        TRY(owner, find_owner(*named));
    }
    for (const auto& reference : mail.references) {
        if (owner) break;
        const auto hash = gate_.blind(kThreadKeys, as_bytes(reference));
        TRY_OK(store_.read([&](sql::Reader& reader) {
            return reader.query(statements::find_mail_thread, {ByteView(hash)},
                                [&](const sql::Row& row) -> Status {
                                    owner = CustomerId::from_bytes(row.blob(0));
                                    named = RequestId::from_bytes(row.blob(1));
                                    return {};
                                });
        }));
    }
    TRY_OK(follow(mail, owner, named));
    if (!owner || !named) return Placed{};  // none, or an erased customer's
    if (!sender || *sender != *owner) return Placed{std::nullopt, named, true};
    TRY(const auto request, find(*owner, *named));
    if (!next(request.state, RequestAct::customer_writes))
        return Placed{std::nullopt, named, false};
    return Placed{named, std::nullopt, false};
}

Result<Desk::Taken> Desk::take_mail(const mail::Inbound& mail,
                                    std::span<const std::string> recipients) {
    const auto policy = gate_.policies().in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    TRY_OK(check_policy(*policy));
    const auto hash = gate_.blind(kMailKeys, ByteView(mail.digest));
    TRY(const bool known, was_taken(hash));
    if (known) return Taken::known;
    if (mail.writer == mail::Writer::bounce && mail.returned) {
        return take_report(*mail.returned, hash);
    }
    if (mail.writer == mail::Writer::bounce || receives(mail.from)) return Taken::dropped;
    if (mail.from.empty()) return Error(Code::invalid, "no sender");
    Personal<std::string> from(mail.from);
    TRY(const auto sender, gate_.find_by_address(from));
    TRY(const auto placed, place(mail, recipients, sender));
    // A program's word outside of any correspondence asks nothing.
    if (mail.writer == mail::Writer::program && !placed.within) return Taken::dropped;

    if (mail.subject.empty() && mail.text.empty()) return Error(Code::invalid, "no text");
    auto subject = cut_to(mail.subject, kSubjectMax);
    if (subject.empty()) subject = cut_to(mail.text.substr(0, mail.text.find('\n')), 80);
    const auto text = mail.text.empty() ? std::string_view(mail.subject) : mail.text;
    const boost::json::object evidence{
        {"received", "by mail"}, {"message_id", mail.message_id}, {"sha256", hex(mail.digest)}};
    auto collection = collection_of(
        kEmail,
        Personal<std::string>(placed.within ? std::string(text) : with_subject(subject, text)),
        json::canonical(evidence), std::nullopt);
    if (sender) {
        collection.customer = *sender;
    } else {
        collection.fields.push_back({"email", std::move(from)});
        if (!mail.name.empty() && mail.name.size() <= kNameMax && takes(*policy, "name")) {
            collection.fields.push_back({"name", Personal<std::string>(mail.name)});
        }
    }
    const bool files = takes(*policy, kAttachmentsField) && !mail.attached.empty();
    if (files) {
        collection.fields.push_back(
            {std::string(kAttachmentsField), Personal<std::string>(listed(mail.attached))});
    }
    const auto kept = files ? std::span(mail.attached) : std::span<const mail::Attached>();
    const auto now = clock_.now();
    Entry entry{.request = placed.within,
                .channel = kEmail,
                .automatic = mail.writer == mail::Writer::program,
                .review = placed.review,
                .linked = placed.linked,
                .left_out = static_cast<std::int64_t>(mail.attachments - kept.size()),
                .files = kept,
                .mail_id = mail.message_id,
                .mail_hash = hash,
                .id = MessageId::make(now, random_),
                .fresh = RequestId::make(now, random_)};
    // A program's word asks for nothing.
    for (const auto& recipient : recipients) {
        if (mail.writer == mail::Writer::person && entry.tag.empty() && receives(recipient))
            entry.tag = tag_of(recipient);
    }
    // What asks by its address is a request under the policy already.
    if (mail.writer == mail::Writer::person && !placed.within && !right_asked_by(entry.tag))
        entry.perhaps = perhaps_right(mail.subject);
    const auto noted = note(std::move(collection), std::move(entry), kPost);
    if (noted) return Taken::taken;
    // Closed or taken by another delivery, meanwhile: the next delivery finds it so.
    if (noted.error().code() == Code::conflict || noted.error().code() == Code::denied) {
        TRY(const bool taken, was_taken(hash));
        if (taken) return Taken::known;
        return Error(Code::unavailable, "the request changed meanwhile");
    }
    return noted.error();
}

// Whoever can name a letter's Message-ID had the letter: a report that is made up harms nobody
// else.
Result<Desk::Taken> Desk::take_report(const mail::Returned& returned, const crypto::Hash& hash) {
    if (!returned.failed) return Taken::dropped;  // late, or it did arrive
    const auto known = [&](sql::Writer& unit) {
        return unit.execute(statements::insert_mail_taken, {ByteView(hash), clock_.now().ms});
    };
    TRY(const bool noted, letters_.note_returned(returned.message_id, returned.status, known));
    return noted ? Taken::returned : Taken::dropped;
}

Status Desk::note_return(sql::Writer& unit, const CustomerId& customer, const LetterId& letter,
                         std::string_view message_id) {
    std::optional<RequestId> request;
    const auto hash = gate_.blind(kThreadKeys, as_bytes(message_id));
    TRY_OK(unit.query(statements::find_mail_thread, {ByteView(hash)},
                      [&](const sql::Row& row) -> Status {
                          request = RequestId::from_bytes(row.blob(1));
                          return {};
                      }));
    if (!request) return {};
    TRY(const auto rows,
        unit.run(statements::return_answer, {ByteView(customer.bytes()), ByteView(request->bytes()),
                                             ByteView(letter.bytes())}));
    TRY(const auto seen, find(unit, customer, *request));
    if (rows != 1 || seen.state == RequestState::closed) return {};
    auto changed = moved(seen, RequestState::open);
    return write_change(unit, seen, changed);
}

Status Desk::quarantine(std::string_view raw, std::string_view reason) {
    std::int64_t kept = 0;
    const auto size = static_cast<std::int64_t>(raw.size());
    const auto now = clock_.now();
    const auto item = QuarantineId::make(now, random_);
    const auto hash = gate_.blind(kMailKeys, ByteView(mail::digest_of(raw)));
    TRY(const bool known, was_taken(hash));
    if (known) return {};
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::count_quarantined, {}, [&](const sql::Row& row) -> Status {
            kept = row.integer(1);
            return {};
        });
    }));
    if (kept + size > kQuarantineMax) {
        return Error(Code::unavailable, "the quarantine is full: look at it");
    }
    const auto sealed = gate_.seal_for_house(item.bytes(), as_bytes(raw));
    const auto written = store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::insert_mail_taken, {ByteView(hash), now.ms}));
        return unit.execute(statements::insert_quarantined,
                            {ByteView(item.bytes()), now.ms, reason, size, ByteView(sealed)});
    });
    if (written || written.error().code() == Code::conflict) return {};
    return written;
}

Result<std::vector<Desk::Quarantined>> Desk::quarantined(int limit) {
    std::vector<Quarantined> items;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        items.clear();
        return reader.query(
            statements::list_quarantined, {std::int64_t{limit}},
            [&](const sql::Row& row) -> Status {
                const auto id = QuarantineId::from_bytes(row.blob(0));
                if (!id) return Error(Code::corrupt, "a quarantined mail is damaged");
                items.push_back({*id, {row.integer(1)}, std::string(row.text(2)), row.integer(3)});
                return {};
            });
    }));
    return items;
}

Status Desk::forget_quarantined(const QuarantineId& item) {
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows, unit.run(statements::delete_quarantined, {ByteView(item.bytes())}));
        if (rows == 1) return {};
        return Error(Code::not_found, "there is no such mail in the quarantine");
    });
}

Status Desk::forget_old() {
    const auto now = clock_.now();
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::delete_old_mails, {now.ms - kMailsKnownMs}));
        return unit.execute(statements::delete_old_quarantined, {now.ms - kQuarantineKeptMs});
    });
}

}  // namespace avow::services
