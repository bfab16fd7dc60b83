// SPDX-License-Identifier: Apache-2.0
#include "services/exports/walk.hh"

#include <boost/json.hpp>

#include "base/json.hh"
#include "services/exports/sealed.hh"

namespace avow::services {
namespace {

constexpr std::size_t kHeldAtOnce = 20;
constexpr int kActsAtOnce = 200;

}  // namespace

Status each_held(gate::Gate& gate, const CustomerId& customer, const VisitHeld& visit) {
    std::optional<CollectionId> after;
    while (true) {
        TRY(const auto page, gate.held_after(customer, after, kHeldAtOnce));
        for (const auto& collection : page.collections) TRY_OK(visit(collection));
        if (!page.next) return {};
        after = page.next;
    }
}

Status each_act(gate::Gate& gate, const CustomerId& customer, Time now, const VisitAct& visit) {
    std::optional<EntryId> before;
    while (true) {
        TRY(const auto acts, gate.acts(customer, before, kActsAtOnce));
        for (const auto& act : acts) {
            before = act.entry;
            TRY(const auto details, json::parse(act.details.reveal(gate.own_data_token())));
            if (!is_sealed(details.as_object(), now)) TRY_OK(visit(act, details.as_object()));
        }
        if (acts.size() < static_cast<std::size_t>(kActsAtOnce)) return {};
    }
}

std::string text_at(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return "";
    return std::string(value->get_string());
}

}  // namespace avow::services
