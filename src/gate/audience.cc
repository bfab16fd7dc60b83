// SPDX-License-Identifier: Apache-2.0
// Whom a purpose reaches, in counts: each customer decided as a use of the address would be, and
// nothing opened.
#include "gate/customer_file.hh"
#include "gate/gate.hh"
#include "gate/use_choice.hh"

namespace avow::gate {
namespace {

constexpr int kPage = 500;
const std::string kAddress = "email";

}  // namespace

Result<Gate::Audience> Gate::audience(std::string_view purpose, const Actor& actor,
                                      const IsConfirmed& is_confirmed) {
    const auto policy = policies_.in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    const auto index = policy->find_purpose(purpose);
    if (!index) {
        return Error(Code::invalid, "the policy has no such purpose")
            .at("/purpose", "the policy declares no such purpose");
    }
    const auto asker = asker_of(actor, *policy);
    if (asker.must_acknowledge())
        return Error(Code::denied, "staff_not_acknowledged: read the guidelines first");
    Audience audience;
    Bytes after;
    while (true) {
        std::vector<CustomerId> page;
        Audience of_page;
        TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
            of_page = {};
            TRY(page, vault_.list_customers(reader, after, kPage));
            for (const auto& customer : page) {
                const auto file = file_of(reader, customer);
                // Erased this very moment.
                if (!file && file.error().code() == Code::not_found) continue;
                if (!file) return file.error();
                const auto choice = choose({*policy, asker, index, clock_.now()}, **file,
                                           (*file)->facts(*policy), kAddress);
                if (choice.decision.answer != policy::Answer::allowed) {
                    ++of_page.excluded[choice.decision.because];
                    continue;
                }
                TRY(const bool confirmed, is_confirmed(reader, customer));
                ++(confirmed ? of_page.reachable : of_page.unconfirmed);
            }
            return {};
        }));
        audience.reachable += of_page.reachable;
        audience.unconfirmed += of_page.unconfirmed;
        for (const auto& [because, count] : of_page.excluded) audience.excluded[because] += count;
        if (page.empty()) return audience;
        after = to_bytes(page.back().bytes());
    }
}

}  // namespace avow::gate
