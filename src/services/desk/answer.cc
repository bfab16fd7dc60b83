// SPDX-License-Identifier: Apache-2.0
// Our side: open, answer, note, assign and move.
#include <algorithm>

#include "base/fault.hh"
#include "base/text.hh"
#include "policy/policy.hh"
#include "services/desk/entry.hh"

namespace avow::services {
namespace {

using policy::Answer;

// The contact fields that the policy knows of.
std::vector<std::string> contact_fields(const policy::Policy& policy) {
    std::vector<std::string> fields;
    for (const auto* field : {"name", "email", "phone"}) {
        if (policy.find_field(field)) fields.emplace_back(field);
    }
    return fields;
}

gate::UseRequest use_of_messages(const Request& request, std::span<const CollectionId> from,
                                 std::string reason) {
    gate::UseRequest use;
    use.customer = request.customer;
    use.fields = {std::string(kMessageField)};
    use.purpose = kService;
    use.reason = std::move(reason);
    use.from.assign(from.begin(), from.end());
    return use;
}

const gate::UsedField* find_text(const gate::Used& used, const CollectionId& collection) {
    for (const auto& field : used.fields) {
        if (field.collection == collection) return &field;
    }
    return nullptr;
}

}  // namespace

Result<Request> Desk::take_call(Called called, const gate::Actor& actor) {
    const auto token = gate_.own_data_token();
    TRY_OK(check_text("/subject", called.asked.subject.reveal(token), kSubjectMax));
    TRY_OK(check_text("/text", called.asked.text.reveal(token), kAnswerMax));
    if (!called.permissions.empty() && called.notice_language.empty()) {
        return Error(Code::invalid, "a permission is spoken after the notice was read")
            .at("/notice_read", "read the notice first, and say in which language");
    }
    auto evidence = "a call, written down by " + actor.label;
    if (!called.notice_language.empty()) {
        evidence += "; our policy's notice was read to the caller, in the language " +
                    called.notice_language;
    }
    auto collection =
        collection_of("phone",
                      Personal<std::string>(with_subject(called.asked.subject.reveal(token),
                                                         called.asked.text.reveal(token))),
                      std::move(evidence), std::move(called.asked.once));
    collection.customer = called.customer;
    collection.permissions = std::move(called.permissions);
    collection.policy_version = std::move(called.policy_version);
    for (auto& field : called.fields) collection.fields.push_back(std::move(field));
    const auto now = clock_.now();
    Entry entry{.channel = "phone",
                .author = actor.label,
                .id = MessageId::make(now, random_),
                .fresh = RequestId::make(now, random_)};
    return note(std::move(collection), std::move(entry), actor);
}

Result<Thread> Desk::open(const RequestId& id, const gate::Actor& actor) {
    TRY(const auto customer, owner_of(id));
    TRY(auto request, find_going_on(customer, id));
    TRY(auto rows, messages(customer, request.id));
    std::vector<CollectionId> from;
    for (const auto& row : rows) from.push_back(row.collection);
    const auto policy = gate_.policies().in_force();
    std::vector<gate::UseRequest> uses;
    uses.push_back(use_of_messages(request, from, "request " + request.id.text() + " was opened"));
    gate::UseRequest contact;
    contact.customer = customer;
    contact.fields = contact_fields(*policy);
    contact.purpose = kService;
    contact.reason = "request " + request.id.text() + " was opened";
    if (!contact.fields.empty()) uses.push_back(std::move(contact));
    auto used = gate_.use(uses, actor);
    if (!used[0]) return used[0].error();
    std::optional<Account> account;
    TRY(auto carries, carrier_for(customer, rows, account));
    TRY(auto others, requests_of(customer, std::nullopt, kOthersShown + 1));
    std::erase_if(others, [&](const Request& one) { return one.id == request.id; });
    if (others.size() > kOthersShown) others.pop_back();
    TRY(auto attached, attachments(customer, request.id));
    TRY(auto satisfaction, look_afterwards(request));
    TRY_OK(search_.keep_missing(rows, *used[0]));
    Thread thread{std::move(request), std::move(rows), std::move(*used[0]), std::move(attached),
                  std::nullopt,       std::nullopt,    std::move(carries),  std::move(satisfaction),
                  std::move(others)};
    if (used.size() > 1) {
        if (!used[1]) return used[1].error();
        thread.contact = std::move(*used[1]);
    }
    TRY_OK(open_attachments(thread, actor));
    return thread;
}

// Never to an address that nobody showed to be theirs. Whoever wrote to us by mail is answered
// where the mail came from: as long as that is still the stored address, which was not replaced
// since.
Result<bool> Desk::may_be_mailed(const CustomerId& customer,
                                 const std::vector<RequestMessage>& messages) {
    TRY(const auto source, gate_.newest_source(customer, "email"));
    if (!source) return false;
    TRY(const auto proved, accounts_.address_proved(customer));
    TRY(const auto returned, accounts_.address_returned(customer));
    if (proved && !returned) return true;
    const auto asked = std::find_if(messages.rbegin(), messages.rend(), [](const auto& message) {
        return message.direction == Direction::in && !message.automatic;
    });
    return asked != messages.rend() && asked->channel == "email" &&
           !(asked->collection < *source) && !(returned && asked->at < *returned);
}

Result<std::string> Desk::carrier_for(const CustomerId& customer,
                                      const std::vector<RequestMessage>& messages,
                                      std::optional<Account>& account) {
    TRY(const bool mailed, may_be_mailed(customer, messages));
    auto found = accounts_.get(customer);
    if (!found && found.error().code() != Code::not_found) return found.error();
    if (found) account = std::move(*found);
    return std::string(mailed ? "letter" : account ? "portal" : "nowhere");
}

Result<Answered> Desk::answer(Answering answering, const gate::Actor& actor) {
    const auto token = gate_.own_data_token();
    TRY_OK(check_text("/text", answering.text.reveal(token), kAnswerMax));
    TRY(const auto customer, owner_of(answering.request));
    TRY(const auto seen, find(customer, answering.request));
    TRY(const auto before, gate_.find_collected(answering.once));
    if (before) {
        TRY(auto all, messages(customer, seen.id));
        for (auto& message : all) {
            if (message.collection == before->collection) return Answered{seen, std::move(message)};
        }
    }
    if (!next(seen.state, answering.act)) {
        return Error(Code::conflict, "the request is closed: it takes no answer");
    }
    if (answering.revision && *answering.revision != seen.revision) {
        return Error(Code::conflict, "the request changed meanwhile: read it again");
    }
    TRY(const auto all, messages(customer, seen.id));
    if (all.empty()) return Error(Code::conflict, "nothing is left of this request");
    const auto asked = std::find_if(all.rbegin(), all.rend(), [](const auto& message) {
        return message.direction == Direction::in && !message.automatic;
    });
    // Whoever may not read the question cannot answer it.
    std::vector<CollectionId> from{all.front().collection};
    if (asked != all.rend() && asked->collection != from[0]) from.push_back(asked->collection);
    const auto use = use_of_messages(seen, from, "request " + seen.id.text() + " was answered");
    auto used = std::move(gate_.use({&use, 1}, actor)[0]);
    if (!used) return used.error();
    const auto* first = find_text(*used, from[0]);
    if (!used->any_allowed() || first == nullptr) {
        const auto because =
            used->fields.empty() ? policy::Because::not_held : used->fields[0].decision.because;
        return Error(Code::denied, "the question may not be read for the purpose \"service\": " +
                                       std::string(policy::name_of(because)));
    }
    std::optional<Account> account;
    TRY(const auto carries, carrier_for(customer, all, account));

    const auto now = clock_.now();
    auto collection =
        collection_of(seen.channel, Personal<std::string>(answering.text.reveal(token)),
                      "an answer of ours, by " + actor.label, std::move(answering.once));
    collection.customer = customer;
    Entry entry{.request = seen.id,
                .act = answering.act,
                .revision = answering.revision,
                .direction = Direction::out,
                .channel = seen.channel,
                .author = actor.label,
                .carried = carries,
                .id = MessageId::make(now, random_),
                .fresh = seen.id};
    if (carries == "letter") {
        const auto subject =
            first->value ? std::string(subject_and_text(seen, first->value->reveal(token)).subject)
                         : std::string();
        Personal<std::string> in_reply_to("");
        if (asked != all.rend() && !asked->sealed.empty()) {
            TRY(in_reply_to, gate_.open_particulars(*used, asked->id.bytes(), asked->sealed));
        }
        TRY(const auto address, own_address());
        entry.letter.emplace();
        entry.letter->kind = LetterKind::request_answered;
        entry.letter->language = account ? account->language : "en";
        // The answer's own id, so that a letter that comes back leads to it.
        entry.letter->id = LetterId::from_bytes(entry.id.bytes());
        entry.letter->answer.emplace(Letter::Answer{
            Personal<std::string>(subject), Personal<std::string>(answering.text.reveal(token)),
            plus_address(address, seen.id, signer()), std::move(in_reply_to),
            Personal<std::string>(account ? "/account/requests#" + seen.id.text()
                                          : std::string())});
    }
    const auto id = entry.id;
    TRY(auto written, note(std::move(collection), std::move(entry), actor));
    TRY(auto rows, messages(customer, seen.id));
    for (auto& row : rows) {
        if (row.id == id) return Answered{std::move(written), std::move(row)};
    }
    return Error(Code::conflict, "the answer was written by another call meanwhile");
}

Result<RequestMessage> Desk::add_note(const RequestId& request, Personal<std::string> text,
                                      std::optional<gate::Once> once, const gate::Actor& actor) {
    TRY_OK(check_text("/text", text.reveal(gate_.own_data_token()), kAnswerMax));
    TRY(const auto customer, owner_of(request));
    TRY(const auto seen, find(customer, request));
    TRY(const auto before, gate_.find_collected(once));
    if (!before && !next(seen.state, RequestAct::note)) {
        return Error(Code::conflict, "the request is closed: it takes no note");
    }
    auto collection = collection_of(seen.channel, std::move(text),
                                    "a note among ourselves, by " + actor.label, std::move(once));
    collection.customer = customer;
    const auto now = clock_.now();
    Entry entry{.request = request,
                .act = RequestAct::note,
                .direction = Direction::note,
                .channel = seen.channel,
                .author = actor.label,
                .id = MessageId::make(now, random_),
                .fresh = request};
    const auto id = entry.id;
    TRY_OK(note(std::move(collection), std::move(entry), actor));
    TRY(auto rows, messages(customer, request));
    for (auto& row : rows) {
        if (row.id == id || (before && row.collection == before->collection)) return std::move(row);
    }
    return Error(Code::internal, "the note was written and is not there");
}

Result<Request> Desk::change(const Change& change) {
    TRY(const auto customer, owner_of(change.request));
    if (change.assignee && change.assignee->size() > kAssigneeMax) {
        return Error(Code::invalid, "the change is not right")
            .at("/assignee", "longer than " + std::to_string(kAssigneeMax) + " bytes");
    }
    std::optional<Request> written;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto seen, find(unit, customer, change.request));
        if (change.revision && *change.revision != seen.revision) {
            return Error(Code::conflict, "the request changed meanwhile: read it again");
        }
        auto state = seen.state;
        const auto apply = [&](std::optional<RequestAct> act, const char* pointer) -> Status {
            const auto follows = act ? next(state, *act) : std::nullopt;
            if (!follows) {
                return Error(Code::invalid, "the request cannot be changed so")
                    .at(pointer,
                        "does not follow the state \"" + std::string(name_of(state)) + "\"");
            }
            state = *follows;
            return {};
        };
        if (change.assignee) TRY_OK(apply(RequestAct::assign, "/assignee"));
        // Assigning a new request has opened it: asked for in the same breath, that is done.
        if (change.state && !(change.assignee && *change.state == state)) {
            TRY_OK(apply(move_to(*change.state), "/state"));
        }
        auto changed = moved(seen, state);
        if (change.assignee) changed.assignee = *change.assignee;
        if (change.review) changed.review = *change.review;
        if (change.looks_like_a_right == false) changed.perhaps.clear();
        if (change.tags) {
            TRY_OK(check_tags(unit, *change.tags, seen.tags));
            changed.tags = tags_of(row_of_tags(*change.tags));
        }
        TRY_OK(write_change(unit, seen, changed));
        TRY_OK(act_afterwards(unit, seen.state, changed));
        written = std::move(changed);
        return {};
    }));
    fault_point("desk.changed");
    if (is_done(written->state)) letters_.notify();
    return std::move(*written);
}

}  // namespace avow::services
