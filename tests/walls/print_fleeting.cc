// SPDX-License-Identifier: Apache-2.0
// Must not compile: a visitor's address cannot be printed.
#include <iostream>

#include "traffic/fleeting.hh"

void print(const avow::traffic::Fleeting& address) {
#ifdef FORBIDDEN
    std::clog << address;
#else
    (void)address;
#endif
}
