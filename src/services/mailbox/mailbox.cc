// SPDX-License-Identifier: Apache-2.0
#include "services/mailbox/mailbox.hh"

#include "crypto/hash.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

Error anothers() {
    return {Code::conflict, "another node reads the mailbox"};
}

// Whose mailbox it is need not stand in the store.
crypto::Hash key_of(std::string_view place) {
    return crypto::sha256(as_bytes(place));
}

}  // namespace

Result<std::unique_ptr<Mailboxes>> Mailboxes::create(sql::Connection& store, std::string node,
                                                     const Clock& clock) {
    TRY_OK(store.migrate("mailbox", {statements::mailbox_schema_1}));
    return std::unique_ptr<Mailboxes>(new Mailboxes(store, std::move(node), clock));
}

Result<MailboxReach> Mailboxes::claim(std::string_view place) {
    const auto key = key_of(place);
    const auto now = clock_.now().ms;
    MailboxReach reach;
    const auto visit = [&](const sql::Row& row) -> Status {
        const auto uid = [&](int column) {
            return static_cast<std::uint32_t>(row.integer(column));
        };
        reach = {uid(0), uid(1), uid(2), row.integer(3), row.integer(4)};
        return {};
    };
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        // A lease that ends far from now was written by a clock that ran ahead: it binds nobody.
        TRY(const auto claimed, unit.run(statements::claim_mailbox,
                                         {ByteView(key), std::string_view(node_), now,
                                          now + kMailboxLeaseMs, now + 2 * kMailboxLeaseMs}));
        if (claimed != 1) return anothers();
        return unit.query(statements::read_mailbox, {ByteView(key)}, visit);
    }));
    return reach;
}

Status Mailboxes::note(std::string_view place, const MailboxReach& reach) {
    const auto key = key_of(place);
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto noted,
            unit.run(statements::note_mailbox,
                     {ByteView(key), std::string_view(node_), clock_.now().ms + kMailboxLeaseMs,
                      std::int64_t{reach.validity}, std::int64_t{reach.done},
                      std::int64_t{reach.begun}, reach.tries, reach.set_aside}));
        return noted == 1 ? Status() : anothers();
    });
}

Status Mailboxes::release(std::string_view place) {
    const auto key = key_of(place);
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::release_mailbox, {ByteView(key), std::string_view(node_)});
    });
}

}  // namespace avow::services
