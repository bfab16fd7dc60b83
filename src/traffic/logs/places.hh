// SPDX-License-Identifier: Apache-2.0
// What the targets and referrers of a log come to. The same few thousand come again and again: each
// is read once, and known by a keyed hash from then on. Of one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/random.hh"
#include "traffic/place.hh"
#include "traffic/sighting.hh"

namespace avow::traffic {

class Places {
  public:
    explicit Places(std::vector<std::string> kept_parameters)
        : kept_parameters_(std::move(kept_parameters)), key_(SystemRandom().take<16>()) {}

    // The page, and where the visit came from, as VisitReader::sighting() has them of a view
    // without a script. False: the target is no address of a page.
    bool fill(Sighting& sighting, const std::string& site, std::string_view target,
              std::string_view referrer);

  private:
    struct Page {
        std::optional<Url> url;  // nothing: it is none
        std::string page;
    };
    struct Origin {
        Source source;
        std::optional<std::string> from;
    };
    const Page& page_of_target(const std::string& site, std::string_view target);
    const Origin& origin_of(const Url& url, std::string_view referrer);
    static constexpr std::size_t kKnownMax = 50'000;  // LIMIT: of each; then they are read anew

    const std::vector<std::string> kept_parameters_;
    const ByteArray<16> key_;
    std::string joined_;
    std::unordered_map<std::uint64_t, Page> pages_;
    std::unordered_map<std::uint64_t, Origin> origins_;
};

}  // namespace avow::traffic
