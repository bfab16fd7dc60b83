// SPDX-License-Identifier: Apache-2.0
// Which datum of a field a use may open: the decision, datum by datum. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "gate/acts.hh"
#include "gate/customer_file.hh"

namespace avow::gate {

struct Asking {
    const policy::Policy& in_force;
    policy::Asker asker;
    std::optional<policy::PurposeIndex> purpose;  // nothing: none that is declared
    Time now;
};

struct Choice {
    policy::Decision decision;
    const vault::Datum* datum = nullptr;  // of the file; null when refused
};

policy::Asker asker_of(const Actor& actor, const policy::Policy& in_force);

// The newest datum of the field that may be used; else the newest one's refusal.
Choice choose(const Asking& asking, const CustomerFile& file, const policy::CustomerFacts& customer,
              const std::string& field);

// The same for the field as one collection brought it.
Choice choose_from(const Asking& asking, const CustomerFile& file,
                   const policy::CustomerFacts& customer, const std::string& field,
                   const CollectionId& collection);

// Whether the decision of now lets this very datum be opened.
bool may_open(const Asking& asking, const CustomerFile& file, const policy::CustomerFacts& customer,
              const vault::Datum& datum);

}  // namespace avow::gate
