// SPDX-License-Identifier: Apache-2.0
#include "services/letters/letters.hh"

#include <algorithm>
#include <array>

#include "base/fault.hh"
#include "mail/address.hh"
#include "mail/returned.hh"
#include "services/letters/content.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr std::array<std::pair<LetterKind, std::string_view>, 20> kNames{{
    {LetterKind::verify_address, "verify_address"},
    {LetterKind::reset_password, "reset_password"},
    {LetterKind::password_changed, "password_changed"},
    {LetterKind::address_changed_old, "address_changed_old"},
    {LetterKind::address_changed_new, "address_changed_new"},
    {LetterKind::passkey_added, "passkey_added"},
    {LetterKind::passkey_removed, "passkey_removed"},
    {LetterKind::passkey_copied, "passkey_copied"},
    {LetterKind::authenticator_added, "authenticator_added"},
    {LetterKind::authenticator_removed, "authenticator_removed"},
    {LetterKind::recovery_codes_made, "recovery_codes_made"},
    {LetterKind::recovery_code_used, "recovery_code_used"},
    {LetterKind::request_answered, "request_answered"},
    {LetterKind::right_asked, "right_asked"},
    {LetterKind::right_news, "right_news"},
    {LetterKind::survey_invitation, "survey_invitation"},
    {LetterKind::list_join, "list_join"},
    {LetterKind::list_leave, "list_leave"},
    {LetterKind::traffic_digest, "traffic_digest"},
    {LetterKind::work_overdue, "work_overdue"},
}};

