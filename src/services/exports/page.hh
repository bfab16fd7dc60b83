// SPDX-License-Identifier: Apache-2.0
// The page of an export that people read: HTML in the customer's language, without scripts, in
// pieces. Everything that is not ours is escaped. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "gate/acts.hh"
#include "policy/policy.hh"
#include "services/exports/data_json.hh"
#include "services/letters/wording.hh"

namespace avow::services {

class ExportPage {
  public:
    ExportPage(const policy::Policy& in_force, const Say& say, std::string language)
        : policy_(in_force), say_(say), language_(std::move(language)) {}

    std::string begin(const CustomerId& customer, Time now) const;
    std::string collection(const gate::HeldCollection& held, const PurposeToken& token) const;
    std::string permissions(const std::vector<gate::StandingPermission>& standing) const;
    // Another service's part: a list of objects, or one object.
    std::string part(std::string_view name, const boost::json::value& told) const;
    std::string recipients() const;
    std::string begin_acts() const;
    std::string act(const gate::Act& act, const boost::json::object& details) const;
    std::string end() const;  // of the acts, and what is left out

  private:
    std::string words(std::string_view id) const;
    std::string words(const Phrase& phrase) const;
    std::string when(Time time) const;
    std::string answers(const boost::json::object& details) const;

    const policy::Policy& policy_;
    const Say& say_;
    const std::string language_;
};

}  // namespace avow::services
