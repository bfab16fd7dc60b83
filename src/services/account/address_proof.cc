// SPDX-License-Identifier: Apache-2.0
// That an address is its customer's own: shown by a link that was mailed there.
#include <memory>

#include "services/account/accounts.hh"
#include "services/statements.hh"

namespace avow::services {

Result<std::optional<Time>> Accounts::address_proved(const CustomerId& customer) {
    std::optional<Time> proved;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_address_proof, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                proved = Time{row.integer(0)};
                                return {};
                            });
    }));
    return proved;
}

Status Accounts::send_proof_link(const CustomerId& customer) {
    TRY(const auto account, get(customer));
    TRY(const auto proved, address_proved(customer));
    if (proved) return Error(Code::conflict, "the address is confirmed already");
    TRY(const bool lately, links_->was_sent_lately(customer, LinkKind::verify));
    if (lately) {
        return Error(Code::too_often, "a letter was just sent: look for it first")
            .after(Links::kApartMs / kSecondMs);
    }
    const auto secret = links_->make();
    TRY_OK(store_.write([&](sql::Writer& unit) {
        return links_->write(unit, customer, LinkKind::verify, account.language, secret);
    }));
    letters_.notify();
    return {};
}

Status Accounts::prove_address(std::string_view secret) {
    TRY(const auto customer, links_->find(secret, LinkKind::verify));
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(Links::write_used(unit, secret));
        return write_proof(unit, customer);
    });
}

Status Accounts::write_proof(sql::Writer& unit, const CustomerId& customer) const {
    return unit.execute(statements::put_address_proof,
                        {ByteView(customer.bytes()), clock_.now().ms});
}

gate::Gate::Alongside Accounts::after_address_change(Personal<std::string> former,
                                                     std::string language) {
    auto kept = std::make_shared<const Personal<std::string>>(std::move(former));
    return [this, kept, language = std::move(language), secret = links_->make()](
               sql::Writer& unit, const CustomerId& customer) -> Status {
        TRY_OK(unit.execute(statements::delete_address_proof, {ByteView(customer.bytes())}));
        // Links that went to the former address must not open anything any more.
        TRY_OK(Links::write_forget_all(unit, customer));
        Letter notice{LetterKind::address_changed_old, language};
        notice.to = Personal<std::string>(kept->reveal(gate_.own_data_token()));
        TRY_OK(letters_.write(unit, customer, notice));
        return links_->write(unit, customer, LinkKind::verify, language, secret);
    };
}

}  // namespace avow::services
