// SPDX-License-Identifier: Apache-2.0
#include "base/personal.hh"

bool same(const avow::Personal<std::string>& a, const avow::Personal<std::string>& b) {
#ifdef FORBIDDEN
    return a == b;
#else
    return &a == &b;
#endif
}
