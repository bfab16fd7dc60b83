// SPDX-License-Identifier: Apache-2.0
#include "services/desk/desk.hh"

#include <algorithm>
#include <limits>

#include "base/fault.hh"
#include "base/text.hh"
#include "mail/address.hh"
#include "services/desk/entry.hh"
#include "services/desk/rows.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

Error no_such_request() {
    return {Code::not_found, "there is no such request"};
}

}  // namespace

Result<std::unique_ptr<Desk>> Desk::create(sql::Connection& store, gate::Gate& gate,
                                           Accounts& accounts, Letters& letters, Options options,
                                           const Clock& clock, Random& random) {
    TRY_OK(store.migrate(
        "desk", {statements::desk_schema_1, statements::desk_schema_2, statements::desk_schema_3,
                 statements::desk_schema_4, statements::desk_schema_5, statements::desk_schema_6}));
    std::unique_ptr<Desk> desk(
        new Desk(store, gate, accounts, letters, std::move(options), clock, random));
    desk->go_with_the_customer();
    auto& mine = *desk;
    letters.when_answer_returns([&mine](sql::Writer& unit, const CustomerId& customer,
                                        const LetterId& letter, std::string_view message_id) {
        return mine.note_return(unit, customer, letter, message_id);
    });
    return desk;
}

void Desk::go_with_the_customer() {
    const auto count = [](sql::Reader& reader, const CustomerId& customer) -> Result<std::int64_t> {
        std::int64_t requests = 0;
        TRY_OK(reader.query(statements::count_requests_of_customer, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                requests = row.integer(0);
                                return {};
                            }));
        return requests;
    };
    const auto remove = [](sql::Writer& unit, const CustomerId& customer) -> Status {
        for (const auto statement : {statements::delete_request_terms_of_customer,
                                     statements::delete_attachment_parts_of_customer,
                                     statements::delete_attachments_of_customer,
                                     statements::delete_request_messages_of_customer,
                                     statements::delete_request_owners_of_customer,
                                     statements::delete_mail_threads_of_customer,
                                     statements::delete_requests_of_customer}) {
            TRY_OK(unit.execute(statement, {ByteView(customer.bytes())}));
        }
        return {};
    };
    const auto orphans = [](sql::Writer& unit, const CustomerId& customer) -> Status {
        TRY_OK(unit.execute(statements::delete_orphaned_request_terms,
                            {ByteView(customer.bytes()), kMessageField}));
        TRY_OK(unit.execute(statements::delete_orphaned_attachments,
                            {ByteView(customer.bytes()), kAttachmentsField}));
        return unit.execute(statements::delete_orphaned_attachment_parts,
                            {ByteView(customer.bytes())});
    };
    gate_.accompany({"requests", count, remove, [](const CustomerId&) {}, orphans});
}

Result<Request> Desk::find(sql::Reader& reader, const CustomerId& customer,
                           const RequestId& request) {
    std::optional<Request> found;
    TRY_OK(reader.query(statements::find_request,
                        {ByteView(customer.bytes()), ByteView(request.bytes())},
                        [&](const sql::Row& row) -> Status {
                            TRY(found, read_request(row));
                            return {};
                        }));
    if (!found) return no_such_request();
    return std::move(*found);
}

Result<Request> Desk::find(const CustomerId& customer, const RequestId& request) {
    std::optional<Request> found;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(found, find(reader, customer, request));
        return {};
    }));
    return std::move(*found);
}

Result<std::optional<CustomerId>> Desk::find_owner(const RequestId& request) {
    std::optional<CustomerId> owner;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_request_owner, {ByteView(request.bytes())},
                            [&](const sql::Row& row) -> Status {
                                owner = CustomerId::from_bytes(row.blob(0));
                                return {};
                            });
    }));
    return owner;
}

Result<CustomerId> Desk::owner_of(const RequestId& request) {
    TRY(const auto owner, find_owner(request));
    if (!owner) return no_such_request();
    return *owner;
}

Result<Request> Desk::get(const RequestId& request) {
    TRY(const auto customer, owner_of(request));
    return find(customer, request);
}

