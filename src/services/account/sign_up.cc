// SPDX-License-Identifier: Apache-2.0
// Signing up: the same for every address. Each sign-up is a customer of its own that sees what it
// brought itself; whether the address is known here is told by letter to who reads its mail, and
// to nobody else (ASVS 5.0 6.3.8; decision 0064).
#include "services/account/accounts.hh"
#include "services/statements.hh"

namespace avow::services {

Result<SignedIn> Accounts::sign_up(SignUp form) {
    const auto token = gate_.own_data_token();
    TRY_OK(check_new_password(form.password.reveal(token), form.email.reveal(token)));
    const auto counted = "sign-up " + form.email.reveal(token);
    if (const auto wait = throttle_.begin({counted, "", {}}); wait > 0) return too_often(wait);
    TRY(const auto hash, hasher_.hash(form.password.reveal(token)));
    TRY(const auto holders, holders_of(form.email));
    const auto address = address_hash(form.email);
    gate::Collection collection;
    collection.channel = "portal";
    collection.match = gate::Collection::Match::apart;
    collection.policy_version = form.policy_version;
    collection.evidence = "sign-up form of the portal, in " + form.language;
    collection.language = form.language;
    collection.permissions = std::move(form.permissions);
    collection.once = std::move(form.once);
    collection.fields.push_back({"email", std::move(form.email)});
    if (form.name) collection.fields.push_back({"name", std::move(*form.name)});
    const gate::Actor actor{gate::Actor::Kind::customer, "customer", "", false, false};
    const auto secret = links_->make();
    const Links::Sent sent{LinkKind::verify, form.language, {}, holders.proved.has_value()};
    const auto insert = [&](sql::Writer& unit, const CustomerId& customer) -> Status {
        const ByteView id(customer.bytes());
        const auto now = clock_.now().ms;
        TRY_OK(unit.execute(statements::insert_account,
                            {id, std::string_view(hash), now, std::string_view(form.language),
                             std::string_view(form.policy_version)}));
        TRY_OK(unit.execute(statements::put_sign_up, {ByteView(address), id, now}));
        return links_->write(unit, customer, sent, secret);
    };
    TRY(const auto collected, gate_.collect(collection, actor, insert));
    letters_.notify();
    if (collected.again) {
        // The form once more: it opens a session like any sign-in, by the password of now.
        TRY(const auto current, password_hash(collected.customer));
        if (current.empty()) hasher_.verify_nothing(form.password.reveal(token));
        if (current.empty() || !hasher_.verify(current, form.password.reveal(token)))
            return wrong_credentials();
    }
    return begin_session(collected.customer, std::nullopt);
}

}  // namespace avow::services
