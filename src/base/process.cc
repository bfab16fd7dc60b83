// SPDX-License-Identifier: Apache-2.0
#include "base/process.hh"

#include <algorithm>
#include <array>
#include <thread>

#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/bytes.hh"

namespace avow {

Status keep_memory_private() {
    const rlimit none{0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0) {
        return Error(Code::internal, "the system does not let core dumps be forbidden");
    }
    return {};
}

void keep_freed_memory(std::size_t bytes) {
    constexpr std::size_t kApartMax = 32u << 20;  // the most that glibc takes
    mallopt(M_MMAP_THRESHOLD, static_cast<int>(std::min(bytes, kApartMax)));
    mallopt(M_TRIM_THRESHOLD, static_cast<int>(bytes));
}

std::size_t cores() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    // It fails on a machine of more cores than such a set holds, which has them to spare.
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        return std::max(1u, std::thread::hardware_concurrency());
    }
    return static_cast<std::size_t>(std::max(1, CPU_COUNT(&allowed)));
}

Result<std::string> output_of_command(const std::string& command, const std::string& where) {
    FILE* pipe = popen(command.c_str(), "re");
    if (pipe == nullptr) return Error(Code::unavailable, where + " cannot be started");
    std::array<char, kOutputMax> buffer;
    setvbuf(pipe, nullptr, _IONBF, 0);  // no second copy of the secret
    const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe);
    std::string text(buffer.data(), size);
    wipe(buffer.data(), buffer.size());
    if (pclose(pipe) == 0) return text;
    wipe(text.data(), text.size());
    return Error(Code::unavailable, where + " failed: run it by hand to see why");
}

}  // namespace avow
