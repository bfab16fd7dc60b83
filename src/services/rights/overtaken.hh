// SPDX-License-Identifier: Apache-2.0
// Private to this folder.
#pragma once

#include "base/result.hh"

namespace avow::services {

inline Error overtaken() {
    return {Code::conflict, "the request changed meanwhile: read it again"};
}

}  // namespace avow::services