Result<std::vector<RequestMessage>> Desk::messages(const CustomerId& customer,
                                                   const RequestId& request) {
    std::vector<RequestMessage> messages;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        messages.clear();
        return reader.query(
            statements::read_request_messages,
            {ByteView(customer.bytes()), ByteView(request.bytes()), std::int64_t{kMessagesShown}},
            [&](const sql::Row& row) -> Status {
                TRY(auto message, read_message(row));
                messages.push_back(std::move(message));
                return {};
            });
    }));
    std::reverse(messages.begin(), messages.end());
    return messages;
}

Result<std::vector<Request>> Desk::requests_of(const CustomerId& customer,
                                               const std::optional<RequestId>& before, int limit) {
    std::vector<Request> requests;
    const auto end = before.value_or(after_all_requests());
    TRY_OK(store_.read([&](sql::Reader& reader) {
        requests.clear();
        return reader.query(
            statements::read_requests_of_customer,
            {ByteView(customer.bytes()), ByteView(end.bytes()), std::int64_t{limit}},
            [&](const sql::Row& row) -> Status {
                TRY(auto one, read_request(row));
                requests.push_back(std::move(one));
                return {};
            });
    }));
    return requests;
}

Result<RequestId> Desk::request_of(const CustomerId& customer, const CollectionId& collection) {
    std::optional<RequestId> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_request_of_collection,
                            {ByteView(customer.bytes()), ByteView(collection.bytes())},
                            [&](const sql::Row& row) -> Status {
                                found = RequestId::from_bytes(row.blob(0));
                                return {};
                            });
    }));
    if (!found) return no_such_request();
    return *found;
}

Result<std::vector<Request>> Desk::queue(const QueueQuestion& question) {
    std::vector<Request> requests;
    constexpr std::string_view kAny = "*";
    const auto state = question.state ? name_of(*question.state) : kAny;
    const auto assignee = question.assignee ? std::string_view(*question.assignee) : kAny;
    // While it is our turn there is a deadline; else it is 0.
    const std::int64_t from = question.ours || question.overdue ? 1 : 0;
    const auto until =
        question.overdue ? clock_.now().ms : std::numeric_limits<std::int64_t>::max();
    const auto before = question.before.value_or(after_all_requests());
    // What make() takes has none of a pattern's signs.
    const auto tag = fold(trimmed(question.tag));
    if (tag.find_first_of("%_\\|") != tag.npos) return requests;
    const auto tagged = tag.empty() ? std::string("%") : "%|" + tag + "|%";
    TRY_OK(store_.read([&](sql::Reader& reader) {
        requests.clear();
        return reader.query(statements::read_queue,
                            {state, assignee, from, until, ByteView(before.bytes()),
                             std::int64_t{question.limit}, std::string_view(tagged)},
                            [&](const sql::Row& row) -> Status {
                                TRY(auto request, read_request(row));
                                requests.push_back(std::move(request));
                                return {};
                            });
    }));
    return requests;
}

Result<QueueCounts> Desk::count_waiting(const std::string& assignee) {
    QueueCounts counts;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(
            statements::count_requests_waiting, {clock_.now().ms, std::string_view(assignee)},
            [&](const sql::Row& row) -> Status {
                counts = {row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
                return {};
            });
    }));
    return counts;
}

gate::Collection Desk::collection_of(std::string channel, Personal<std::string> text,
                                     std::string evidence, std::optional<gate::Once> once) {
    gate::Collection collection;
    collection.channel = std::move(channel);
    collection.fields.push_back({std::string(kMessageField), std::move(text)});
    collection.purposes = {std::string(kService)};
    collection.evidence = std::move(evidence);
    collection.once = std::move(once);
    return collection;
}

Request Desk::moved(const Request& seen, RequestState state) const {
    auto changed = seen;
    const bool was_ours = is_our_turn(seen.state);
    changed.state = state;
    changed.updated = clock_.now();
    if (!is_our_turn(state)) {
        changed.deadline.reset();
    } else if (!was_ours || !changed.deadline) {
        changed.deadline = changed.updated + options_.answer_within_ms;
    }
    return changed;
}

