// SPDX-License-Identifier: Apache-2.0
// An erasure being made ready. Private to the gate.
#pragma once

#include <string>
#include <vector>

#include "gate/customer_file.hh"
#include "gate/gate.hh"

namespace avow::gate {

struct Gate::Planned {
    FilePtr file;
    std::vector<const vault::Datum*> data;  // that go; point into file
    ErasurePlan told;
};

// Why a collection's data may not go now.
struct KeptBy {
    std::string ground;  // legal_hold restriction legal_obligation
    std::optional<Time> until;
    const FiledHold* hold = nullptr;
};
std::optional<KeptBy> kept_by(const CustomerFile& file, const FiledCollection& collection,
                              Time now);

}  // namespace avow::gate
