// SPDX-License-Identifier: Apache-2.0
// The compiler: the input up to the first NUL is privacy.md, the rest promises.toml.
#include <string>

#include "policy/check.hh"
#include "policy/compile.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string all(reinterpret_cast<const char*>(data), size);
    const auto split = all.find('\0');
    const auto text = all.substr(0, split);
    const auto promises = split == std::string::npos ? all : all.substr(split + 1);
    const auto compiled =
        avow::policy::compile({{"privacy.md", text}, {"promises.toml", promises}});
    if ((compiled.policy == nullptr) == compiled.findings.empty()) __builtin_trap();
    (void)avow::policy::check_text(compiled);
    return 0;
}
