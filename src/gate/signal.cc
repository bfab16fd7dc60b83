// SPDX-License-Identifier: Apache-2.0
// A browser's privacy signal, heeded: what the policy lets it object to is used no more, and an
// earlier yes is withheld, not erased, until the customer says which of the two they mean.
#include "base/fault.hh"
#include "gate/prepared.hh"
#include "gate/record.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

constexpr int kTries = 8;  // LIMIT: of a signal whose customer keeps changing

struct Met {
    std::string purpose;
    Said said;                         // from now on
    std::optional<EntryId> overruled;  // the yes that is withheld
};

// Those for which nothing was said yet, or a yes that knows of no signal. Whatever else stands was
// said by the customer themself.
std::vector<Met> met_by_signal(const policy::Policy& policy, const CustomerFile& file) {
    std::vector<Met> met;
    const auto signalled = policy.signalled_purposes();
    for (std::size_t i = 0; i < policy.purposes.size(); ++i) {
        if (!signalled[i]) continue;
        const auto& name = policy.purposes[i].name;
        const auto* standing = file.find_permission(name);
        if (standing == nullptr) met.push_back({name, Said::signal_alone, std::nullopt});
        if (standing != nullptr && standing->said == Said::yes)
            met.push_back({name, Said::yes_overruled, standing->entry});
    }
    return met;
}

}  // namespace

Status Gate::heed_signal(const CustomerId& customer) {
    const auto policy = policies_.in_force();
    if (policy == nullptr || policy->signalled_purposes().none()) return {};
    for (int attempt = 1;; ++attempt) {
        FilePtr file;
        TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
            TRY(file, file_of(reader, customer));
            return {};
        }));
        const auto met = met_by_signal(*policy, *file);
        if (met.empty()) return {};
        const auto now = clock_.now();
        std::vector<PreparedAct> acts;
        for (const auto& one : met) {
            const auto record = signal_record(EntryId::make(now, random_), one.purpose, now,
                                              *policy, one.overruled);
            acts.push_back(
                prepare_act(*file->keys, record.entry, record.kind, now, record.details));
        }
        const auto written = store_.write([&](sql::Writer& unit) -> Status {
            TRY_OK(vault_.advance(unit, *file->keys, file->row));
            for (std::size_t i = 0; i < met.size(); ++i) {
                TRY_OK(write_permission(unit, *file->keys, met[i].purpose, met[i].said, acts[i]));
            }
            return {};
        });
        if (written) {
            ledger_.notify();
            return {};
        }
        if (written.error().code() != Code::conflict || attempt == kTries) return written.error();
    }
}

}  // namespace avow::gate