bool is_path(std::string_view link) {
    return link.starts_with('/') && !link.starts_with("//") && link.size() <= kLinkMax &&
           std::all_of(link.begin(), link.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_language(std::string_view text) {
    return text.size() <= 35 && std::all_of(text.begin(), text.end(), [](char c) {
               return c == '-' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      (c >= '0' && c <= '9');
           });
}

Status check(const Letter& letter, const PurposeToken& token) {
    if (!is_language(letter.language)) {
        return Error(Code::invalid, "a letter's language is no language tag");
    }
    if (letter.to) TRY_OK(mail::check_address(letter.to->reveal(token)));
    const bool by_permission = letter.kind == LetterKind::survey_invitation;
    if (has_link(letter.kind) != letter.link.has_value() ||
        (has_link(letter.kind) && !by_permission) != letter.ends.has_value()) {
        return Error(Code::invalid, "this letter wants a link and its end, or has none");
    }
    if (letter.link && !is_path(letter.link->reveal(token))) {
        return Error(Code::invalid, "a letter's link is a path below the portal's address");
    }
    if (by_permission == letter.purpose.empty()) {
        return Error(Code::invalid, "a letter that rests on a permission names its purpose");
    }
    if (letter.known && letter.kind != LetterKind::verify_address) {
        return Error(Code::invalid, "only a letter about an address says that it is known");
    }
    const bool brings_text =
        letter.kind == LetterKind::request_answered || is_for_employees(letter.kind);
    if (letter.answer.has_value() != brings_text) {
        return Error(Code::invalid, "an answer goes in a letter of its kind, and in no other");
    }
    if (letter.kind == LetterKind::address_changed_old && !letter.to) {
        return Error(Code::invalid, "this letter goes to the former address: it must be given");
    }
    if (is_for_strangers(letter.kind) && !letter.to) {
        return Error(Code::invalid, "this letter goes to a stranger: the address must be given");
    }
    return {};
}

}  // namespace

bool is_for_employees(LetterKind kind) {
    return kind == LetterKind::traffic_digest || kind == LetterKind::work_overdue;
}

bool is_for_strangers(LetterKind kind) {
    return kind == LetterKind::list_join || kind == LetterKind::list_leave ||
           is_for_employees(kind);
}

std::string_view name_of(LetterKind kind) {
    for (const auto& [one, name] : kNames) {
        if (one == kind) return name;
    }
    return {};
}

std::optional<LetterKind> letter_kind_from(std::string_view name) {
    for (const auto& [kind, one] : kNames) {
        if (one == name) return kind;
    }
    return std::nullopt;
}

bool has_link(LetterKind kind) {
    return kind == LetterKind::verify_address || kind == LetterKind::reset_password ||
           kind == LetterKind::address_changed_old || kind == LetterKind::right_asked ||
           kind == LetterKind::right_news || kind == LetterKind::survey_invitation ||
           kind == LetterKind::list_join || kind == LetterKind::list_leave;
}

Result<std::unique_ptr<Letters>> Letters::create(sql::Connection& store, gate::Gate& gate,
                                                 Options options, const Clock& clock,
                                                 Random& random) {
    TRY_OK(store.migrate("letters", {statements::letters_schema_1, statements::letters_schema_2,
                                     statements::letters_schema_3}));
    if (options.node.empty()) options.node = "alone";
    std::unique_ptr<Letters> letters(new Letters(store, gate, std::move(options), clock, random));
    // What a crash left under way: whether it arrived nobody knows, so it goes again.
    TRY_OK(store.write([&](sql::Writer& unit) {
        return unit.execute(statements::release_letters,
                            {std::string_view(letters->options_.node), clock.now().ms});
    }));
    gate.accompany({"letters",
                    [](sql::Reader& reader, const CustomerId& customer) -> Result<std::int64_t> {
                        std::int64_t count = 0;
                        TRY_OK(reader.query(statements::count_letters_of_customer,
                                            {ByteView(customer.bytes())},
                                            [&](const sql::Row& row) -> Status {
                                                count = row.integer(0);
                                                return {};
                                            }));
                        return count;
                    },
                    [](sql::Writer& unit, const CustomerId& customer) -> Status {
                        TRY_OK(unit.execute(statements::delete_letter_stops_of_customer,
                                            {ByteView(customer.bytes())}));
                        return unit.execute(statements::delete_letters_of_customer,
                                            {ByteView(customer.bytes())});
                    },
                    [](const CustomerId&) {}});
    return letters;
}

Status Letters::write(sql::Writer& unit, const CustomerId& customer, const Letter& letter) {
    const auto token = gate_.own_data_token();
    TRY_OK(check(letter, token));
    if (!letter.purpose.empty() || (!has_link(letter.kind) && !letter.answer)) {
        TRY(const bool may, may_write(unit, customer));
        if (!may) return {};
    }
    const auto id = letter.id ? *letter.id : LetterId::make(clock_.now(), random_);
    std::string stop;
    if (!letter.purpose.empty()) TRY_OK(write_stop(unit, customer, id, letter.purpose, stop));
    TRY(const auto sealed, gate_.seal_letter(customer, id, pack(letter, stop, token)));
    wipe(stop.data(), stop.size());
    using To = gate::SealedLetter::To;
    return insert(unit, customer.bytes(), id, letter,
                  letter.to ? To::address_in_content : To::stored_address, sealed);
}

Status Letters::write_to_stranger(sql::Writer& unit, const Letter& letter) {
    const auto token = gate_.own_data_token();
    TRY_OK(check(letter, token));
    if (!is_for_strangers(letter.kind))
        return Error(Code::invalid, "a letter of this kind goes to customers");
    const auto id = letter.id ? *letter.id : LetterId::make(clock_.now(), random_);
    const auto packed = pack(letter, {}, token);
    const auto sealed = gate_.seal_for_house(id.bytes(), as_bytes(packed.reveal(token)));
    // It stands by itself, as it is nobody's.
    return insert(unit, id.bytes(), id, letter, gate::SealedLetter::To::stranger, sealed);
}

Status Letters::insert(sql::Writer& unit, ByteView owner, const LetterId& id, const Letter& letter,
                       gate::SealedLetter::To to, ByteView sealed) {
    const auto now = clock_.now();
    auto until = now + kLetterLifeMs;
    if (letter.ends) until = std::min(until, *letter.ends);
    const auto message_id = message_id_of(id);
    TRY_OK(unit.execute(
        statements::insert_letter,
        {owner, ByteView(id.bytes()), name_of(letter.kind), std::string_view(letter.language),
         std::string_view(message_id), static_cast<std::int64_t>(to), now.ms, until.ms, sealed,
         std::string_view(letter.purpose)}));
    fault_point("letters.written");
    return {};
}

Result<bool> Letters::note_returned(std::string_view message_id, std::string_view status,
                                    const std::function<Status(sql::Writer&)>& alongside) {
    struct Found {
        CustomerId customer;
        LetterId letter;
        std::optional<LetterKind> kind;
        bool own_address = false;
        Time written;
    };
    std::optional<Found> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        found.reset();
        return reader.query(statements::find_letter_by_message, {message_id},
                            [&](const sql::Row& row) -> Status {
                                const auto customer = CustomerId::from_bytes(row.blob(0));
                                const auto letter = LetterId::from_bytes(row.blob(1));
                                if (!customer || !letter)
                                    return Error(Code::corrupt, "a letter has a damaged id");
                                found = Found{*customer, *letter, letter_kind_from(row.text(2)),
                                              row.integer(3) != 0, Time{row.integer(4)}};
                                return {};
                            });
    }));
    if (!found) return false;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows, unit.run(statements::return_letter,
                                      {ByteView(found->customer.bytes()),
                                       ByteView(found->letter.bytes()), status, ByteView()}));
        if (rows != 1) return Error(Code::unavailable, "the letter is changing: come again");
        if (address_returned_ && !found->own_address && mail::is_about_address(status)) {
            TRY_OK(address_returned_(unit, found->customer, found->written));
        }
        if (answer_returned_ && found->kind == LetterKind::request_answered) {
            TRY_OK(answer_returned_(unit, found->customer, found->letter, message_id));
        }
        return alongside(unit);
    }));
    return true;
}

void Letters::notify() {
    const std::lock_guard lock(mutex_);
    if (wake_) wake_();
}

void Letters::on_notify(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

Result<Letters::Count> Letters::waiting() {
    Count count;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::count_waiting_letters, {},
                            [&](const sql::Row& row) -> Status {
                                count = {row.integer(0), 0, {row.is_null(1) ? 0 : row.integer(1)}};
                                return {};
                            });
    }));
    return count;
}

Result<std::map<std::string, Letters::Count>> Letters::counts() {
    std::map<std::string, Count> counts;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        counts.clear();
        return reader.query(statements::count_letters, {}, [&](const sql::Row& row) -> Status {
            counts[std::string(row.text(0))] = {row.integer(1), row.integer(2), {row.integer(3)}};
            return {};
        });
    }));
    return counts;
}

}  // namespace avow::services
