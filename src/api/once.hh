// SPDX-License-Identifier: Apache-2.0
// The header Idempotency-Key (decision 10): the same key, caller and request get the first answer.
#pragma once

#include <optional>
#include <string>

#include "base/result.hh"
#include "gate/acts.hh"
#include "http/message.hh"

namespace avow::api {

inline constexpr std::size_t kOnceKeyMax = 255;  // LIMIT: bytes of a key

// Nothing without the header; `invalid` when it holds no key.
Result<std::optional<gate::Once>> read_once(const http::Request& request, std::string caller);

}  // namespace avow::api
