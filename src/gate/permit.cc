// SPDX-License-Identifier: Apache-2.0
// The customer's yes or no for one purpose, with its evidence. A no to a purpose that rests on a
// legitimate interest is an objection.
#include <boost/json.hpp>

#include "base/fault.hh"
#include "gate/prepared.hh"
#include "gate/record.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {
constexpr int kTries = 8;  // LIMIT: of a permission that others keep overtaking
}  // namespace

bool is_yes(Said said) {
    return said == Said::yes || said == Said::yes_after_signal;
}

std::string_view name_of(Said said) {
    switch (said) {
        case Said::no:
            return "no";
        case Said::yes:
            return "yes";
        case Said::yes_overruled:
            return "yes_overruled";
        case Said::signal_alone:
            return "signal_alone";
        case Said::yes_after_signal:
            return "yes_after_signal";
    }
    return "no";
}

Said said_by(const FiledPermission* standing, const PermissionChoice& choice, Meant meant) {
    if (!choice.granted) return Said::no;
    const auto before = standing == nullptr ? Said::no : standing->said;
    const bool signalled = before == Said::yes_overruled || before == Said::signal_alone;
    if (signalled && meant == Meant::among_others) return Said::yes_overruled;
    return signalled || choice.signalled || before == Said::yes_after_signal
               ? Said::yes_after_signal
               : Said::yes;
}

Status Gate::write_permission(sql::Writer& unit, const vault::CustomerKeys& keys,
                              const std::string& purpose, Said said, const PreparedAct& act) {
    const auto columns = permission_columns(purpose, said, act.at, act.id);
    const auto mark = vault_.mark(keys, {as_bytes("permissions"), columns});
    TRY_OK(unit.execute(
        statements::store_permission,
        {ByteView(keys.customer.bytes()), std::string_view(purpose),
         static_cast<std::int64_t>(said), act.at.ms, ByteView(act.id.bytes()), ByteView(mark)}));
    return write_act(unit, keys.customer, act);
}

Result<Permitted> Gate::permit(const CustomerId& customer, const PermissionChoice& choice,
                               const std::optional<std::string>& evidence, const Actor& actor,
                               const std::optional<Once>& once) {
    TRY(auto before, find_permitted(once));
    if (before) return std::move(*before);
    const auto policy = policies_.in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    TRY_OK(check_choice(*policy, choice));
    if (evidence && evidence->size() > kEvidenceMax) {
        return Error(Code::invalid, "the evidence is too long")
            .at("/evidence", "longer than " + std::to_string(kEvidenceMax) + " bytes");
    }
    for (int attempt = 1;; ++attempt) {
        FilePtr file;
        TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
            TRY(file, file_of(reader, customer));
            return {};
        }));
        const auto* standing = file->find_permission(choice.purpose);
        const auto said = said_by(standing, choice, Meant::for_this_purpose);
        if (standing != nullptr && standing->said == said) {
            // By the same request, sent twice at once? Its answer came with the permission.
            TRY(before, find_permitted(once));
            if (before) return std::move(*before);
            return Permitted{choice.purpose, choice.granted, standing->since, std::nullopt};
        }
        const auto now = clock_.now();
        const auto record =
            permission_record(EntryId::make(now, random_), choice, now, actor, *policy, evidence);
        const auto act = prepare_act(*file->keys, record.entry, record.kind, now, record.details);
        std::optional<PreparedAnswer> answer;
        if (once) {
            auto outcome = outcome_of(act, policy->version);
            outcome["purpose"] = choice.purpose;
            outcome["granted"] = choice.granted;
            answer = prepare_answer(*file->keys, *once, now, std::move(outcome));
        }
        const auto written = store_.write([&](sql::Writer& unit) -> Status {
            if (answer) TRY_OK(write_answer(unit, customer, *answer));
            TRY_OK(vault_.advance(unit, *file->keys, file->row));
            fault_point("gate.permit_half_written");
            return write_permission(unit, *file->keys, choice.purpose, said, act);
        });
        if (written) {
            if (answer) fault_point("gate.answer_committed");
            ledger_.notify();
            return Permitted{choice.purpose, choice.granted, now,
                             Receipt{act.id, now, act.commitment, policy->version}};
        }
        if (written.error().code() != Code::conflict || attempt == kTries) return written.error();
        TRY(before, find_permitted(once));
        if (before) return std::move(*before);
    }
}

}  // namespace avow::gate
