// SPDX-License-Identifier: Apache-2.0
// Programs that are no visitors: by a list of crawlers, and by headers that contradict each other.
// A header that is missing proves nothing: servers send events in a visitor's name.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.hh"
#include "traffic/atoms.hh"

namespace avow::traffic {

// What the headers of a request say, without their values.
struct Signs {
    bool names_fetch = false;         // Sec-Fetch-Site is there: a browser of our days
    bool fetch_from_nowhere = false;  // … and says "none": typed by hand
    bool fetch_navigates = false;     // Sec-Fetch-Mode: navigate, which no event does
    bool has_referrer = false;        // Referer or Origin
    bool has_language = true;         // Accept-Language
    bool has_encoding = true;         // Accept-Encoding
    bool is_prefetch = false;         // Purpose or Sec-Purpose: prefetch
};

bool contradicts(const Signs& signs);

class BotList {
  public:
    // The text of crawlers.json.
    static Result<BotList> create(std::string_view json);
    // An empty user agent is a bot's; so is a Firefox whose two versions differ.
    bool is_bot(std::string_view agent) const;

  private:
    explicit BotList(PatternList patterns) : patterns_(std::move(patterns)) {}
    PatternList patterns_;
};

}  // namespace avow::traffic
