// SPDX-License-Identifier: Apache-2.0
#include "services/outreach/mailing_list.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "base/domain.hh"
#include "base/json.hh"
#include "mail/address.hh"
#include "services/bearer.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kNameMax = 200;  // LIMIT: bytes of a name

gate::Actor own_hand() {
    return {gate::Actor::Kind::customer, "customer", "", false, false};
}

Error no_list() {
    return {Code::not_found, "the policy in force has no mailing list"};
}

Error no_such_asking() {
    return {Code::not_found, "this link is over or was never sent: ask for a new one"};
}

Error nothing_kept() {
    return {Code::invalid, "this does not fit: nothing was kept"};
}

bool is_topic(const policy::Policy& policy, std::string_view name) {
    const auto topics = list_topics(policy);
    return std::any_of(topics.begin(), topics.end(),
                       [&](auto topic) { return policy[topic].name == name; });
}

// Names every wrong place at once.
Status check(const policy::Policy& policy, const ListJoining& joining, const PurposeToken& token) {
    auto wrong = nothing_kept();
    const auto add = [&](std::string pointer, std::string detail) {
        wrong = std::move(wrong).at(std::move(pointer), std::move(detail));
    };
    if (const auto fits = mail::check_address(joining.email.reveal(token)); !fits)
        add("/email", fits.error().words().value);
    if (joining.name && joining.name->reveal(token).size() > kNameMax)
        add("/name", "longer than " + std::to_string(kNameMax) + " bytes");
    if (joining.topics.empty()) add("/topics", "choose at least one");
    for (std::size_t i = 0; i < joining.topics.size(); ++i) {
        if (!is_topic(policy, joining.topics[i]))
            add("/topics/" + std::to_string(i), "the list has no such topic");
    }
    if (wrong.inputs().empty()) return {};
    return wrong;
}

std::string text_of(const bj::object& packed, const char* name) {
    const auto* value = packed.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

}  // namespace

// Both halves of a link's secret: the address by its keyed hash, so that the row is found on one
// machine, and what only the letter's reader knows.
struct MailingList::Key {
    Bytes address;
    std::string secret;

    crypto::Hash hash() const { return hash_of_bearer(secret); }
    std::string text() const {
        Bytes both = address;
        const auto rest = as_bytes(secret);
        both.insert(both.end(), rest.begin(), rest.end());
        return base64url(both);
    }
    static std::optional<Key> parse(std::string_view link) {
        const auto mark = link.find('#');
        auto text = mark == link.npos ? link : link.substr(mark + 1);
        const auto is_blank = [](char c) {
            return c == ' ' || c == '\n' || c == '\r' || c == '\t';
        };
        while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
        while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
        if (text.size() > 2 * (kKeyBytes + kKeyBytes)) return std::nullopt;
        const auto both = from_base64url(text);
        if (!both || both->size() <= kKeyBytes) return std::nullopt;
        const ByteView bytes(*both);
        return Key{to_bytes(bytes.first(kKeyBytes)),
                   std::string(as_text(bytes.subspan(kKeyBytes)))};
    }
};

std::vector<policy::PurposeIndex> list_topics(const policy::Policy& policy) {
    std::vector<policy::PurposeIndex> topics;
    const auto channel = policy.find_channel(kListChannel);
    const auto email = policy.find_field("email");
    if (!channel || !email || !policy[*channel].fields[email->value]) return topics;
    for (std::size_t i = 0; i < policy.purposes.size(); ++i) {
        const auto& purpose = policy.purposes[i];
        if (policy[*channel].purposes[i] && purpose.basis == policy::Basis::permission)
            topics.push_back(*policy.find_purpose(purpose.name));
    }
    return topics;
}

MailingList::MailingList(sql::Connection& store, gate::Gate& gate, Letters& letters,
                         const Clock& clock, Random& random)
    : store_(store),
      gate_(gate),
      letters_(letters),
      clock_(clock),
      random_(random),
      throttle_(clock, random) {}

Result<std::unique_ptr<MailingList>> MailingList::create(sql::Connection& store, gate::Gate& gate,
                                                         Letters& letters, const Clock& clock,
                                                         Random& random) {
    TRY_OK(store.migrate("outreach", {statements::outreach_schema_1}));
    std::unique_ptr<MailingList> list(new MailingList(store, gate, letters, clock, random));
    TRY_OK(list->forget_old());
    return list;
}