Status Desk::write_change(sql::Writer& unit, const Request& seen, Request& changed) {
    const auto tags = row_of_tags(changed.tags);
    TRY(const auto rows,
        unit.run(statements::change_request,
                 {ByteView(seen.customer.bytes()), ByteView(seen.id.bytes()), seen.revision,
                  name_of(changed.state), std::string_view(changed.assignee),
                  std::int64_t{changed.review}, changed.deadline ? changed.deadline->ms : 0,
                  changed.updated.ms,
                  changed.merged_into ? sql::Parameter(ByteView(changed.merged_into->bytes()))
                                      : sql::Parameter(nullptr),
                  std::int64_t{changed.headed}, std::string_view(tags),
                  std::string_view(changed.perhaps)}));
    if (rows != 1) return Error(Code::conflict, "the request changed meanwhile: read it again");
    changed.revision = seen.revision + 1;
    return {};
}

Result<std::string> Desk::look_afterwards(const Request& request) {
    std::string told;
    if (!afterwards_.look || is_done(request.state)) return told;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(told, afterwards_.look(reader, request.customer));
        return {};
    }));
    return told;
}

Status Desk::act_afterwards(sql::Writer& unit, RequestState before, const Request& changed) {
    if (!afterwards_.act || is_done(before) || !is_done(changed.state)) return {};
    return afterwards_.act(unit, changed.customer);
}

Status Desk::write_request(sql::Writer& unit, const Request& fresh) {
    const ByteView who(fresh.customer.bytes());
    const auto tags = row_of_tags(fresh.tags);
    TRY_OK(unit.execute(
        statements::insert_request,
        {who, ByteView(fresh.id.bytes()), std::string_view(fresh.channel), name_of(fresh.state),
         std::string_view(fresh.assignee), std::int64_t{fresh.review},
         fresh.linked ? ByteView(fresh.linked->bytes()) : ByteView(), fresh.deadline->ms,
         fresh.created.ms, std::int64_t{fresh.headed}, std::string_view(tags),
         std::string_view(fresh.perhaps)}));
    return unit.execute(statements::insert_request_owner, {ByteView(fresh.id.bytes()), who});
}

Status Desk::write_entry(sql::Writer& unit, const CustomerId& customer, const Entry& entry,
                         const CollectionId& collection, Request& written) {
    const auto now = clock_.now();
    const ByteView who(customer.bytes());
    if (entry.request) {
        TRY(const auto seen, find(unit, customer, *entry.request));
        const auto state = next(seen.state, entry.act);
        if (!state) return Error(Code::denied, "the request is closed: begin another");
        if (entry.revision && *entry.revision != seen.revision) {
            // Not `conflict`: the gate would try again, and find the same.
            return Error(Code::denied, "the request changed meanwhile: read it again")
                .caused_by("revision");
        }
        // A program's word is no turn of the customer's.
        written = moved(seen, entry.automatic ? seen.state : *state);
        TRY_OK(write_change(unit, seen, written));
        TRY_OK(act_afterwards(unit, seen.state, written));
    } else {
        written = {customer,
                   entry.fresh,
                   entry.channel,
                   RequestState::fresh,
                   "",
                   entry.review,
                   entry.linked,
                   now + options_.answer_within_ms,
                   now,
                   now,
                   1};
        written.perhaps = entry.perhaps;
        TRY_OK(write_request(unit, written));
    }
    Bytes sealed;
    if (!entry.mail_id.empty()) {
        TRY(sealed, gate_.seal_particulars(customer, entry.id.bytes(),
                                           Personal<std::string>(entry.mail_id)));
        const auto hash = gate_.blind(kThreadKeys, as_bytes(entry.mail_id));
        TRY_OK(unit.execute(
            statements::insert_mail_thread,
            {ByteView(hash), who, ByteView(written.id.bytes()), ByteView(entry.id.bytes())}));
    }
    if (entry.mail_hash) {
        TRY_OK(unit.execute(statements::insert_mail_taken, {ByteView(*entry.mail_hash), now.ms}));
    }
    TRY_OK(unit.execute(
        statements::insert_request_message,
        {who, ByteView(written.id.bytes()), ByteView(entry.id.bytes()),
         ByteView(collection.bytes()), name_of(entry.direction), std::string_view(entry.channel),
         std::string_view(entry.author), std::string_view(entry.carried),
         std::int64_t{entry.automatic}, entry.left_out, now.ms, ByteView(sealed)}));
    TRY_OK(write_attachments(unit, customer, entry, collection));
    fault_point("desk.half_written");
    if (!entry.tag.empty() && right_asked_)
        TRY_OK(right_asked_(unit, customer, written.id, entry.tag));
    if (!entry.letter) return {};
    const auto hash = gate_.blind(kThreadKeys, as_bytes(letters_.message_id_of(*entry.letter->id)));
    TRY_OK(unit.execute(
        statements::insert_mail_thread,
        {ByteView(hash), who, ByteView(written.id.bytes()), ByteView(entry.id.bytes())}));
    return letters_.write(unit, customer, *entry.letter);
}

