// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "base/personal.hh"

void show(const avow::Personal<std::string>& datum) {
#ifdef FORBIDDEN
    std::clog << datum;
#else
    (void)datum;
#endif
}
