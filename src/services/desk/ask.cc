// SPDX-License-Identifier: Apache-2.0
// The customer's side: ask, write more, read.
#include <map>

#include "base/text.hh"
#include "services/desk/entry.hh"
#include "services/desk/rows.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

const gate::Actor kCustomer{gate::Actor::Kind::customer, "customer", "", false, false};
constexpr const char* kPortal = "portal";

Status check_subject(std::string_view subject) {
    TRY_OK(check_text("/subject", subject, kSubjectMax));
    if (subject.find_first_of("\r\n") == subject.npos) return {};
    return Error(Code::invalid, "the request is not right").at("/subject", "must be one line");
}

// The gate names fields of a collection; who wrote to us knows a text.
Error in_words_of_the_desk(const Error& error) {
    if (error.code() != Code::invalid) return error;
    Error told(Code::invalid, "the request cannot be taken: nothing was kept");
    for (const auto& input : error.inputs()) {
        const bool text = input.pointer == "/fields/message";
        told = std::move(told).at(text ? "/text" : input.pointer, input.detail);
    }
    return told;
}

}  // namespace

Result<Request> Desk::ask(const CustomerId& customer, Asked asked) {
    const auto token = gate_.own_data_token();
    TRY_OK(check_subject(asked.subject.reveal(token)));
    TRY_OK(check_text("/text", asked.text.reveal(token), gate::kValueMax));
    auto collection = collection_of(
        kPortal,
        Personal<std::string>(with_subject(asked.subject.reveal(token), asked.text.reveal(token))),
        "a request, in the portal", std::move(asked.once));
    collection.customer = customer;
    const auto now = clock_.now();
    Entry entry{.channel = kPortal,
                .id = MessageId::make(now, random_),
                .fresh = RequestId::make(now, random_)};
    auto made = note(std::move(collection), std::move(entry), kCustomer);
    if (!made) return in_words_of_the_desk(made.error());
    return made;
}

Result<RequestMessage> Desk::write_more(const CustomerId& customer, const RequestId& request,
                                        Personal<std::string> text,
                                        std::optional<gate::Once> once) {
    TRY_OK(check_text("/text", text.reveal(gate_.own_data_token()), gate::kValueMax));
    TRY(const auto seen, find_going_on(customer, request));
    TRY(const auto before, gate_.find_collected(once));
    if (!before && !next(seen.state, RequestAct::customer_writes)) {
        return Error(Code::conflict, "this request is closed: ask anew");
    }
    auto collection =
        collection_of(kPortal, std::move(text), "a request, in the portal", std::move(once));
    collection.customer = customer;
    const auto now = clock_.now();
    Entry entry{.request = seen.id,
                .channel = kPortal,
                .id = MessageId::make(now, random_),
                .fresh = RequestId::make(now, random_)};
    const auto id = entry.id;
    auto noted = note(std::move(collection), std::move(entry), kCustomer);
    if (!noted) return in_words_of_the_desk(noted.error());
    TRY(auto all, messages(customer, seen.id));
    for (auto& message : all) {
        if (message.id == id || (before && message.collection == before->collection)) {
            return std::move(message);
        }
    }
    return Error(Code::internal, "the message was written and is not there");
}

Result<Desk::OwnList> Desk::own_requests(const CustomerId& customer,
                                         const std::optional<RequestId>& before, int limit) {
    OwnList list;
    std::map<RequestId, CollectionId> first;  // message of each request: it holds the subject
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        list = {};
        first.clear();
        const auto end = before.value_or(after_all_requests());
        TRY_OK(reader.query(
            statements::read_requests_of_customer,
            {ByteView(customer.bytes()), ByteView(end.bytes()), std::int64_t{limit} + 1},
            [&](const sql::Row& row) -> Status {
                TRY(auto request, read_request(row));
                list.requests.push_back({std::move(request), std::nullopt, {}, {}});
                return {};
            }));
        // Newest first: the last one seen of a request is its first.
        return reader.query(statements::read_first_messages, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                const auto request = RequestId::from_bytes(row.blob(0));
                                const auto collection = CollectionId::from_bytes(row.blob(1));
                                if (!request || !collection) {
                                    return Error(Code::corrupt, "a message's row is damaged");
                                }
                                first.insert_or_assign(*request, *collection);
                                return {};
                            });
    }));
    if (list.requests.size() > static_cast<std::size_t>(limit)) {
        list.requests.pop_back();
        list.next = list.requests.back().request.id;
    }
    if (list.requests.empty()) return list;
    TRY(const auto held, gate_.held(customer, kCustomer));
    const auto token = gate_.own_data_token();
    for (auto& one : list.requests) {
        const auto found = first.find(one.request.id);
        if (found == first.end()) continue;
        for (const auto& collection : held) {
            if (collection.id != found->second) continue;
            for (const auto& field : collection.fields) {
                if (field.field != kMessageField) continue;
                one.subject.emplace(
                    std::string(subject_and_text(one.request, field.value.reveal(token)).subject));
            }
        }
    }
    return list;
}

Result<OwnThread> Desk::own_thread(const CustomerId& customer, const RequestId& request) {
    TRY(auto found, find_going_on(customer, request));
    TRY(auto rows, messages(customer, found.id));
    TRY(const auto held, gate_.held(customer, kCustomer));
    const auto token = gate_.own_data_token();
    std::map<CollectionId, std::string_view> texts;
    for (const auto& collection : held) {
        for (const auto& field : collection.fields) {
            if (field.field == kMessageField) texts[collection.id] = field.value.reveal(token);
        }
    }
    TRY(auto attached, own_attachments(customer, found.id));
    OwnThread thread{std::move(found), std::nullopt, {}, std::move(attached)};
    bool first = rows.size() < static_cast<std::size_t>(kMessagesShown);
    for (auto& row : rows) {
        const auto text = texts.find(row.collection);
        std::optional<Personal<std::string>> shown;
        if (text != texts.end()) {
            if (first) {
                const auto parts = subject_and_text(thread.request, text->second);
                thread.subject.emplace(std::string(parts.subject));
                shown.emplace(std::string(parts.text));
            } else {
                shown.emplace(std::string(text->second));
            }
        }
        first = false;
        if (row.direction == Direction::note) continue;
        thread.messages.push_back({std::move(row), std::move(shown)});
    }
    return thread;
}

}  // namespace avow::services
