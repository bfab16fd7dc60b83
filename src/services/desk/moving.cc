// SPDX-License-Identifier: Apache-2.0
// Merging and splitting: messages move between requests of one customer, in one transaction with
// the rows that mails are found by and an entry that the customer reads.
#include <algorithm>

#include <boost/json.hpp>

#include "base/fault.hh"
#include "services/desk/entry.hh"
#include "services/desk/rows.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

struct First {
    MessageId id;
    Time at;
};

Result<std::optional<First>> first_message(sql::Reader& reader, const CustomerId& customer,
                                           const RequestId& request) {
    std::optional<First> first;
    TRY_OK(reader.query(statements::find_first_message,
                        {ByteView(customer.bytes()), ByteView(request.bytes())},
                        [&](const sql::Row& row) -> Status {
                            const auto id = MessageId::from_bytes(row.blob(0));
                            if (!id) return Error(Code::corrupt, "a message's row is damaged");
                            first = First{*id, {row.integer(1)}};
                            return {};
                        }));
    return first;
}

// Not `conflict`: the gate would try again, and find the same.
Error overtaken() {
    return Error(Code::denied, "the request changed meanwhile: read it again")
        .caused_by("revision");
}

Error not_both(const char* detail) {
    return Error(Code::invalid, "the requests cannot be merged").at("/into", detail);
}

}  // namespace

Status Desk::note_moving(const CustomerId& customer, const gate::Actor& actor, std::string reason,
                         const std::function<Status(sql::Writer&)>& rows) {
    const auto noted = gate_.note_right(customer, actor, {{"reason", std::move(reason)}}, rows);
    if (!noted && noted.error().cause().value == "revision") {
        return Error(Code::conflict, noted.error().words().value);
    }
    return noted;
}

Result<Request> Desk::find_going_on(const CustomerId& customer, const RequestId& request) {
    TRY(auto found, find(customer, request));
    if (!found.merged_into) return found;
    // One step is all: what pointed to a request that is merged points on with it.
    return find(customer, *found.merged_into);
}

Result<Request> Desk::merge(const Merging& merging, const gate::Actor& actor) {
    TRY(const auto customer, owner_of(merging.request));
    if (merging.request == merging.into) return not_both("is the request itself");
    TRY(const auto owner, find_owner(merging.into));
    if (!owner || *owner != customer) return not_both("is no request of the same customer");
    std::optional<Request> written;
    const auto rows = [&](sql::Writer& unit) -> Status {
        const ByteView who(customer.bytes());
        const ByteView from(merging.request.bytes());
        const ByteView to(merging.into.bytes());
        TRY(const auto one, find(unit, customer, merging.request));
        TRY(const auto other, find(unit, customer, merging.into));
        if (merging.revision && *merging.revision != one.revision) return overtaken();
        if (one.merged_into || !next(other.state, RequestAct::customer_writes)) {
            return Error(Code::denied, "one of the requests is closed").caused_by("closed");
        }
        TRY(const auto first, first_message(unit, customer, one.id));
        TRY(const auto others, first_message(unit, customer, other.id));
        TRY_OK(unit.execute(statements::move_messages, {who, from, to}));
        TRY_OK(unit.execute(statements::move_mail_threads, {who, from, to}));
        TRY_OK(unit.execute(statements::move_merged_requests, {who, from, to}));
        fault_point("desk.half_moved");

        const bool ours = is_our_turn(one.state);
        auto joined =
            moved(other, ours && !is_our_turn(other.state) ? RequestState::open : other.state);
        if (ours && one.deadline && (!joined.deadline || *one.deadline < *joined.deadline)) {
            joined.deadline = one.deadline;
        }
        const bool before = first && (!others || first->at < others->at ||
                                      (first->at == others->at && first->id < others->id));
        if (before) joined.headed = one.headed;
        joined.review = joined.review || one.review;
        if (joined.perhaps.empty()) joined.perhaps = one.perhaps;
        joined.tags.insert(joined.tags.end(), one.tags.begin(), one.tags.end());
        TRY_OK(write_change(unit, other, joined));

        auto ended = moved(one, RequestState::closed);
        ended.merged_into = merging.into;
        ended.perhaps.clear();
        ended.review = false;
        ended.tags.clear();
        TRY_OK(write_change(unit, one, ended));
        joined.tags = tags_of(row_of_tags(joined.tags));
        written = std::move(joined);
        return {};
    };
    const auto noted = note_moving(
        customer, actor,
        "request " + merging.request.text() + " was merged into " + merging.into.text(), rows);
    if (!noted && noted.error().cause().value == "closed") {
        return Error(Code::conflict, noted.error().words().value);
    }
    if (!noted) return noted.error();
    fault_point("desk.moved");
    return std::move(*written);
}

Result<Request> Desk::split(const Splitting& splitting, const gate::Actor& actor) {
    TRY(const auto customer, owner_of(splitting.request));
    TRY(const auto all, messages(customer, splitting.request));
    const auto from = std::find_if(all.begin(), all.end(),
                                   [&](const auto& one) { return one.id == splitting.from; });
    if (from == all.end()) return Error(Code::not_found, "there is no such message");
    const auto now = clock_.now();
    const auto id = RequestId::make(now, random_);
    std::optional<Request> written;
    const auto rows = [&](sql::Writer& unit) -> Status {
        const ByteView who(customer.bytes());
        const ByteView old(splitting.request.bytes());
        const ByteView fresh(id.bytes());
        TRY(const auto seen, find(unit, customer, splitting.request));
        if (splitting.revision && *splitting.revision != seen.revision) return overtaken();
        TRY(const auto first, first_message(unit, customer, seen.id));
        if (!first || first->id == splitting.from) {
            return Error(Code::invalid, "the request cannot be split so")
                .at("/message", "is the first one: nothing would be left");
        }
        TRY_OK(unit.execute(statements::move_messages_from,
                            {who, old, fresh, from->at.ms, ByteView(splitting.from.bytes())}));
        TRY_OK(unit.execute(statements::move_mail_threads_of_messages, {who, old, fresh}));
        fault_point("desk.half_moved");
        Request made{customer,
                     id,
                     seen.channel,
                     RequestState::open,
                     seen.assignee,
                     false,
                     seen.id,
                     now + options_.answer_within_ms,
                     now,
                     now,
                     1};
        made.headed = false;
        made.tags = seen.tags;
        TRY_OK(write_request(unit, made));
        auto left = seen;
        left.updated = now;
        TRY_OK(write_change(unit, seen, left));
        written = std::move(made);
        return {};
    };
    TRY_OK(note_moving(customer, actor,
                       "request " + splitting.request.text() + " was split: " + id.text() +
                           " is of its own from there on",
                       rows));
    fault_point("desk.moved");
    return std::move(*written);
}

}  // namespace avow::services
