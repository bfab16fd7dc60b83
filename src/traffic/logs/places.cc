// SPDX-License-Identifier: Apache-2.0
#include "traffic/logs/places.hh"

#include "traffic/siphash.hh"

namespace avow::traffic {

const Places::Page& Places::page_of_target(const std::string& site, std::string_view target) {
    joined_ = "https://";
    joined_ += site;
    if (!target.starts_with('/')) joined_ += '/';
    joined_ += target;
    const auto hash = siphash(key_, joined_);
    if (const auto found = pages_.find(hash); found != pages_.end()) return found->second;
    if (pages_.size() >= kKnownMax) pages_.clear();
    Page read{parse_url(joined_), {}};
    if (read.url) read.page = page_of(*read.url, kept_parameters_);
    return pages_.emplace(hash, std::move(read)).first->second;
}

const Places::Origin& Places::origin_of(const Url& url, std::string_view referrer) {
    joined_ = url.host;
    joined_ += '\n';
    joined_ += url.query;
    joined_ += '\n';
    joined_ += referrer;
    const auto hash = siphash(key_, joined_);
    if (const auto found = origins_.find(hash); found != origins_.end()) return found->second;
    if (origins_.size() >= kKnownMax) origins_.clear();
    Origin read{source_of(url, referrer), page_before(url, referrer, kept_parameters_)};
    return origins_.emplace(hash, std::move(read)).first->second;
}

bool Places::fill(Sighting& sighting, const std::string& site, std::string_view target,
                  std::string_view referrer) {
    const auto& page = page_of_target(site, target);
    if (!page.url) return false;
    const auto& origin = origin_of(*page.url, referrer);
    sighting.page = page.page;
    sighting.source = origin.source.source;
    sighting.campaign = origin.source.campaign;
    sighting.channel = origin.source.channel;
    sighting.from = origin.from;
    return true;
}

}  // namespace avow::traffic
