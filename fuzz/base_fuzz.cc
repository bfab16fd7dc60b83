// SPDX-License-Identifier: Apache-2.0
// JSON in, and what is accepted must come back the same from its canonical form. Terms of any text:
// each is found in what it came from.
#include <boost/json.hpp>

#include "base/json.hh"
#include "base/terms.hh"
#include "base/time.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = avow::json::parse(text);
    if (value && !avow::json::parse(boost::json::serialize(*value))) __builtin_trap();
    if (const auto time = avow::from_rfc3339(text)) (void)avow::rfc3339(*time);
    const auto terms = avow::terms_in(text);
    if (!terms.empty() && !avow::match(avow::packed(terms), terms)) __builtin_trap();
    if (avow::excerpt(text, terms, 80).size() > 80) __builtin_trap();
    return 0;
}
