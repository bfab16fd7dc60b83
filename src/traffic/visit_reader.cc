// SPDX-License-Identifier: Apache-2.0
#include "traffic/visit_reader.hh"

#include <array>

#include "base/log.hh"
#include "traffic/data.hh"
#include "traffic/place.hh"
#include "traffic/siphash.hh"

namespace avow::traffic {
namespace {

constexpr std::string_view kPageview = "pageview";
constexpr std::string_view kEngagement = "engagement";
constexpr std::string_view kOutbound = "Outbound Link: Click";
constexpr std::string_view kDownload = "File Download";
constexpr std::string_view kSpider = "Spider";

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

Device device_kind(std::string_view agent, const SystemParts& system, const DeviceParts& device) {
    if (agent.empty()) return Device::unknown;
    const std::string_view family = device.family;
    if (has(family, "iPad") || has(agent, "Tablet") || has(family, "Kindle")) return Device::tablet;
    if (has(agent, "TV") || has(system.family, "tvOS") || has(family, "Chromecast")) {
        return Device::tv;
    }
    if (has(family, "iPhone") || has(family, "iPod") || has(agent, "Mobile")) return Device::mobile;
    if (system.family == "Android") return Device::tablet;  // phones say "Mobile"
    for (const auto* desktop : {"Windows", "Mac OS X", "Linux", "Ubuntu", "Fedora", "Chrome OS",
                                "Debian", "FreeBSD", "OpenBSD"}) {
        if (system.family == desktop) return Device::desktop;
    }
    return Device::other;
}

Kind kind_of(const Event& event) {
    if (event.name == kPageview) return Kind::view;
    if (event.name == kOutbound) return Kind::outbound;
    if (event.name == kDownload) return Kind::download;
    return Kind::event;
}

// Links and downloads are named by where they lead, which scripts put into the property "url".
std::string target_of(const Event& event) {
    constexpr std::string_view kKey = "url=";
    for (const auto& property : event.properties) {
        if (!property.starts_with(kKey)) continue;
        const auto url = parse_url(std::string_view(property).substr(kKey.size()));
        if (url) return cut(url->host + page_of(*url, {}), kPageMax);
    }
    return {};
}

std::optional<std::string> from_of(const Event& event, const Url& page,
                                   const std::vector<std::string>& kept) {
    if (!event.from) return page_before(page, event.referrer, kept);
    const auto from =
        parse_url("https://" + page.host + (event.from->starts_with('/') ? "" : "/") + *event.from);
    return from ? std::optional(page_of(*from, kept)) : std::nullopt;
}

}  // namespace

Result<std::unique_ptr<VisitReader>> VisitReader::create(const std::filesystem::path& countries,
                                                         Random& random) {
    TRY(auto book, CountryBook::create(countries));
    return std::unique_ptr<VisitReader>(new VisitReader(std::move(book), random));
}

Result<VisitReader::Lists> VisitReader::make_lists() {
    TRY(auto rules, AgentRules::create(traffic_data("regexes.yaml")));
    TRY(auto bots, BotList::create(traffic_data("crawlers.json")));
    return Lists{std::move(rules), std::move(bots)};
}

const VisitReader::Lists* VisitReader::lists() const {
    std::call_once(asked_, [this] {
        if (auto made = make_lists()) {
            lists_ = std::move(*made);
        } else {
            log::error("user_agents_not_read", {{"code", name_of(made.error().code())},
                                                {"cause", made.error().describe()}});
        }
    });
    return lists_ ? &*lists_ : nullptr;
}

VisitReader::Agent VisitReader::read_agent(std::string_view agent) const {
    const auto* known = lists();
    if (known == nullptr) return {};
    const auto system = known->rules.system(agent);
    const auto device = known->rules.device(agent);
    return {known->rules.browser(agent).family, system.family, device_kind(agent, system, device),
            device.family == kSpider || known->bots.is_bot(agent)};
}

VisitReader::Agent VisitReader::agent_of(std::string_view agent) const {
    const auto hash = siphash(key_, agent);
    {
        const std::lock_guard lock(mutex_);
        const auto found = cache_.find(hash);
        if (found != cache_.end()) return found->second;
    }
    auto read = read_agent(agent);
    const std::lock_guard lock(mutex_);
    if (cache_.size() >= kCachedMax) cache_.clear();
    cache_.emplace(hash, read);
    return read;
}

Client VisitReader::client(const Fleeting& address, const Fleeting& agent,
                           const Signs& signs) const {
    const ReadingKey key;
    auto read = agent_of(agent.read(key));
    return {countries_.find(address.read(key)), std::move(read.browser), std::move(read.system),
            read.device, read.bot || contradicts(signs)};
}

std::optional<Sighting> VisitReader::sighting(const Event& event, const Client& client,
                                              const std::string& site, Time now,
                                              const std::vector<std::string>& kept) const {
    const auto url = parse_url(event.url);
    if (!url) return std::nullopt;
    Sighting sighting;
    sighting.site = site;
    sighting.hour = hour_of(now);
    sighting.page = page_of(*url, kept);
    sighting.bot = client.bot;
    if (event.name == kEngagement) {
        Engaged engaged{std::nullopt, bucket_of(event.engaged_ms)};
        if (event.told_ms) engaged.was = bucket_of(*event.told_ms);
        sighting.engaged = engaged;
        return sighting;
    }
    sighting.kind = kind_of(event);
    auto source = source_of(*url, event.referrer);
    sighting.source = std::move(source.source);
    sighting.campaign = std::move(source.campaign);
    sighting.channel = source.channel;
    sighting.browser = client.browser;
    sighting.system = client.system;
    sighting.device = client.device;
    sighting.country = client.country;
    sighting.from = from_of(event, *url, kept);
    if (sighting.kind == Kind::view) {
        sighting.telling = event.telling;
        return sighting;
    }
    sighting.name =
        sighting.kind == Kind::event ? cut(masked(event.name), kWordMax) : target_of(event);
    if (sighting.kind == Kind::event) sighting.properties = event.properties;
    return sighting;
}

}  // namespace avow::traffic
