// SPDX-License-Identifier: Apache-2.0
// Adding up and comparing: many customers' countables for one purpose, with one entry that names
// nobody.
#include <boost/json.hpp>

#include "gate/gate.hh"
#include "gate/use_choice.hh"

namespace avow::gate {
namespace {

constexpr std::string_view kTable = "countables";

}  // namespace

Result<Bytes> Gate::seal_countable(const CustomerId& customer, ByteView row,
                                   const Personal<std::string>& countable) {
    TRY(const auto keys, vault_.keyring().get(customer));
    return vault_.seal(*keys, {kTable, "", row}, as_bytes(countable.reveal(Door::token())));
}

Result<CountingPass> Gate::begin_counting(const Counting& counting, const Actor& actor) {
    const auto policy = policies_.in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    const auto purpose = policy->find_purpose(counting.purpose);
    if (!purpose) {
        return Error(Code::invalid, "nothing can be counted for this purpose")
            .at("/purpose", "the policy declares no such purpose");
    }
    const auto asker = asker_of(actor, *policy);
    if (actor.kind == Actor::Kind::customer || !asker.purposes[purpose->value]) {
        return Error(Code::denied, "the role does not let count for this purpose (role)");
    }
    if (asker.must_acknowledge()) {
        return Error(Code::denied,
                     "the guidelines of the policy in force must be acknowledged first "
                     "(staff_not_acknowledged)");
    }
    const bool searched = counting.act == Counting::Act::searched;
    TRY_OK(note_house_act(ledger::Kind::used, {{searched ? "searched" : "counted", counting.what},
                                               {"how_many", counting.how_many},
                                               {"purpose", counting.purpose},
                                               {"by", actor.label},
                                               {"policy", policy->version}}));
    return CountingPass();
}

Result<Personal<std::string>> Gate::open_countable(const CountingPass&, const CustomerId& customer,
                                                   ByteView row, ByteView sealed) {
    TRY(const auto keys, vault_.keyring().get(customer));
    return vault_.open(*keys, {kTable, "", row}, sealed);
}

Result<Personal<std::string>> Gate::open_for_house(const CountingPass&, ByteView row,
                                                   ByteView sealed) {
    return open_for_stranger(row, sealed);
}

}  // namespace avow::gate
