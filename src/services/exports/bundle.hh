// SPDX-License-Identifier: Apache-2.0
// What is in an export's archive: a page to read in the customer's language, all of it as JSON, the
// lists as CSV, files that came with mails, a receipt for every yes, no and collection, a proof for
// every entry of the ledger. Written from front to end: one page of what it tells is in memory at a
// time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gate/gate.hh"
#include "ledger/ledger.hh"
#include "services/exports/data_json.hh"
#include "services/exports/zip.hh"
#include "services/letters/wording.hh"

namespace avow::services {

struct BundleOf {
    CustomerId customer;
    std::string language;
    Time now;
};

// Called after each thing told, with how many were; its error ends the bundle and is the call's.
using Progress = std::function<Status(std::int64_t done)>;

// How many things write_bundle() tells of.
std::int64_t steps_of(const gate::Gate::Extent& extent);

Status write_bundle(ZipWriter& zip, gate::Gate& gate, const ledger::Ledger& ledger,
                    const std::vector<ExportPart>& parts, const TellFiles& files, const Say& say,
                    const BundleOf& of, const Progress& progress);

}  // namespace avow::services
