// SPDX-License-Identifier: Apache-2.0
// OpenSSL's objects as owners of themselves. Private to this folder.
#pragma once

#include <memory>

namespace avow::crypto {

template <auto Free>
struct End {
    template <typename T>
    void operator()(T* object) const {
        Free(object);
    }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, End<Free>>;

}  // namespace avow::crypto
