// SPDX-License-Identifier: Apache-2.0
// A customer we knew before (by mail, by telephone, by a machine, or by a sign-up that nobody ever
// confirmed) gets the account of whoever showed that they read the mail of its address. What the
// sign-up brought is collected there anew; the customer that it was until now is erased.
#include <map>

#include "base/log.hh"
#include "services/account/accounts.hh"
#include "services/statements.hh"

namespace avow::services {

gate::Actor own_actor() {
    return {gate::Actor::Kind::customer, "customer", "", false, false};
}

// The newest of each field, and every permission, as the policy in force has places for them.
Result<gate::Collection> Accounts::own_contact(const CustomerId& customer) {
    const auto policy = gate_.policies().in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    const auto channel = policy->find_channel("portal");
    gate::Collection collection;
    collection.channel = "portal";
    collection.evidence = "the link that was mailed to the address was followed";
    TRY(auto held, gate_.held(customer, own_actor()));
    std::map<std::string, Personal<std::string>*> newest;
    for (auto& one : held) {
        if (one.channel != "portal") continue;
        for (auto& field : one.fields) newest[field.field] = &field.value;
    }
    for (auto& [field, value] : newest) {
        const auto index = policy->find_field(field);
        const bool fits = channel && index && (*policy)[*channel].fields[index->value];
        if (fits) collection.fields.push_back({field, std::move(*value)});
    }
    TRY(const auto standing, gate_.permissions(customer));
    for (const auto& one : standing) {
        if (policy->find_purpose(one.purpose))
            collection.permissions.push_back({one.purpose, one.granted});
    }
    return collection;
}

Accounts::NewSession Accounts::take_over(const CustomerId& from, const CustomerId& to,
                                         std::string_view secret, bool signed_in) {
    TRY(const auto account, get(from));
    TRY(const auto hash, password_hash(from));
    TRY(auto collection, own_contact(from));
    collection.customer = to;
    TRY(const auto factor, second_factor_.read_for(from, to));
    const auto bearer = sessions_->make();
    const auto alongside = [&](sql::Writer& unit, const CustomerId&) -> Status {
        const ByteView id(to.bytes());
        TRY_OK(Links::write_used(unit, secret));
        for (const auto& one : {from, to}) {
            TRY_OK(unit.execute(statements::delete_sessions_of_customer, {ByteView(one.bytes())}));
        }
        TRY_OK(write_forget_account(unit, to));
        TRY_OK(unit.execute(
            statements::insert_account,
            {id, std::string_view(hash), account.created.ms, std::string_view(account.language),
             std::string_view(account.policy_seen)}));
        TRY_OK(second_factor_.write_moved(unit, from, to, factor));
        TRY_OK(write_forget_account(unit, from));
        TRY_OK(write_proof(unit, to));
        TRY_OK(
            unit.execute(statements::insert_leftover, {ByteView(from.bytes()), clock_.now().ms}));
        return signed_in ? sessions_->write_begin(unit, to, bearer) : Status();
    };
    TRY([[maybe_unused]] const auto collected, gate_.collect(collection, own_actor(), alongside));
    sessions_->forget(from);
    sessions_->forget(to);
    // What is left is erased now, or at the next start.
    erase_leftover(from);
    return signed_in ? std::optional(bearer.text) : std::nullopt;
}

// Its row among the leftovers goes with it.
void Accounts::erase_leftover(const CustomerId& customer) {
    const auto erased = gate_.erase(customer, {gate::Scope::Kind::customer, ""}, own_actor());
    if (!erased) log::warn("leftover_not_erased", {{"cause", erased.error().cause().value}});
}

Status Accounts::resume() {
    std::vector<CustomerId> left;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        left.clear();
        return reader.query(statements::list_leftovers, {}, [&](const sql::Row& row) -> Status {
            const auto customer = CustomerId::from_bytes(row.blob(0));
            if (!customer) return Error(Code::corrupt, "a leftover has a damaged id");
            left.push_back(*customer);
            return {};
        });
    }));
    for (const auto& customer : left) erase_leftover(customer);
    return {};
}

}  // namespace avow::services
