// SPDX-License-Identifier: Apache-2.0
// An event as scripts send it: pure functions of bytes. Three doors, one event: ours and
// Plausible's (the same short and long keys; unknown keys are passed over, as there), and Umami's.
// Whatever is wrong is named by its pointer, never by its value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "traffic/alphabet.hh"

namespace avow::traffic {

inline constexpr std::size_t kEventBytesMax = 16 * 1024;  // LIMIT: of a body
inline constexpr std::size_t kPropertiesMax = 30;         // LIMIT: of one event

struct Event {
    std::string name;  // "pageview", "engagement", or the site's own
    std::string url;
    std::string site;  // as the sender names it; empty: the host of the address
    std::string referrer;
    std::optional<std::string> from;  // path of the page before, by our script
    std::optional<Telling> telling;
    std::vector<std::string> properties;  // "key=value"
    // Engagement: milliseconds so far, what was told before, and what makes a resend no second one.
    std::int64_t engaged_ms = 0;
    std::optional<std::int64_t> told_ms;
    std::string load;  // a random word of one page load, kept in memory for minutes
    std::int64_t sequence = 0;
};

// `n u d r p e sd`, long or short, and ours: `f s g k w b q`. `domain` may be a list.
Result<std::vector<Event>> parse_event(std::string_view body);
// {"type": "event", "payload": {…}}; nothing for types that we do not keep.
Result<std::optional<Event>> parse_umami(std::string_view body);

}  // namespace avow::traffic
