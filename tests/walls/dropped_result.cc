// SPDX-License-Identifier: Apache-2.0
#include "base/result.hh"

avow::Status act();

void call() {
#ifdef FORBIDDEN
    act();
#else
    (void)act();
#endif
}
