// SPDX-License-Identifier: Apache-2.0
#include "services/desk/search.hh"

#include <algorithm>
#include <set>
#include <utility>

#include "base/terms.hh"
#include "base/text.hh"
#include "services/desk/entry.hh"
#include "services/desk/rows.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr std::size_t kExcerpt = 200;  // LIMIT: bytes

Result<std::vector<std::string>> read_sought(std::string_view words) {
    const Error wrong(Code::invalid, "this cannot be sought");
    if (length_of(words) > kSoughtMax) {
        return Error(wrong).at("/words",
                               "longer than " + std::to_string(kSoughtMax) + " characters");
    }
    auto terms = terms_in(words);
    if (terms.empty()) return Error(wrong).at("/words", "has no word: write one");
    if (terms.size() > kSoughtTerms) {
        return Error(wrong).at("/words", "more than " + std::to_string(kSoughtTerms) +
                                             " words: those that are rare are enough");
    }
    return terms;
}

MessageId after_all_messages() {
    ByteArray<16> last;
    last.fill(0xff);
    return *MessageId::from_bytes(last);
}

const Personal<std::string>* text_of(const gate::Used& used, const CollectionId& collection) {
    for (const auto& field : used.fields) {
        if (field.collection == collection && field.value) return &*field.value;
    }
    return nullptr;
}

}  // namespace

struct DeskSearch::Row {
    CustomerId customer;
    MessageId message;
    CollectionId collection;
    Bytes sealed;
};

struct DeskSearch::Match {
    Request request;
    RequestMessage message;
    CollectionId first;  // of the request: it holds the subject
};

Personal<std::string> DeskSearch::terms_of(const Personal<std::string>& text) const {
    return Personal<std::string>(packed(terms_in(text.reveal(gate_.own_data_token()))));
}

Status DeskSearch::keep(sql::Writer& unit, const CustomerId& customer, const MessageId& message,
                        const CollectionId& collection, const Personal<std::string>& terms) {
    TRY(const auto sealed, gate_.seal_countable(customer, message.bytes(), terms));
    return unit.execute(statements::insert_request_terms,
                        {ByteView(customer.bytes()), ByteView(message.bytes()),
                         ByteView(collection.bytes()), ByteView(sealed), kMessageField});
}

Status DeskSearch::keep_missing(std::span<const RequestMessage> messages, const gate::Used& texts) {
    std::set<MessageId> kept;
    const auto& customer = texts.customer;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        kept.clear();
        return reader.query(statements::list_request_terms_of_customer,
                            {ByteView(customer.bytes())}, [&](const sql::Row& row) -> Status {
                                if (const auto id = MessageId::from_bytes(row.blob(0))) {
                                    kept.insert(*id);
                                }
                                return {};
                            });
    }));
    std::vector<std::pair<const RequestMessage*, Personal<std::string>>> missing;
    for (const auto& message : messages) {
        const auto* text = text_of(texts, message.collection);
        if (text == nullptr || kept.contains(message.id)) continue;
        missing.emplace_back(&message, terms_of(*text));
    }
    if (missing.empty()) return {};
    return store_.write([&](sql::Writer& unit) -> Status {
        for (const auto& [message, terms] : missing) {
            TRY_OK(keep(unit, customer, message->id, message->collection, terms));
        }
        return {};
    });
}

Result<std::vector<DeskSearch::Row>> DeskSearch::read(const std::optional<MessageId>& before) {
    std::vector<Row> rows;
    const auto end = before.value_or(after_all_messages());
    TRY_OK(store_.read([&](sql::Reader& reader) {
        rows.clear();
        return reader.query(
            statements::read_request_terms, {ByteView(end.bytes()), kLookedThrough},
            [&](const sql::Row& row) -> Status {
                const auto customer = CustomerId::from_bytes(row.blob(0));
                const auto message = MessageId::from_bytes(row.blob(1));
                const auto collection = CollectionId::from_bytes(row.blob(2));
                if (!customer || !message || !collection) {
                    return Error(Code::corrupt, "a message's row is damaged");
                }
                rows.push_back({*customer, *message, *collection, to_bytes(row.blob(3))});
                return {};
            });
    }));
    return rows;
}

