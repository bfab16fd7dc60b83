// SPDX-License-Identifier: Apache-2.0
#include "services/account/links.hh"

#include "services/statements.hh"

namespace avow::services {
namespace {

struct Traits {
    std::string_view name;
    std::string_view page;
    LetterKind letter;
    std::int64_t life_ms;
};

const Traits& traits_of(LinkKind kind) {
    static constexpr Traits kVerify{"verify", "/verify", LetterKind::verify_address,
                                    Links::kVerifyLifeMs};
    static constexpr Traits kReset{"reset", "/reset/new", LetterKind::reset_password,
                                   Links::kResetLifeMs};
    static constexpr Traits kChange{"change", "/verify", LetterKind::verify_address,
                                    Links::kVerifyLifeMs};
    static constexpr Traits kUndo{"undo", "/undo", LetterKind::address_changed_old,
                                  Links::kUndoLifeMs};
    switch (kind) {
        case LinkKind::verify:
            return kVerify;
        case LinkKind::reset:
            return kReset;
        case LinkKind::change:
            return kChange;
        case LinkKind::undo:
            return kUndo;
    }
    return kVerify;
}

}  // namespace

Error no_such_link() {
    return {Code::not_found, "this link was used, is over or was replaced: ask for a new one"};
}

Error a_letter_is_on_its_way() {
    return Error(Code::too_often, "a letter was just sent: look for it first")
        .after(Links::kApartMs / kSecondMs);
}

Result<std::unique_ptr<Links>> Links::create(sql::Connection& store, gate::Gate& gate,
                                             Letters& letters, const Clock& clock, Random& random) {
    TRY_OK(store.write([&](sql::Writer& unit) {
        return unit.execute(statements::delete_old_links, {clock.now().ms});
    }));
    return std::unique_ptr<Links>(new Links(store, gate, letters, clock, random));
}

Status Links::write(sql::Writer& unit, const CustomerId& customer, const Sent& sent,
                    const Bearer& secret) {
    const auto& traits = traits_of(sent.kind);
    const ByteView id(customer.bytes());
    const auto now = clock_.now();
    const Time ends{now.ms + traits.life_ms};
    if (sent.kind != LinkKind::undo) TRY_OK(write_forget(unit, customer, sent.kind));
    TRY_OK(unit.execute(statements::insert_link,
                        {ByteView(secret.hash), id, traits.name, now.ms, ends.ms}));
    Letter letter{traits.letter, sent.language};
    letter.link = Personal<std::string>(sent.known ? "/sign-in"
                                                   : std::string(traits.page) + "#" + secret.text);
    letter.ends = ends;
    letter.known = sent.known;
    if (sent.to) {
        letter.to = Personal<std::string>(sent.to->reveal(gate_.own_data_token()));
    }
    return letters_.write(unit, customer, letter);
}

Result<bool> Links::was_sent_lately(const CustomerId& customer, LinkKind kind) const {
    bool lately = false;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(
            statements::find_newest_link, {ByteView(customer.bytes()), traits_of(kind).name},
            [&](const sql::Row& row) -> Status {
                lately = !row.is_null(0) && clock_.now() - Time{row.integer(0)} < kApartMs;
                return {};
            });
    }));
    return lately;
}

Result<CustomerId> Links::find(std::string_view secret, LinkKind kind) const {
    const auto hash = hash_of_bearer(secret);
    std::optional<CustomerId> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_link, {ByteView(hash), traits_of(kind).name},
                            [&](const sql::Row& row) -> Status {
                                if (row.integer(1) > clock_.now().ms)
                                    found = CustomerId::from_bytes(row.blob(0));
                                return {};
                            });
    }));
    if (!found) return no_such_link();
    return *found;
}

Status Links::write_used(sql::Writer& unit, std::string_view secret) {
    const auto hash = hash_of_bearer(secret);
    TRY(const auto rows, unit.run(statements::delete_link, {ByteView(hash)}));
    return rows == 0 ? Status(no_such_link()) : Status();
}

Status Links::write_forget(sql::Writer& unit, const CustomerId& customer, LinkKind kind) {
    return unit.execute(statements::delete_links_of_kind,
                        {ByteView(customer.bytes()), traits_of(kind).name});
}

Status Links::write_forget_all(sql::Writer& unit, const CustomerId& customer) {
    return unit.execute(statements::delete_links_of_customer, {ByteView(customer.bytes())});
}

}  // namespace avow::services