// Once an hour is enough: what is over opens nothing.
Status MailingList::forget_old() {
    const auto now = clock_.now().ms;
    auto swept = swept_ms_.load();
    if (now - swept < kHourMs || !swept_ms_.compare_exchange_strong(swept, now)) return {};
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::delete_old_list_askings, {now});
    });
}

Status MailingList::ask_to_join(const ListJoining& joining) {
    const auto policy = gate_.policies().in_force();
    if (policy == nullptr || list_topics(*policy).empty()) return no_list();
    const auto token = gate_.own_data_token();
    TRY_OK(check(*policy, joining, token));
    if (joining.words.size() > kConsentMax)
        return Error(Code::internal, "the words of the yes are longer than evidence may be");
    if (joining.policy_version != policy->version) {
        return Error(Code::conflict, "the policy has changed: version " + policy->version +
                                         " is in force; read it and ask again");
    }
    bj::object packed{{"email", joining.email.reveal(token)},
                      {"topics", bj::array(joining.topics.begin(), joining.topics.end())},
                      {"language", joining.language},
                      {"policy_version", joining.policy_version},
                      {"page", joining.page},
                      {"words", joining.words}};
    if (joining.name && !joining.name->reveal(token).empty())
        packed["name"] = joining.name->reveal(token);
    return ask(Wish::join, joining.email, joining.language, joining.network, std::move(packed));
}

Status MailingList::ask_to_leave(const ListLeaving& leaving) {
    const auto policy = gate_.policies().in_force();
    if (policy == nullptr || list_topics(*policy).empty()) return no_list();
    bj::object packed{{"email", leaving.email.reveal(gate_.own_data_token())},
                      {"language", leaving.language}};
    return ask(Wish::leave, leaving.email, leaving.language, leaving.network, std::move(packed));
}

// The same steps for every address: nothing here looks whether it is known.
Status MailingList::ask(Wish wish, const Personal<std::string>& email, const std::string& language,
                        std::string_view network, bj::object packed) {
    const auto token = gate_.own_data_token();
    if (const auto fits = mail::check_address(email.reveal(token)); !fits)
        return nothing_kept().at("/email", fits.error().words().value);
    auto folded = folded_address(email.reveal(token));
    const auto blind = gate_.blind("mailing list", as_bytes(folded));
    wipe(folded.data(), folded.size());
    const auto counted = hex(blind);
    if (const auto wait = throttle_.begin({counted, network, {}}); wait > 0) return too_often(wait);
    TRY_OK(forget_old());
    const Key key{to_bytes(ByteView(blind).first(kKeyBytes)),
                  std::string(as_text(ByteView(random_.take<kKeyBytes>())))};
    const auto now = clock_.now();
    std::int64_t lately = 0;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::count_list_askings,
                            {ByteView(key.address), now.ms - kDayMs},
                            [&](const sql::Row& row) -> Status {
                                lately = row.integer(0);
                                return {};
                            });
    }));
    // Told to nobody: who floods an address learns nothing of it, and its owner has the letters.
    if (lately >= kLettersADay) return {};
    Letter letter{wish == Wish::join ? LetterKind::list_join : LetterKind::list_leave, language};
    letter.to = Personal<std::string>(email.reveal(token));
    letter.link = Personal<std::string>("/list/confirm#" + key.text());
    letter.ends = now + kAskingLifeMs;
    letter.id = LetterId::make(now, random_);
    packed["asked"] = rfc3339(now);
    packed["message_id"] = letters_.message_id_of(*letter.id);
    auto kept = json::canonical(packed);
    const auto hash = key.hash();
    const auto sealed = gate_.seal_for_house(hash, as_bytes(kept));
    wipe(kept.data(), kept.size());
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(
            unit.execute(statements::insert_list_asking,
                         {ByteView(key.address), ByteView(hash),
                          wish == Wish::join ? std::string_view("join") : std::string_view("leave"),
                          now.ms, (now + kAskingLifeMs).ms, ByteView(sealed)}));
        return letters_.write_to_stranger(unit, letter);
    }));
    letters_.notify();
    return {};
}

// Who has no account has shown by this that they read the mail of their address. The holder of an
// account may be another than who reads its mail (decision 0064): that is not shown here.
Status MailingList::write_confirmed(sql::Writer& unit, const Key& key,
                                    const CustomerId& customer) const {
    TRY_OK(write_used(unit, key));
    bool has_account = false;
    TRY_OK(unit.query(statements::count_account_of_customer, {ByteView(customer.bytes())},
                      [&](const sql::Row& row) -> Status {
                          has_account = row.integer(0) != 0;
                          return {};
                      }));
    if (has_account) return {};
    return unit.execute(statements::put_address_proof,
                        {ByteView(customer.bytes()), clock_.now().ms});
}