Result<std::optional<DeskSearch::Match>> DeskSearch::locate(const Row& row) {
    const ByteView who(row.customer.bytes());
    std::optional<Match> match;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        match.reset();
        std::optional<RequestMessage> message;
        TRY_OK(reader.query(statements::find_request_message, {who, ByteView(row.message.bytes())},
                            [&](const sql::Row& found) -> Status {
                                TRY(message, read_message(found));
                                return {};
                            }));
        if (!message) return {};
        const auto request = message->request;
        TRY_OK(reader.query(statements::find_request, {who, ByteView(request.bytes())},
                            [&](const sql::Row& found) -> Status {
                                TRY(auto one, read_request(found));
                                match.emplace(
                                    Match{std::move(one), std::move(*message), row.collection});
                                return {};
                            }));
        if (!match) return {};
        return reader.query(statements::find_first_message, {who, ByteView(request.bytes())},
                            [&](const sql::Row& found) -> Status {
                                const auto first = CollectionId::from_bytes(found.blob(2));
                                if (!first) return Error(Code::corrupt, "a row is damaged");
                                match->first = *first;
                                return {};
                            });
    }));
    return match;
}

Result<Findings> DeskSearch::find(const Sought& sought, const gate::Actor& actor) {
    TRY(const auto terms, read_sought(sought.words.reveal(gate_.own_data_token())));
    TRY(const auto rows, read(sought.before));
    TRY(const auto pass, gate_.begin_counting({"requests", std::string(kService), rows.size(),
                                               gate::Gate::Counting::Act::searched},
                                              actor));
    Findings findings;
    std::vector<Match> matches;
    std::set<RequestId> known;  // one line a request, however many of its messages match
    for (const auto& row : rows) {
        ++findings.looked_through;
        findings.next = row.message;
        const auto opened =
            gate_.open_countable(pass, row.customer, row.message.bytes(), row.sealed);
        if (!opened && opened.error().code() == Code::not_found) continue;  // erased meanwhile
        if (!opened) return opened.error();
        if (!match(opened->reveal(gate_.token_of(pass)), terms)) continue;
        TRY(auto found, locate(row));
        if (!found || !known.insert(found->request.id).second) continue;
        matches.push_back(std::move(*found));
        if (matches.size() == kFindings) break;
    }
    const auto looked_through = static_cast<std::size_t>(findings.looked_through);
    if (looked_through == rows.size() && rows.size() < static_cast<std::size_t>(kLookedThrough)) {
        findings.next.reset();
    }
    TRY_OK(show(matches, terms, actor, findings));
    return findings;
}

Status DeskSearch::show(std::span<const Match> matches, std::span<const std::string> terms,
                        const gate::Actor& actor, Findings& findings) {
    if (matches.empty()) return {};
    std::vector<gate::UseRequest> uses;
    for (const auto& match : matches) {
        gate::UseRequest use;
        use.customer = match.request.customer;
        use.fields = {std::string(kMessageField)};
        use.purpose = kService;
        use.reason = "request " + match.request.id.text() + " was found by its words";
        use.from = {match.first};
        if (match.message.collection != match.first) use.from.push_back(match.message.collection);
        uses.push_back(std::move(use));
    }
    auto used = gate_.use(uses, actor);
    for (std::size_t i = 0; i < matches.size(); ++i) {
        const auto& match = matches[i];
        if (!used[i] && used[i].error().code() == Code::not_found) continue;  // erased meanwhile
        if (!used[i]) return used[i].error();
        const auto* text = text_of(*used[i], match.message.collection);
        if (text == nullptr) {
            ++findings.withheld;
            continue;
        }
        const auto token = gate_.token_of(*used[i]);
        const auto* first = text_of(*used[i], match.first);
        const std::string_view whole = text->reveal(token);
        const bool is_first = match.message.collection == match.first;
        const auto own = is_first ? subject_and_text(match.request, whole).text : whole;
        Personal<std::string> subject(std::string(
            first == nullptr ? std::string_view()
                             : subject_and_text(match.request, first->reveal(token)).subject));
        Personal<std::string> shown(std::string(excerpt(own, terms, kExcerpt)));
        findings.items.push_back({match.request, match.message, std::move(*used[i]),
                                  std::move(subject), std::move(shown)});
    }
    return {};
}

}  // namespace avow::services
