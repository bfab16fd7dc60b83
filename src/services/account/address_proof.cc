// SPDX-License-Identifier: Apache-2.0
// That an address is its customer's own: shown by a link that was mailed there.
#include "services/account/accounts.hh"
#include "services/statements.hh"

namespace avow::services {

namespace {

// The time in the first column of a customer's only row.
Result<std::optional<Time>> find_time(sql::Connection& store, std::string_view statement,
                                      const CustomerId& customer) {
    std::optional<Time> found;
    TRY_OK(store.read([&](sql::Reader& reader) {
        return reader.query(statement, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                found = Time{row.integer(0)};
                                return {};
                            });
    }));
    return found;
}

}  // namespace

Result<std::optional<Time>> Accounts::address_proved(const CustomerId& customer) {
    return find_time(store_, statements::find_address_proof, customer);
}

Result<std::optional<Time>> Accounts::address_returned(const CustomerId& customer) {
    return find_time(store_, statements::find_address_return, customer);
}

Result<bool> Accounts::may_be_written_to(sql::Reader& reader, const CustomerId& customer) {
    bool proved = false;
    bool returned = false;
    const auto note = [](bool& found) {
        return [&found](const sql::Row&) -> Status {
            found = true;
            return {};
        };
    };
    const ByteView who(customer.bytes());
    TRY_OK(reader.query(statements::find_address_proof, {who}, note(proved)));
    TRY_OK(reader.query(statements::find_address_return, {who}, note(returned)));
    return proved && !returned;
}

Status Accounts::send_proof_link(const CustomerId& customer) {
    TRY(const auto account, get(customer));
    TRY(const auto proved, address_proved(customer));
    TRY(const auto returned, address_returned(customer));
    if (proved && !returned) return Error(Code::conflict, "the address is confirmed already");
    TRY(const bool lately, links_->was_sent_lately(customer, LinkKind::verify));
    if (lately) return a_letter_is_on_its_way();
    TRY(const auto address, own_address(customer));
    TRY(const auto holders, holders_of(address));
    const auto secret = links_->make();
    const Links::Sent sent{
        LinkKind::verify, account.language, {}, holders.proved && *holders.proved != customer};
    TRY_OK(store_.write(
        [&](sql::Writer& unit) { return links_->write(unit, customer, sent, secret); }));
    letters_.notify();
    return {};
}

Status Accounts::check_confirmation(const Confirmation& confirmation, const CustomerId& customer) {
    if (confirmation.caller == customer) return {};
    const auto wrong = [](std::string detail) {
        return Error(Code::denied, "the password of the account is wanted besides the link")
            .at("/password", std::move(detail));
    };
    if (!confirmation.password) {
        return wrong("give the password that was chosen when the account was opened");
    }
    const auto id = customer.text();
    const Trier trier{id, "", {}};
    if (const auto wait = throttle_.begin(trier); wait > 0) return too_often(wait);
    TRY(const bool right, fits(customer, confirmation.password->reveal(gate_.own_data_token())));
    if (!right) return wrong("is not the password of the account that the link is for");
    TRY_OK(check_code(customer, confirmation.code));
    throttle_.succeeded(trier);
    return {};
}

Result<std::optional<std::string>> Accounts::confirm_address(const Confirmation& confirmation) {
    const auto first = links_->find(confirmation.link, LinkKind::verify);
    if (!first && first.error().code() != Code::not_found) return first.error();
    const auto kind = first ? LinkKind::verify : LinkKind::change;
    TRY(const auto customer, links_->find(confirmation.link, kind));
    TRY_OK(check_confirmation(confirmation, customer));
    if (kind == LinkKind::verify)
        return prove_address(customer, confirmation.link, confirmation.caller == customer);
    TRY_OK(change_address(customer, confirmation.link));
    return std::optional<std::string>();
}

Accounts::NewSession Accounts::prove_address(const CustomerId& customer, std::string_view secret,
                                             bool signed_in) {
    TRY(const auto address, own_address(customer));
    TRY(const auto holders, holders_of(address));
    // Somebody else was quicker: the address is theirs.
    if (holders.proved && holders.proved != customer) return no_such_link();
    if (holders.indexed && holders.indexed != customer)
        return take_over(customer, *holders.indexed, secret, signed_in);
    const auto write = [&](sql::Writer& unit, const CustomerId&) -> Status {
        TRY_OK(Links::write_used(unit, secret));
        TRY_OK(unit.execute(statements::delete_sign_ups_of_customer, {ByteView(customer.bytes())}));
        return write_proof(unit, customer);
    };
    if (holders.indexed) {
        TRY_OK(store_.write([&](sql::Writer& unit) { return write(unit, customer); }));
        return std::optional<std::string>();
    }
    // Who had the address when this one signed up is gone since: from now on it leads here.
    gate::Collection again;
    again.channel = "portal";
    again.customer = customer;
    again.evidence = "the link that was mailed to the address was followed";
    again.fields.push_back(
        {"email", Personal<std::string>(address.reveal(gate_.own_data_token()))});
    TRY([[maybe_unused]] const auto collected, gate_.collect(again, own_actor(), write));
    return std::optional<std::string>();
}

Status Accounts::write_proof(sql::Writer& unit, const CustomerId& customer) const {
    return unit.execute(statements::put_address_proof,
                        {ByteView(customer.bytes()), clock_.now().ms});
}

}  // namespace avow::services
