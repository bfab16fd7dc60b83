// SPDX-License-Identifier: Apache-2.0
#include "services/drp/signed.hh"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "base/json.hh"

namespace avow::services::drp {
namespace {

namespace bj = boost::json;

constexpr std::size_t kSignatureSize = std::tuple_size_v<crypto::Signature>;
constexpr std::array<std::string_view, 4> kClaims{"agent-id", "business-id", "issued-at",
                                                  "expires-at"};

// Empty when it is not there or no text: no id and no time is spelled so.
std::string_view text_of(const bj::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    const auto& text = value->get_string();
    return {text.data(), text.size()};
}

std::optional<Refusal> check_claims(const bj::object& body, const Expected& expected,
                                    std::optional<Time>& expires) {
    if (text_of(body, "agent-id") != expected.agent || expected.agent.empty())
        return Refusal::other_agent;
    if (text_of(body, "business-id") != expected.business || expected.business.empty())
        return Refusal::other_business;
    const auto issued = from_rfc3339(text_of(body, "issued-at"));
    if (!issued || !(*issued < expected.now)) return Refusal::issued_in_future;
    expires = from_rfc3339(text_of(body, "expires-at"));
    if (!expires || !(expected.now < *expires)) return Refusal::expired;
    if (*expires - *issued > kWindowMaxMs) return Refusal::window_too_long;
    return std::nullopt;
}

// Tools that wrap lines end the last one, too.
std::string_view without_line_end(std::string_view text) {
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::string_view name_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::too_large:
            return "too_large";
        case Refusal::not_base64:
            return "not_base64";
        case Refusal::bad_signature:
            return "bad_signature";
        case Refusal::not_json:
            return "not_json";
        case Refusal::other_agent:
            return "other_agent";
        case Refusal::other_business:
            return "other_business";
        case Refusal::issued_in_future:
            return "issued_in_future";
        case Refusal::expired:
            return "expired";
        case Refusal::window_too_long:
            return "window_too_long";
        case Refusal::replayed:
            return "replayed";
    }
    return {};
}

tl::expected<Signed, Refusal> read_signed(std::string_view sent, const Expected& expected) {
    if (sent.size() > kSignedMax) return tl::unexpected(Refusal::too_large);
    const auto bytes = from_base64(without_line_end(sent));
    if (!bytes || bytes->empty()) return tl::unexpected(Refusal::not_base64);
    if (bytes->size() < kSignatureSize) return tl::unexpected(Refusal::bad_signature);
    const auto signature = ByteView(*bytes).first(kSignatureSize);
    const auto message = ByteView(*bytes).subspan(kSignatureSize);
    if (!crypto::verify(expected.key, message, signature))
        return tl::unexpected(Refusal::bad_signature);
    auto value = json::parse(as_text(message));
    if (!value || !value->is_object()) return tl::unexpected(Refusal::not_json);
    Signed read{std::move(value->get_object()), crypto::sha256(*bytes), std::nullopt};
    const bool names_something = std::any_of(kClaims.begin(), kClaims.end(), [&](const auto name) {
        return read.body.if_contains(name) != nullptr;
    });
    if (expected.names == Names::required || names_something) {
        if (const auto refused = check_claims(read.body, expected, read.expires))
            return tl::unexpected(*refused);
    }
    return read;
}

std::string sign_body(std::string_view json, const crypto::SigningKey& key) {
    const auto signature = key.sign(as_bytes(json));
    Bytes bytes(signature.begin(), signature.end());
    bytes.insert(bytes.end(), json.begin(), json.end());
    return base64(bytes);
}

}  // namespace avow::services::drp
