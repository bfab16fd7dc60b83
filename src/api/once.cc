// SPDX-License-Identifier: Apache-2.0
#include "api/once.hh"

#include <algorithm>

#include "ledger/entry.hh"

namespace avow::api {

Result<std::optional<gate::Once>> read_once(const http::Request& request, std::string caller) {
    const auto key = request.find_header("idempotency-key");
    if (!key) return std::optional<gate::Once>();
    const bool visible =
        std::all_of(key->begin(), key->end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (key->empty() || key->size() > kOnceKeyMax || !visible) {
        return Error(Code::invalid,
                     "Idempotency-Key must be 1 to 255 visible ASCII characters without spaces");
    }
    const auto asked = std::string(http::name_of(request.method)) + " " + request.path + "\n";
    return gate::Once{std::move(caller), std::string(*key),
                      ledger::text_digest(asked + request.body), 0};
}

}  // namespace avow::api
