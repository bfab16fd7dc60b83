// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size >= 3 && data[0] == 'b' && data[1] == 'a' && data[2] == 'd') std::abort();
    return 0;
}
