// SPDX-License-Identifier: Apache-2.0
#include "api/forgetting.hh"

#include <boost/json.hpp>

#include "base/json.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

bj::array lines_json(const std::vector<gate::PlanLine>& lines, const PurposeToken& token) {
    bj::array told;
    for (const auto& line : lines) {
        auto one = gate::line_json(line);
        if (line.reason) one["reason"] = line.reason->reveal(token);
        told.push_back(std::move(one));
    }
    return told;
}

}  // namespace

bj::object plan_json(const gate::ErasurePlan& plan, const PurposeToken& token) {
    return {{"customer", plan.customer.text()},
            {"scope", {{"kind", std::string(name_of(plan.scope.kind))}, {"name", plan.scope.name}}},
            {"whole", plan.whole},
            {"goes", lines_json(plan.goes, token)},
            {"stays", lines_json(plan.stays, token)},
            {"complete_in_backups_by", rfc3339(plan.complete_by)}};
}

bj::object erased_json(const gate::Erased& erased) {
    auto details = json::parse(erased.opening.details);
    bj::object told{{"customer", erased.customer.text()},
                    {"whole", erased.whole},
                    {"at", rfc3339(erased.at)},
                    {"complete_in_backups_by", rfc3339(erased.complete_by)},
                    {"ledger", {{"entry", erased.entry.text()}}},
                    {"proof",
                     {{"entry", erased.line},
                      {"salt", base64url(erased.opening.salt)},
                      {"details", erased.opening.details}}}};
    if (details && details->is_object()) {
        for (const auto* key : {"goes", "stays", "scope"}) {
            if (auto* value = details->get_object().if_contains(key)) told[key] = std::move(*value);
        }
    }
    return told;
}

bj::object hold_json(const gate::Hold& hold, const PurposeToken& token) {
    bj::object told{{"hold", hold.id.text()},
                    {"kind", std::string(name_of(hold.kind))},
                    {"collection", nullptr},
                    {"since", rfc3339(hold.since)},
                    {"reason", hold.reason.reveal(token)}};
    if (hold.collection) told["collection"] = hold.collection->text();
    return told;
}

}  // namespace avow::api
