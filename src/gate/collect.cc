// SPDX-License-Identifier: Apache-2.0
// The walk of a datum, in: what was sent is checked against the compiled policy, then sealed, then
// written with its ledger entry in one transaction.
#include <boost/json.hpp>

#include "base/fault.hh"
#include "base/json.hh"
#include "base/text.hh"
#include "gate/field_rules.hh"
#include "gate/prepared.hh"
#include "gate/record.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

namespace bj = boost::json;

constexpr int kTries = 8;  // LIMIT: of a collection that others keep overtaking

std::string suggestion(std::string_view word, const auto& declared) {
    std::vector<std::string> names;
    for (const auto& item : declared) names.push_back(item.name);
    const auto near = nearest(word, names);
    return near ? "; did you mean \"" + *near + "\"?" : "";
}

// Collects every wrong place instead of stopping at the first.
class Findings {
  public:
    void add(std::string pointer, std::string detail) {
        error_ = std::move(error_).at(std::move(pointer), std::move(detail));
    }
    Status result() const {
        if (error_.inputs().empty()) return {};
        return error_;
    }

  private:
    Error error_{Code::invalid, "the collection does not fit the policy: nothing was kept"};
};

std::string pointer_to(std::string_view place, std::string_view name) {
    std::string pointer = "/" + std::string(place) + "/";
    for (const char c : name) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

void check_fields(const policy::Policy& policy, const policy::Channel& channel,
                  const Collection& collection, const PurposeToken& token, Findings& findings) {
    if (collection.fields.empty()) findings.add("/fields", "at least one field is wanted");
    for (const auto& given : collection.fields) {
        const auto field = policy.find_field(given.field);
        if (!field) {
            findings.add(
                pointer_to("fields", given.field),
                "the policy declares no such field" + suggestion(given.field, policy.fields));
        } else if (!channel.fields[field->value]) {
            findings.add(
                pointer_to("fields", given.field),
                "the policy does not collect this by the channel \"" + channel.name + "\"");
        } else if (const auto wrong = wrong_with(given.field, given.value.reveal(token))) {
            findings.add(pointer_to("fields", given.field), *wrong);
        }
    }
}

void check_purposes(const policy::Policy& policy, const policy::Channel& channel,
                    const Collection& collection, Findings& findings) {
    for (std::size_t i = 0; i < collection.purposes.size(); ++i) {
        const auto purpose = policy.find_purpose(collection.purposes[i]);
        if (!purpose) {
            findings.add("/purposes/" + std::to_string(i),
                         "the policy declares no such purpose" +
                             suggestion(collection.purposes[i], policy.purposes));
        } else if (!channel.purposes[purpose->value]) {
            findings.add(
                "/purposes/" + std::to_string(i),
                "the policy does not state this purpose for the channel \"" + channel.name + "\"");
        }
    }
    for (const auto& choice : collection.permissions) {
        if (auto fits = check_choice(policy, choice); !fits) {
            findings.add(pointer_to("permissions", choice.purpose), fits.error().words().value);
        }
    }
}

Status check(const policy::Policy& policy, const Collection& collection,
             const PurposeToken& token) {
    Findings findings;
    const auto channel = policy.find_channel(collection.channel);
    if (!channel) {
        findings.add("/channel", "the policy declares no such channel" +
                                     suggestion(collection.channel, policy.channels));
        return findings.result();
    }
    check_fields(policy, policy[*channel], collection, token, findings);
    check_purposes(policy, policy[*channel], collection, findings);
    if (collection.evidence && collection.evidence->size() > kEvidenceMax) {
        findings.add("/evidence", "longer than " + std::to_string(kEvidenceMax) + " bytes");
    }
    return findings.result();
}

std::vector<std::string> stated_purposes(const policy::Policy& policy,
                                         const Collection& collection) {
    if (!collection.purposes.empty()) return collection.purposes;
    std::vector<std::string> names;
    const auto& channel = policy[*policy.find_channel(collection.channel)];
    for (std::size_t i = 0; i < policy.purposes.size(); ++i) {
        if (channel.purposes[i]) names.push_back(policy.purposes[i].name);
    }
    return names;
}

void describe(bj::object& details, const Collection& collection, const CollectionId& id,
              const std::vector<std::string>& purposes) {
    details["collection"] = id.text();
    details["channel"] = collection.channel;
    details["purposes"] = bj::array(purposes.begin(), purposes.end());
    auto& names = details["fields"].emplace_array();
    for (const auto& given : collection.fields) names.emplace_back(given.field);
    if (collection.evidence) details["evidence"] = *collection.evidence;
    if (!collection.language.empty()) details["language"] = collection.language;
}

const FieldValue* find_email(const Collection& collection) {
    for (const auto& given : collection.fields) {
        if (given.field == "email") return &given;
    }
    return nullptr;
}

}  // namespace

struct Gate::Intake {
    const Collection& collection;
    vault::CustomerKeysPtr keys;
    std::optional<vault::CustomerRow> seen;  // nothing: a new customer
    CollectionId id;
    Time at;
    std::string policy_version;
    std::string purposes;
    std::optional<crypto::Hash> address;
    PreparedAct act;
    struct Permission {
        std::string purpose;
        Said said;
        PreparedAct act;
    };
    std::vector<Permission> permissions;
    std::optional<PreparedAnswer> answer;
};

