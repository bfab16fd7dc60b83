// SPDX-License-Identifier: Apache-2.0
#include "gate/use_choice.hh"

#include "base/text.hh"

namespace avow::gate {
namespace {

using policy::Answer;
using policy::Because;

std::optional<policy::Decision> decide(const Asking& asking, const CustomerFile& file,
                                       const policy::CustomerFacts& customer,
                                       const vault::Datum& datum) {
    const auto* collection = file.find_collection(datum.collection);
    if (collection == nullptr) return std::nullopt;
    return policy::decide(asking.in_force, asking.asker, {*asking.purpose, asking.now},
                          file.facts(*collection), customer);
}

std::optional<Choice> refuse_at_once(const Asking& asking, const std::string& field) {
    if (!asking.purpose || !asking.in_force.find_field(field)) {
        return Choice{policy::refuse(asking.in_force, Because::not_declared, asking.purpose),
                      nullptr};
    }
    // Before saying what is held: a role that may not ask learns nothing of it.
    if (!asking.asker.purposes[asking.purpose->value]) {
        return Choice{policy::refuse(asking.in_force, Because::role, asking.purpose), nullptr};
    }
    if (asking.asker.must_acknowledge()) {
        return Choice{
            policy::refuse(asking.in_force, Because::staff_not_acknowledged, asking.purpose),
            nullptr};
    }
    return std::nullopt;
}

// The newest datum that may be used, among those that `wanted` names.
template <typename Wanted>
Choice choose_among(const Asking& asking, const CustomerFile& file,
                    const policy::CustomerFacts& customer, const std::string& field,
                    const Wanted& wanted) {
    if (auto refused = refuse_at_once(asking, field)) return *refused;
    std::optional<Choice> refused;
    for (auto datum = file.data.rbegin(); datum != file.data.rend(); ++datum) {
        if (datum->field != field || !wanted(*datum)) continue;
        const auto decision = decide(asking, file, customer, *datum);
        if (!decision) continue;
        if (decision->answer == Answer::allowed) return {*decision, &*datum};
        if (!refused) refused = Choice{*decision, nullptr};
    }
    if (refused) return *refused;
    const auto because = file.was_erased(field) ? Because::erased : Because::not_held;
    return {policy::refuse(asking.in_force, because, asking.purpose), nullptr};
}

}  // namespace

policy::Asker asker_of(const Actor& actor, const policy::Policy& in_force) {
    policy::PurposeSet purposes;
    for (const auto role : split(actor.role, ' ')) purposes |= in_force.purposes_of_role(role);
    return {actor.kind == Actor::Kind::employee ? policy::Asker::Kind::employee
                                                : policy::Asker::Kind::system,
            purposes, actor.acknowledged, actor.break_glass};
}

Choice choose(const Asking& asking, const CustomerFile& file, const policy::CustomerFacts& customer,
              const std::string& field) {
    return choose_among(asking, file, customer, field, [](const vault::Datum&) { return true; });
}

Choice choose_from(const Asking& asking, const CustomerFile& file,
                   const policy::CustomerFacts& customer, const std::string& field,
                   const CollectionId& collection) {
    return choose_among(asking, file, customer, field,
                        [&](const vault::Datum& datum) { return datum.collection == collection; });
}

bool may_open(const Asking& asking, const CustomerFile& file, const policy::CustomerFacts& customer,
              const vault::Datum& datum) {
    if (!asking.purpose || !asking.asker.purposes[asking.purpose->value]) return false;
    const auto decision = decide(asking, file, customer, datum);
    return decision && decision->answer == Answer::allowed;
}

}  // namespace avow::gate
