// SPDX-License-Identifier: Apache-2.0
#include "base/process.hh"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace avow {

Status keep_memory_private() {
    const rlimit none{0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0) {
        return Error(Code::internal, "the system does not let core dumps be forbidden");
    }
    return {};
}

}  // namespace avow
