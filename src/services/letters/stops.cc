// SPDX-License-Identifier: Apache-2.0
// The way out that a letter which rests on a permission brings along. Its secret takes that one
// permission back and does nothing else, so whoever is forwarded the letter can do no more harm.
#include "services/bearer.hh"
#include "services/letters/letters.hh"
#include "services/statements.hh"

namespace avow::services {

Status Letters::write_stop(sql::Writer& unit, const CustomerId& customer, const LetterId& id,
                           const std::string& purpose, std::string& secret) {
    auto bearer = make_bearer("", random_);
    TRY_OK(unit.execute(statements::insert_letter_stop,
                        {ByteView(bearer.hash), ByteView(customer.bytes()), ByteView(id.bytes()),
                         std::string_view(purpose), clock_.now().ms}));
    secret = std::move(bearer.text);
    return {};
}

Result<std::string> Letters::take_back(std::string_view secret) {
    struct Found {
        CustomerId customer;
        LetterId letter;
        std::string purpose;
    };
    const auto hash = hash_of_bearer(secret);
    std::optional<Found> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        found.reset();
        return reader.query(statements::find_letter_stop, {ByteView(hash)},
                            [&](const sql::Row& row) -> Status {
                                const auto customer = CustomerId::from_bytes(row.blob(0));
                                const auto letter = LetterId::from_bytes(row.blob(1));
                                if (!customer || !letter)
                                    return Error(Code::corrupt, "a letter has a damaged id");
                                found = Found{*customer, *letter, std::string(row.text(2))};
                                return {};
                            });
    }));
    if (!found) return Error(Code::not_found, "there is no such letter, or it is too old");
    const gate::Actor reader{gate::Actor::Kind::customer, "customer", "", false, false};
    const auto taken = gate_.permit(
        found->customer, {found->purpose, false},
        "the link in the letter " + message_id_of(found->letter) + " was followed", reader);
    if (!taken) return taken.error();
    return std::move(found->purpose);
}

}  // namespace avow::services
