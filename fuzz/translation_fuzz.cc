// SPDX-License-Identifier: Apache-2.0
// The readers of translators' files; the first byte picks one. What is read is written and read
// again as it was.
#include <string_view>

#include "translation/catalogue.hh"
#include "translation/po.hh"
#include "translation/xliff.hh"

namespace {

using namespace avow::translation;

void hold_to_itself(const Sheet& sheet) {
    const auto again = read_xliff(write_xliff(sheet));
    // A file may name forms and ids that no catalogue has: what we write is always well-formed.
    if (!again && again.error().words().value.find("well-formed") != std::string::npos)
        __builtin_trap();
    (void)merge(sheet, {{"a", "b"}}, {}, {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    switch (data[0] % 3) {
        case 0:
            if (const auto sheet = read_po(text)) hold_to_itself(*sheet);
            break;
        case 1:
            if (const auto sheets = read_xliff(text)) {
                for (const auto& sheet : *sheets) hold_to_itself(sheet);
            }
            break;
        case 2:
            if (const auto catalogue = read_catalogue(text)) {
                const auto again = read_catalogue(spell(*catalogue));
                if (!again || *again != *catalogue) __builtin_trap();
            }
            break;
    }
    return 0;
}
