// SPDX-License-Identifier: Apache-2.0
// Probes that read back what was stored: disclosures, published versions, passwords, the address
// that people are told to write to.
#include <algorithm>

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

// Customers do not see yet how old their password is: no better than at risk.
Evidence EvidenceBook::passwords_strong() {
    std::size_t all = 0;
    std::size_t weak = 0;
    const auto read = store_.read([&](sql::Reader& reader) {
        return reader.query(statements::read_newest_passwords, {},
                            [&](const sql::Row& row) -> Status {
                                ++all;
                                if (hasher_.needs_rehash(row.text(0))) ++weak;
                                return {};
                            });
    });
    if (!read) return evidence(Keeping::broken, Phrase(kNotRead), "");
    return share(Keeping::at_risk, "evidence_password", weak, all);
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
