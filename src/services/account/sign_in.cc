// SPDX-License-Identifier: Apache-2.0
// Signing in by address and password. An address may be of two accounts: of the one that showed
// that it is its own, and of the newest that did not. Whoever has neither password learns nothing
// of either: where the first one does not fit, two are always tried.
#include "services/account/accounts.hh"
#include "services/statements.hh"

namespace avow::services {

// Nobody's password takes as long and never fits.
Result<bool> Accounts::fits(const std::optional<CustomerId>& customer, std::string_view password) {
    TRY(const auto hash, password_hash(customer.value_or(nobody())));
    if (!hash.empty()) return hasher_.verify(hash, password);
    hasher_.verify_nothing(password);
    return false;
}

Result<SignedIn> Accounts::sign_in(const SignIn& form) {
    TRY(const auto holders, holders_of(form.email));
    if (!form.device.empty()) {
        const auto device = hash_of_bearer(form.device);
        for (const auto& holder : {holders.proved, holders.newest}) {
            TRY(const bool knows, devices_.knows(holder.value_or(nobody()), device));
            if (holder && knows) return sign_in_from(device, *holder, holders, form);
        }
    }
    const auto token = gate_.own_data_token();
    const auto password = form.password.reveal(token);
    const Trier trier{form.email.reveal(token), form.network, {}};
    if (const auto wait = throttle_.begin(trier); wait > 0) return too_often(wait);
    for (const auto& holder : {holders.proved, holders.newest}) {
        TRY(const bool right, fits(holder, password));
        if (!right) continue;
        const bool owns = holder == holders.proved;
        return enter(*holder, form, trier, owns ? Counted::forget : Counted::undo);
    }
    return wrong_credentials();
}

// A browser that this account knows is slowed by its own tries alone; what it tries at another
// account with the same address counts as a stranger's try, and is refused like a wrong one.
Result<SignedIn> Accounts::sign_in_from(const crypto::Hash& device, const CustomerId& known,
                                        const Holders& holders, const SignIn& form) {
    const auto token = gate_.own_data_token();
    const auto password = form.password.reveal(token);
    const Trier trier{form.email.reveal(token), form.network, device};
    if (const auto wait = throttle_.begin(trier); wait > 0) return too_often(wait);
    TRY(const bool right, fits(known, password));
    if (right) return enter(known, form, trier, Counted::forget);
    const auto other = holders.proved == known ? holders.newest : holders.proved;
    const Trier stranger{trier.account, trier.network, {}};
    const bool slowed = throttle_.begin(stranger) > 0;
    TRY(const bool others, fits(slowed ? std::nullopt : other, password));
    if (!others) return wrong_credentials();
    const bool owns = other == holders.proved;
    return enter(*other, form, stranger, owns ? Counted::forget : Counted::undo);
}

Result<SignedIn> Accounts::enter(const CustomerId& customer, const SignIn& form, const Trier& trier,
                                 Counted counted) {
    const auto password = form.password.reveal(gate_.own_data_token());
    TRY_OK(check_code(customer, form.code));
    if (counted == Counted::forget) {
        throttle_.succeeded(trier);
    } else {
        // Whoever signed up with another's address must not clear the way to guess at theirs.
        throttle_.take_back(trier);
    }
    const bool renews = form.new_password.has_value();
    TRY_OK(renew_if_over_age(customer, form));
    TRY(const auto hash, password_hash(customer));
    if (!renews && hasher_.needs_rehash(hash)) {
        TRY(const auto stronger, hasher_.hash(password));
        TRY_OK(store_.write([&](sql::Writer& unit) {
            return unit.execute(statements::replace_password_hash,
                                {ByteView(customer.bytes()), std::string_view(stronger)});
        }));
    }
    if (!renews) TRY_OK(screen_again(customer, password, trier.account));
    // A browser that was known went with the password.
    TRY(const bool known, devices_.knows(customer, trier.device.value_or(crypto::Hash{})));
    return begin_session(customer, known ? trier.device : std::nullopt);
}

}  // namespace avow::services
