// SPDX-License-Identifier: Apache-2.0
// Events, addresses of pages and lines of logs: bytes that anyone may send.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "traffic/event.hh"
#include "traffic/logs/line.hh"
#include "traffic/network.hh"
#include "traffic/place.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace avow::traffic;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    [[maybe_unused]] const auto event = parse_event(text);
    [[maybe_unused]] const auto umami = parse_umami(text);
    [[maybe_unused]] const auto networks = parse_networks(text);
    if (const auto url = parse_url(text)) {
        [[maybe_unused]] const auto page = page_of(*url, {"q"});
        [[maybe_unused]] const auto source = source_of(*url, text);
    }
    for (const auto format :
         {LogFormat::combined, LogFormat::vhost, LogFormat::caddy, LogFormat::w3c}) {
        LogReader reader(format);
        for (std::string_view rest = text; !rest.empty();) {
            const auto end = rest.find('\n');
            [[maybe_unused]] const auto line = reader.read(rest.substr(0, end));
            rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
        }
    }
    return 0;
}
