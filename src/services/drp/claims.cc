// SPDX-License-Identifier: Apache-2.0
#include "services/drp/claims.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "base/text.hh"
#include "mail/address.hh"

namespace avow::services::drp {
namespace {

namespace bj = boost::json;

// An error when it is there and no text.
Answered<std::optional<std::string>> text_of(const bj::object& body, const char* name) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null()) return std::optional<std::string>();
    if (!value->is_string())
        return tl::unexpected(Fault{400, std::string(name) + " must be a string.", true});
    return std::optional(std::string(value->get_string()));
}

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

Answered<std::string> read_callback(const bj::object& body, const Agent& agent) {
    auto callback = text_of(body, "status_callback");
    if (!callback) return tl::unexpected(callback.error());
    if (!*callback) return std::string();
    if (agent.callback.empty() || !leads_to(**callback, agent.callback)) {
        return tl::unexpected(
            Fault{400, "status_callback must be https, on the host that you gave to us.", true});
    }
    return std::move(**callback);
}

}  // namespace

bool leads_to(std::string_view address, std::string_view host) {
    constexpr std::string_view kScheme = "https://";
    if (!address.starts_with(kScheme) || address.size() > kCallbackMax || !is_plain(address))
        return false;
    const auto rest = address.substr(kScheme.size());
    const auto end = rest.find_first_of("/?#\\");
    return rest.substr(0, end) == host &&
           (end == rest.npos || rest[end] == '/' || rest[end] == '?') &&
           address.find('#') == address.npos && address.find('\\') == address.npos;
}

Answered<Claims> read_claims(const bj::object& body, const Agent& agent) {
    Claims claims;
    auto version = text_of(body, "drp.version");
    if (!version) return tl::unexpected(version.error());
    if (!*version) return tl::unexpected(Fault{400, "drp.version is missing.", true});
    auto exercise = text_of(body, "exercise");
    if (!exercise) return tl::unexpected(exercise.error());
    const auto asked = exercise_from(exercise->value_or(""));
    if (!asked) return tl::unexpected(Fault{400, "Unsupported rights actions submitted.", true});
    claims.exercise = *asked;
    auto regime = text_of(body, "regime");
    if (!regime) return tl::unexpected(regime.error());
    if (*regime && **regime != "ccpa")
        return tl::unexpected(Fault{400, "regime must be ccpa, or be left out.", true});
    if (*regime) claims.regime = RightRegime::ccpa;
    auto named = text_of(body, "agent-request-id");
    if (!named) return tl::unexpected(named.error());
    claims.named = named->value_or("");
    if (claims.named.size() > kNamedMax || first_invalid_utf8(claims.named)) {
        return tl::unexpected(Fault{400, "agent-request-id must be of at most 255 bytes.", true});
    }
    const auto* relationships = body.if_contains("relationships");
    if (relationships != nullptr && !relationships->is_null() && !relationships->is_array())
        return tl::unexpected(Fault{400, "relationships must be a list.", true});
    auto callback = read_callback(body, agent);
    if (!callback) return tl::unexpected(callback.error());
    claims.callback = std::move(*callback);
    auto email = text_of(body, "email");
    if (!email) return tl::unexpected(email.error());
    if (!*email) return claims;
    const auto fits = mail::check_address(**email);
    claims.email.emplace(std::move(**email));
    if (!fits) return tl::unexpected(Fault{400, "email is no address.", true});
    return claims;
}

}  // namespace avow::services::drp