Result<Request> Desk::note(gate::Collection collection, Entry entry, const gate::Actor& actor) {
    collection.id = CollectionId::make(clock_.now(), random_);
    const auto text = std::find_if(collection.fields.begin(), collection.fields.end(),
                                   [](const auto& field) { return field.field == kMessageField; });
    const auto terms = search_.terms_of(text->value);
    std::optional<Request> written;
    const auto alongside = [&](sql::Writer& unit, const CustomerId& customer) -> Status {
        Request request{customer, entry.fresh, {}, {}, {}, false, {}, {}, {}, {}, 0};
        TRY_OK(write_entry(unit, customer, entry, *collection.id, request));
        TRY_OK(search_.keep(unit, customer, entry.id, *collection.id, terms));
        written = std::move(request);
        return {};
    };
    auto collected = gate_.collect(collection, actor, alongside);
    if (!collected && collected.error().cause().value == "revision") {
        return Error(Code::conflict, collected.error().words().value);
    }
    if (!collected) return collected.error();
    fault_point("desk.committed");
    if (entry.letter || (written && is_done(written->state))) letters_.notify();
    if (!collected->again && written) return std::move(*written);
    TRY(const auto request, request_of(collected->customer, collected->collection));
    return find(collected->customer, request);
}

Status check_text(const std::string& pointer, std::string_view text, std::size_t most) {
    const Error wrong(Code::invalid, "the request is not right");
    if (trimmed(text).empty()) return Error(wrong).at(pointer, "is empty: write something");
    if (text.size() > most) {
        return Error(wrong).at(pointer,
                               "longer than " + std::to_string(most) + " bytes: shorten it");
    }
    return {};
}

std::string with_subject(std::string_view subject, std::string_view text) {
    return std::string(trimmed(subject)) + "\n\n" + std::string(text);
}

SubjectAndText split_subject(std::string_view message) {
    const auto end = message.find("\n\n");
    if (end == message.npos) return {message, {}};
    return {message.substr(0, end), message.substr(end + 2)};
}

SubjectAndText subject_and_text(const Request& request, std::string_view message) {
    if (request.headed) return split_subject(message);
    constexpr std::size_t kShown = 80;  // LIMIT: bytes
    const auto line = trimmed(message.substr(0, message.find('\n')));
    auto size = std::min(line.size(), kShown);
    while (size > 0 && size < line.size() &&
           (static_cast<unsigned char>(line[size]) & 0xc0) == 0x80)
        --size;
    return {line.substr(0, size), message};
}

std::string_view name_of(Direction direction) {
    switch (direction) {
        case Direction::in:
            return "in";
        case Direction::out:
            return "out";
        case Direction::note:
            return "note";
    }
    return {};
}

SignRequest Desk::signer() const {
    return
        [this](const RequestId& request) { return gate_.blind("plus address", request.bytes()); };
}

Result<std::string> Desk::own_address() const {
    if (!options_.address.empty()) return options_.address;
    const auto policy = gate_.policies().in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    return policy->contact;
}

}  // namespace avow::services