Result<Collected> Gate::collect(const Collection& collection, const Actor& actor,
                                const Alongside& alongside) {
    // Before any check: what was answered stands, whatever the policy in force says now.
    TRY(auto before, find_collected(collection.once));
    if (before) return std::move(*before);
    const auto policy = policies_.in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    if (collection.policy_version && *collection.policy_version != policy->version) {
        return Error(Code::conflict,
                     "the form shows another version of the policy than the one in "
                     "force, " +
                         policy->version + ": show that one and ask again");
    }
    TRY_OK(check(*policy, collection, Door::token()));
    for (int attempt = 1;; ++attempt) {
        auto collected = collect_once(collection, actor, alongside);
        const bool overtaken = !collected && collected.error().code() == Code::conflict;
        if (!overtaken || attempt == kTries) return collected;
        TRY(before, find_collected(collection.once));
        if (before) return std::move(*before);
    }
}

Result<Collected> Gate::collect_once(const Collection& collection, const Actor& actor,
                                     const Alongside& alongside) {
    const auto policy = policies_.in_force();
    const auto now = clock_.now();
    std::optional<crypto::Hash> address;
    if (const auto* email = find_email(collection)) {
        address = vault_.blind(email->value.reveal(Door::token()));
    }
    auto customer = collection.customer;
    FilePtr file;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        if (!customer && address && collection.match == Collection::Match::by_address) {
            TRY(customer, vault_.find_by_address(reader, *address));
        }
        if (customer) {
            TRY(file, file_of(reader, *customer));
        }
        return {};
    }));
    vault::CustomerKeysPtr keys;
    if (file != nullptr) {
        keys = file->keys;
    } else {
        customer = CustomerId::make(now, random_);
        TRY_OK(vault_.keyring().add({*customer}));
        TRY(keys, vault_.keyring().get(*customer));
    }
    fault_point("gate.key_added");

    const auto id = collection.id.value_or(CollectionId::make(now, random_));
    const auto entry = *EntryId::from_bytes(id.bytes());
    const auto purposes = stated_purposes(*policy, collection);
    auto details = record_head(entry, ledger::Kind::collected, now, actor, *policy);
    describe(details, collection, id, purposes);
    Intake intake{collection,
                  keys,
                  file ? std::optional(file->row) : std::nullopt,
                  id,
                  now,
                  policy->version,
                  join(purposes, " "),
                  address,
                  prepare_act(*keys, entry, ledger::Kind::collected, now, json::canonical(details)),
                  {},
                  {}};
    if (collection.once) {
        intake.answer =
            prepare_answer(*keys, *collection.once, now, outcome_of(intake.act, policy->version));
    }
    // Every permission is an act of its own, with its own receipt.
    for (const auto& choice : collection.permissions) {
        const auto* standing = file ? file->find_permission(choice.purpose) : nullptr;
        const auto said = said_by(standing, choice, Meant::among_others);
        if (standing != nullptr && standing->said == said) continue;
        auto shown = choice;
        if (shown.language.empty()) shown.language = collection.language;
        auto permitted = permission_record(EntryId::make(now, random_), shown, now, actor, *policy,
                                           collection.evidence);
        intake.permissions.push_back(
            {choice.purpose, said,
             prepare_act(*keys, permitted.entry, permitted.kind, now, permitted.details)});
    }
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(write_intake(unit, intake));
        return alongside ? alongside(unit, keys->customer) : Status();
    }));
    if (intake.answer) fault_point("gate.answer_committed");
    ledger_.notify();
    return Collected{*customer, id, {entry, now, intake.act.commitment, policy->version}, false};
}

Status Gate::write_address(sql::Writer& unit, const Intake& intake) {
    if (intake.collection.match == Collection::Match::apart) {
        TRY(const auto holder, vault_.find_by_address(unit, *intake.address));
        if (holder) return {};
    }
    return vault_.index_address(unit, intake.keys->customer, *intake.address);
}

Status Gate::write_intake(sql::Writer& unit, const Intake& intake) {
    const auto& keys = *intake.keys;
    if (intake.answer) TRY_OK(write_answer(unit, keys.customer, *intake.answer));
    if (!intake.seen) TRY_OK(vault_.insert_customer(unit, keys, intake.at));
    // Whoever comes back after closing an account is a customer again.
    TRY_OK(vault_.change_state(unit, keys, intake.seen.value_or(vault::CustomerRow{0, intake.at}),
                               vault::CustomerRow::State::alive));
    if (intake.address) TRY_OK(write_address(unit, intake));
    const auto columns = collection_columns(intake.id, intake.collection.channel,
                                            intake.policy_version, intake.purposes, intake.at);
    const auto mark = vault_.mark(keys, {as_bytes("collections"), columns});
    TRY_OK(unit.execute(
        statements::insert_collection,
        {ByteView(keys.customer.bytes()), ByteView(intake.id.bytes()),
         std::string_view(intake.collection.channel), std::string_view(intake.policy_version),
         std::string_view(intake.purposes), intake.at.ms, ByteView(mark)}));
    for (const auto& given : intake.collection.fields) {
        TRY_OK(vault_.insert_datum(unit, keys, DatumId::make(intake.at, random_), intake.id,
                                   given.field, as_bytes(given.value.reveal(Door::token()))));
    }
    fault_point("gate.collect_half_written");
    for (const auto& [purpose, said, act] : intake.permissions) {
        TRY_OK(write_permission(unit, keys, purpose, said, act));
    }
    return write_act(unit, keys.customer, intake.act);
}

}  // namespace avow::gate
