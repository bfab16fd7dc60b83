// SPDX-License-Identifier: Apache-2.0
// Another address: asked for by who is signed in, made the account's by a link that was mailed
// there, and taken back by one that was mailed to the former address. Neither signs anybody in.
#include "mail/address.hh"
#include "services/account/accounts.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

vault::Place place_of_change(const CustomerId& customer) {
    return {"address_changes", "address", customer.bytes()};
}

vault::Place place_of_former(const Bearer& secret) {
    return {"former_addresses", "address", ByteView(secret.hash)};
}

vault::Place place_of_former(const crypto::Hash& hash) {
    return {"former_addresses", "address", ByteView(hash)};
}

gate::Collection address_by_link(const CustomerId& customer, const std::string& address,
                                 const char* evidence) {
    gate::Collection collection;
    collection.channel = "portal";
    collection.customer = customer;
    collection.evidence = evidence;
    collection.fields.push_back({"email", Personal<std::string>(address)});
    return collection;
}

}  // namespace

Status Accounts::ask_address_change(const CustomerId& customer,
                                    const Personal<std::string>& wanted) {
    const auto token = gate_.own_data_token();
    if (!mail::check_address(wanted.reveal(token))) {
        return Error(Code::invalid, "this address cannot be written to")
            .at("/fields/email", "is not an email address that a message can be sent to");
    }
    TRY(const auto account, get(customer));
    TRY(const bool lately, links_->was_sent_lately(customer, LinkKind::change));
    if (lately) {
        TRY(const auto asked, asked_address(customer));
        // A form that was sent twice.
        if (asked && asked->reveal(token) == wanted.reveal(token)) return {};
        return a_letter_is_on_its_way();
    }
    TRY(const auto holders, holders_of(wanted));
    TRY(const auto sealed, gate_.seal_own(customer, place_of_change(customer), wanted));
    const auto secret = links_->make();
    const bool others = holders.indexed && holders.indexed != customer;
    const Links::Sent sent{LinkKind::change, account.language,
                           Personal<std::string>(wanted.reveal(token)), others};
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::put_address_change,
                            {ByteView(customer.bytes()), ByteView(sealed), clock_.now().ms}));
        return links_->write(unit, customer, sent, secret);
    }));
    letters_.notify();
    return {};
}

Result<std::optional<Personal<std::string>>> Accounts::asked_address(const CustomerId& customer) {
    std::optional<Bytes> sealed;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_address_change, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                const auto until = row.integer(1) + Links::kVerifyLifeMs;
                                if (until > clock_.now().ms) sealed = to_bytes(row.blob(0));
                                return {};
                            });
    }));
    if (!sealed) return std::optional<Personal<std::string>>();
    TRY(auto address, gate_.open_own(customer, place_of_change(customer), *sealed));
    return std::optional(std::move(address));
}

Status Accounts::forget_address_change(const CustomerId& customer) {
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(Links::write_forget(unit, customer, LinkKind::change));
        return unit.execute(statements::delete_address_change, {ByteView(customer.bytes())});
    });
}

Status Accounts::change_address(const CustomerId& customer, std::string_view secret) {
    const auto token = gate_.own_data_token();
    TRY(const auto asked, asked_address(customer));
    if (!asked) return no_such_link();
    TRY(const auto former, own_address(customer));
    TRY(const auto proved, address_proved(customer));
    TRY(const auto account, get(customer));
    const auto undo = links_->make();
    TRY(const auto sealed, gate_.seal_own(customer, place_of_former(undo), former));
    const auto alongside = [&](sql::Writer& unit, const CustomerId&) -> Status {
        const ByteView id(customer.bytes());
        TRY_OK(Links::write_used(unit, secret));
        // Links that went to the former address must not open anything any more but that one.
        for (const auto kind : {LinkKind::verify, LinkKind::reset, LinkKind::change})
            TRY_OK(Links::write_forget(unit, customer, kind));
        TRY_OK(unit.execute(statements::delete_address_change, {id}));
        TRY_OK(unit.execute(statements::delete_sign_ups_of_customer, {id}));
        TRY_OK(write_proof(unit, customer));
        // An address that nobody showed to be theirs is not written to, and takes nothing back.
        if (!proved) return {};
        TRY_OK(unit.execute(
            statements::insert_former_address,
            {id, ByteView(undo.hash), ByteView(sealed), clock_.now().ms + Links::kUndoLifeMs}));
        return links_->write(
            unit, customer,
            {LinkKind::undo, account.language, Personal<std::string>(former.reveal(token)), false},
            undo);
    };
    const auto collection = address_by_link(customer, asked->reveal(token),
                                            "the link that was mailed there was followed");
    const auto collected = gate_.collect(collection, own_actor(), alongside);
    letters_.notify();
    if (collected) return {};
    // Somebody else has the address meanwhile.
    if (collected.error().code() == Code::conflict) return no_such_link();
    return collected.error();
}

Status Accounts::undo_address_change(std::string_view secret) {
    TRY(const auto customer, links_->find(secret, LinkKind::undo));
    TRY(const auto account, get(customer));
    const auto hash = hash_of_bearer(secret);
    const ByteView id(customer.bytes());
    std::optional<Bytes> sealed;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_former_address, {id, ByteView(hash)},
                            [&](const sql::Row& row) -> Status {
                                sealed = to_bytes(row.blob(0));
                                return {};
                            });
    }));
    if (!sealed) return no_such_link();
    TRY(const auto former, gate_.open_own(customer, place_of_former(hash), *sealed));
    const auto alongside = [&](sql::Writer& unit, const CustomerId&) -> Status {
        TRY_OK(Links::write_used(unit, secret));
        // Those of whoever made the change, too: what they have in hand leads nowhere.
        TRY_OK(Links::write_forget_all(unit, customer));
        TRY_OK(Devices::write_forget_all(unit, customer));
        TRY_OK(unit.execute(statements::delete_former_addresses, {id}));
        TRY_OK(unit.execute(statements::delete_address_change, {id}));
        TRY_OK(unit.execute(statements::delete_sessions_of_customer, {id}));
        TRY_OK(write_proof(unit, customer));
        return letters_.write(unit, customer, {LetterKind::address_changed_new, account.language});
    };
    const auto collection = address_by_link(
        customer, former.reveal(gate_.own_data_token()),
        "a change was taken back by the link that was mailed to the former address");
    const auto collected = gate_.collect(collection, own_actor(), alongside);
    if (!collected && collected.error().code() == Code::conflict) return no_such_link();
    if (!collected) return collected.error();
    sessions_->forget(customer);
    letters_.notify();
    return {};
}

}  // namespace avow::services
