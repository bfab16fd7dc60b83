// SPDX-License-Identifier: Apache-2.0
// A forgotten password: a link goes to the stored address, and whoever opens it chooses a new one.
// That signs nobody in (OWASP, Forgot Password).
#include "base/log.hh"
#include "services/account/accounts.hh"
#include "services/statements.hh"

namespace avow::services {

Status Accounts::ask_reset(ResetAsked form) {
    auto asked = std::make_shared<ResetAsked>(std::move(form));
    const bool taken = backlog_.offer([this, asked] {
        const auto sent = send_reset_link(*asked);
        if (!sent) log::error("reset_not_sent", {{"cause", sent.error().cause().value}});
    });
    if (!taken) return Error(Code::unavailable, "too many ask at this moment: try again soon");
    return {};
}

void Accounts::wait_for_backlog() {
    backlog_.wait();
}

Status Accounts::send_reset_link(const ResetAsked& form) {
    const auto token = gate_.own_data_token();
    const auto account = "reset " + form.email.reveal(token);
    const auto network = form.network.empty() ? "" : "reset " + form.network;
    if (throttle_.begin({account, network, {}}) > 0) return {};
    TRY(const auto holders, holders_of(form.email));
    const auto customer = holders.proved ? holders.proved : holders.newest;
    if (!customer) return {};
    TRY(const bool lately, links_->was_sent_lately(*customer, LinkKind::reset));
    if (lately) return {};
    const auto secret = links_->make();
    TRY_OK(store_.write([&](sql::Writer& unit) {
        return links_->write(unit, *customer, {LinkKind::reset, form.language, {}, false}, secret);
    }));
    letters_.notify();
    return {};
}

Status Accounts::finish_reset(std::string_view secret, const Personal<std::string>& wanted) {
    const auto token = gate_.own_data_token();
    TRY(const auto customer, links_->find(secret, LinkKind::reset));
    TRY(const auto account, get(customer));
    TRY(const auto before, password_hash(customer));
    TRY(const auto email, own_address(customer));
    TRY(const auto holders, holders_of(email));
    if (holders.proved && holders.proved != customer) return no_such_link();
    TRY_OK(check_new_password(wanted.reveal(token), email.reveal(token)));
    TRY_OK(check_former(customer, wanted.reveal(token)));
    TRY(const auto after, hasher_.hash(wanted.reveal(token)));
    // Who reads its mail has the address, and with it what came in under it before.
    const bool goes_over = holders.indexed != customer;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        const ByteView id(customer.bytes());
        if (!goes_over) {
            TRY_OK(Links::write_used(unit, secret));
            TRY_OK(unit.execute(statements::delete_sign_ups_of_customer, {id}));
            TRY_OK(write_proof(unit, customer));
        }
        TRY_OK(write_password(unit, customer, before, after));
        TRY_OK(unit.execute(statements::delete_sessions_of_customer, {id}));
        return letters_.write(unit, customer, {LetterKind::password_changed, account.language});
    }));
    sessions_->forget(customer);
    letters_.notify();
    if (!goes_over) return {};
    TRY([[maybe_unused]] const auto session, prove_address(customer, secret, false));
    return {};
}

}  // namespace avow::services
