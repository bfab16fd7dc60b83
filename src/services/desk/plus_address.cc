// SPDX-License-Identifier: Apache-2.0
#include "services/desk/plus_address.hh"

#include <algorithm>

namespace avow::services {
namespace {

constexpr std::size_t kLocalPartMax = 64;  // LIMIT: bytes, RFC 5321 §4.5.3.1.1
constexpr std::size_t kIdSize = 26;        // as spell_id writes one, without the prefix

std::string signature_of(const RequestId& request, const SignRequest& sign) {
    const auto hash = sign(request);
    return hex(ByteView(hash).first(kTokenSignature));
}

std::string lower(std::string_view text) {
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return low;
}

}  // namespace

std::string plus_address(const std::string& address, const RequestId& request,
                         const SignRequest& sign) {
    const auto at = address.rfind('@');
    if (at == std::string::npos) return address;
    const auto id = request.text();
    const auto token = "+r" + id.substr(id.size() - kIdSize) + signature_of(request, sign);
    if (at + token.size() > kLocalPartMax) return address;
    return address.substr(0, at) + token + address.substr(at);
}

std::optional<RequestId> request_of(std::string_view address, const SignRequest& sign) {
    const auto local = address.substr(0, address.rfind('@'));
    const auto plus = local.find('+');
    if (plus == local.npos) return std::nullopt;
    const auto token = lower(local.substr(plus + 1));
    if (token.size() != 1 + kIdSize + 2 * kTokenSignature || token[0] != 'r') return std::nullopt;
    const auto request = RequestId::parse("req_" + token.substr(1, kIdSize));
    if (!request) return std::nullopt;
    const auto signature = token.substr(1 + kIdSize);
    if (!crypto::equal(as_bytes(signature), as_bytes(signature_of(*request, sign)))) {
        return std::nullopt;
    }
    return request;
}

std::string tag_of(std::string_view address) {
    const auto local = address.substr(0, address.rfind('@'));
    const auto plus = local.find('+');
    return plus == local.npos ? std::string() : lower(local.substr(plus + 1));
}

std::string without_plus(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == address.npos) return std::string(address);
    const auto plus = address.substr(0, at).find('+');
    return std::string(address.substr(0, std::min(plus, at))) + std::string(address.substr(at));
}

}  // namespace avow::services
