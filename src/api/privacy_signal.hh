// SPDX-License-Identifier: Apache-2.0
// Global Privacy Control (w3c.github.io/gpc), as a request carries it.
#pragma once

#include "http/message.hh"

namespace avow::api {

// The exact value 1 counts and nothing else does; of several such headers one is enough.
bool has_privacy_signal(const http::Request& request);

}  // namespace avow::api
