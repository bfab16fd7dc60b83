// SPDX-License-Identifier: Apache-2.0
#include "base/personal.hh"

avow::Personal<std::string> take(avow::Personal<std::string>& datum) {
#ifdef FORBIDDEN
    return datum;
#else
    return std::move(datum);
#endif
}
