// SPDX-License-Identifier: Apache-2.0
// Probes that read back what was stored: disclosures, published versions, passwords, the address
// that people are told to write to.
#include <algorithm>
#include <array>

#include "services/account/accounts.hh"
#include "services/publishing/evidence.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr const char* kNotRead = "evidence_store_unreadable";

Evidence evidence(Keeping keeping, Phrase words, std::string figure) {
    return {"", keeping, std::move(words), std::move(figure), {}};
}

std::string of(std::int64_t right, std::int64_t asked) {
    return std::to_string(right) + "/" + std::to_string(asked);
}

Evidence share(Keeping all_right, const char* words, std::size_t wrong, std::size_t asked) {
    const auto all = static_cast<std::int64_t>(asked);
    const auto right = all - static_cast<std::int64_t>(wrong);
    return evidence(wrong == 0 ? all_right : Keeping::broken,
                    {words, {{"right", right}, {"asked", all}}}, of(right, all));
}

}  // namespace

Evidence EvidenceBook::disclosure_approved() {
    const auto found = gate_.disclosures();
    if (!found) return evidence(Keeping::broken, Phrase(kNotRead), "");
    return share(Keeping::kept, "evidence_disclosures", found->unapproved, found->made);
}

Evidence EvidenceBook::versions_readable() {
    const auto changed = gate_.policies().find_changed();
    if (!changed) return evidence(Keeping::broken, Phrase(kNotRead), "");
    const auto all = gate_.policies().publications().size();
    return share(Keeping::kept, "evidence_versions", changed->size(), all);
}

// Tries passwords that must be refused, through the very check that sign-up and change ask, and one
// that must be taken, so that a check which refuses everything is not praised; then how the newest
// are kept, and how many have an age that their holder can see.
Evidence EvidenceBook::passwords() {
    constexpr std::array<std::string_view, 3> kGuessed{"1234567890987654321", "Password2026!!",
                                                       "evidence@example.invalid"};
    constexpr std::string_view kAddress = "evidence@example.invalid";
    const auto refused = std::ranges::count_if(
        kGuessed, [&](auto password) { return !accounts_.check_new_password(password, kAddress); });
    const bool takes =
        accounts_.check_new_password("a kettle under forty lamps", kAddress).has_value();
    if (refused != std::ssize(kGuessed) || !takes) {
        return evidence(Keeping::broken, Phrase("evidence_password_weak"), std::to_string(refused));
    }
    std::int64_t asked = 0;
    std::int64_t right = 0;
    std::int64_t accounts = 0;
    std::int64_t aged = 0;
    const auto read = store_.read([&](sql::Reader& reader) -> Status {
        asked = right = 0;
        TRY_OK(
            reader.query(statements::read_newest_passwords, {}, [&](const sql::Row& row) -> Status {
                ++asked;
                if (!hasher_.needs_rehash(row.text(0))) ++right;
                return {};
            }));
        return reader.query(statements::count_password_ages, {clock_.now().ms},
                            [&](const sql::Row& row) -> Status {
                                accounts = row.integer(0);
                                aged = row.integer(1);
                                return {};
                            });
    });
    if (!read) return evidence(Keeping::broken, Phrase(kNotRead), "");
    const auto keeping = aged == accounts && right == asked ? Keeping::kept : Keeping::broken;
    return evidence(keeping,
                    {"evidence_password",
                     {{"right", right}, {"asked", asked}, {"aged", aged}, {"accounts", accounts}}},
                    of(right, asked));
}

// Mail is read by people; what we can see is whether the text sends it to the address they read.
Evidence EvidenceBook::address_named(const policy::Policy& policy) {
    const bool fits = std::ranges::all_of(policy.sentences, [&](const policy::Sentence& sentence) {
        return sentence.rule != "access.by-email" || sentence.text.find('@') == std::string::npos ||
               sentence.text.find(policy.contact) != std::string::npos;
    });
    return evidence(
        fits ? Keeping::at_risk : Keeping::broken,
        {fits ? "evidence_mail" : "evidence_mail_elsewhere", {{"contact", policy.contact}}}, "0");
}

}  // namespace avow::services
