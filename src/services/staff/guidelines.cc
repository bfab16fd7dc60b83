// SPDX-License-Identifier: Apache-2.0
#include "services/staff/guidelines.hh"

#include <boost/json.hpp>

#include "ledger/entry.hh"
#include "services/staff/staff.hh"
#include "services/statements.hh"

namespace avow::services {

Guidelines guidelines_of(const policy::Policy& policy, std::string_view language) {
    const auto* translation = policy.find_translation(language);
    if (translation == nullptr) {
        return {policy.version,   policy.language,
                policy.title,     ledger::text_digest(policy.markdown),
                &policy.sections, nullptr};
    }
    return {policy.version,         translation->language,
            translation->title,     ledger::text_digest(translation->markdown),
            &translation->sections, translation};
}

Result<std::optional<Acknowledgement>> Staff::acknowledgement(const EmployeeId& id) {
    const auto policy = gate_.policies().in_force();
    std::optional<Acknowledgement> found;
    if (policy == nullptr) return found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_acknowledgement,
                            {ByteView(id.bytes()), std::string_view(policy->version)},
                            [&](const sql::Row& row) -> Status {
                                found = Acknowledgement{policy->version,
                                                        std::string(row.text(0)),
                                                        std::string(row.text(1)),
                                                        {row.integer(2)}};
                                return {};
                            });
    }));
    return found;
}

Result<Acknowledgement> Staff::acknowledge(const EmployeeId& id, const Acknowledging& read) {
    const auto policy = gate_.policies().in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    const auto text = guidelines_of(*policy, read.language);
    if (read.version != text.version || read.language != text.language ||
        read.digest != text.digest) {
        return Error(Code::conflict, "these are not the guidelines in force: read them once more");
    }
    TRY(const auto before, acknowledgement(id));
    if (before) return *before;
    const Acknowledgement made{text.version, text.language, text.digest, clock_.now()};
    const boost::json::object details{{"employee", id.text()},
                                      {"policy", made.version},
                                      {"language", made.language},
                                      {"digest", made.digest}};
    const auto written =
        gate_.note_house_act(ledger::Kind::acknowledged, details, [&](sql::Writer& unit) {
            return unit.execute(
                statements::insert_acknowledgement,
                {ByteView(id.bytes()), std::string_view(made.version),
                 std::string_view(made.language), std::string_view(made.digest), made.at.ms});
        });
    if (written) return made;
    if (written.error().code() != Code::conflict) return written.error();
    // Pressed twice at once: the first one stands.
    TRY(const auto first, acknowledgement(id));
    if (first) return *first;
    return written.error();
}

}  // namespace avow::services