Status MailingList::write_used(sql::Writer& unit, const Key& key) const {
    const auto hash = key.hash();
    TRY(const auto rows, unit.run(statements::confirm_list_asking,
                                  {ByteView(key.address), ByteView(hash), ByteView()}));
    return rows == 1 ? Status() : Status(no_such_asking());
}

Result<ListConfirmed> MailingList::confirm(std::string_view link) {
    const auto key = Key::parse(link);
    if (!key) return no_such_asking();
    const auto hash = key->hash();
    std::optional<Wish> wish;
    bool confirmed = false;
    Bytes sealed;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        wish.reset();
        return reader.query(statements::find_list_asking,
                            {ByteView(key->address), ByteView(hash), clock_.now().ms},
                            [&](const sql::Row& row) -> Status {
                                wish = row.text(0) == "join" ? Wish::join : Wish::leave;
                                confirmed = row.integer(1) != 0;
                                sealed = to_bytes(row.blob(2));
                                return {};
                            });
    }));
    if (!wish) return no_such_asking();
    if (confirmed) return ListConfirmed{*wish == Wish::join, {}};
    TRY(const auto content, gate_.open_for_stranger(hash, sealed));
    TRY(const auto parsed, json::parse(content.reveal(gate_.own_data_token())));
    if (!parsed.is_object()) return Error(Code::corrupt, "what was asked of the list is damaged");
    return *wish == Wish::join ? join(*key, parsed.get_object()) : leave(*key, parsed.get_object());
}

Result<ListConfirmed> MailingList::join(const Key& key, const bj::object& asked) {
    gate::Collection collection;
    collection.channel = kListChannel;
    collection.language = text_of(asked, "language");
    collection.policy_version = text_of(asked, "policy_version");
    collection.fields.push_back({"email", Personal<std::string>(text_of(asked, "email"))});
    const auto policy = gate_.policies().in_force();
    if (policy == nullptr) return no_list();
    const auto channel = policy->find_channel(kListChannel);
    for (const auto* field : {"name", "language"}) {
        const auto index = policy->find_field(field);
        const auto value = text_of(asked, field);
        if (channel && index && (*policy)[*channel].fields[index->value] && !value.empty())
            collection.fields.push_back({field, Personal<std::string>(value)});
    }
    ListConfirmed confirmed{true, {}};
    for (const auto& topic : asked.at("topics").as_array()) {
        confirmed.topics.emplace_back(topic.as_string());
        collection.permissions.push_back({confirmed.topics.back(), true});
    }
    collection.purposes = confirmed.topics;
    const auto words = text_of(asked, "words");
    collection.evidence = json::canonical(bj::object{
        {"page", text_of(asked, "page")},
        {"words", words},
        {"words_sha256", hex(crypto::sha256(as_bytes(words)))},
        {"language", collection.language},
        {"policy_version", *collection.policy_version},
        {"asked", text_of(asked, "asked")},
        {"letter", text_of(asked, "message_id")},
        {"confirmed", rfc3339(clock_.now())},
    });
    TRY([[maybe_unused]] const auto collected,
        gate_.collect(collection, own_hand(), [&](sql::Writer& unit, const CustomerId& customer) {
            return write_confirmed(unit, key, customer);
        }));
    return confirmed;
}

// Each withdrawal is an entry of its own; one that a crash kept from being made is made when the
// link is opened once more, so the row comes last.
Result<ListConfirmed> MailingList::leave(const Key& key, const bj::object& asked) {
    ListConfirmed confirmed{false, {}};
    TRY(const auto customer, gate_.find_by_address(Personal<std::string>(text_of(asked, "email"))));
    const auto policy = gate_.policies().in_force();
    if (customer && policy != nullptr) {
        TRY(const auto standing, gate_.permissions(*customer));
        for (const auto& one : standing) {
            if (!one.granted || !is_topic(*policy, one.purpose)) continue;
            TRY([[maybe_unused]] const auto permitted,
                gate_.permit(*customer, {one.purpose, false, text_of(asked, "language")},
                             "the link of the mailing list's letter " +
                                 text_of(asked, "message_id") + " was followed",
                             own_hand()));
            confirmed.topics.push_back(one.purpose);
        }
    }
    TRY_OK(store_.write([&](sql::Writer& unit) { return write_used(unit, key); }));
    return confirmed;
}

}  // namespace avow::services
