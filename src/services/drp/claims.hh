// SPDX-License-Identifier: Apache-2.0
// What an exercise says beside who, to whom and when (§2.01, §3.04). Pure. Of the person's claims
// only the address is read: the rest is dropped with the body.
#pragma once

#include <optional>
#include <string>

#include "base/personal.hh"
#include "services/drp/drp.hh"

namespace avow::services::drp {

struct Claims {
    Exercise exercise = Exercise::access;
    RightRegime regime = RightRegime::gdpr;
    std::string named;     // by the agent; or empty
    std::string callback;  // or empty
    std::optional<Personal<std::string>> email;
};

Answered<Claims> read_claims(const boost::json::object& body, const Agent& agent);

// Whether an address is https, of exactly this host (or host:port), and names nobody.
bool leads_to(std::string_view address, std::string_view host);

}  // namespace avow::services::drp
