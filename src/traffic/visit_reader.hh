// SPDX-License-Identifier: Apache-2.0
// From an event and the request that brought it to a sighting. Here the address becomes a country
// and the user agent the names of a browser, a system and a kind of device; neither goes further.
// Thousands of patterns tell user agents: they are made when the first one comes, for a server that
// studies no site starts in half the time without them. Thread-safe.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/random.hh"
#include "traffic/agents.hh"
#include "traffic/bots.hh"
#include "traffic/country_of.hh"
#include "traffic/event.hh"
#include "traffic/fleeting.hh"
#include "traffic/sighting.hh"

namespace avow::traffic {

// What remains of a request.
struct Client {
    Country country;
    std::string browser;
    std::string system;
    Device device = Device::unknown;
    bool bot = false;
};

class VisitReader {
  public:
    // Empty paths: the lists that came with the program.
    static Result<std::unique_ptr<VisitReader>> create(const std::filesystem::path& countries,
                                                       Random& random);

    Client client(const Fleeting& address, const Fleeting& agent, const Signs& signs) const;

    // `site` is the name it is kept under. Nothing when there is nothing to keep.
    std::optional<Sighting> sighting(const Event& event, const Client& client,
                                     const std::string& site, Time now,
                                     const std::vector<std::string>& kept_parameters) const;

  private:
    struct Agent {
        std::string browser, system;
        Device device = Device::unknown;
        bool bot = false;
    };
    struct Lists {
        AgentRules rules;
        BotList bots;
    };
    VisitReader(CountryBook countries, Random& random)
        : countries_(std::move(countries)), key_(random.take<16>()) {}
    static Result<Lists> make_lists();
    const Lists* lists() const;  // none when those that came with the program are damaged
    Agent read_agent(std::string_view agent) const;
    Agent agent_of(std::string_view agent) const;

    mutable std::once_flag asked_;
    mutable std::optional<Lists> lists_;  // made once
    CountryBook countries_;
    ByteArray<16> key_;  // of this process: the cache knows user agents by keyed hashes only
    static constexpr std::size_t kCachedMax = 20'000;  // LIMIT: user agents remembered
    mutable std::mutex mutex_;                         // guards cache_
    mutable std::unordered_map<std::uint64_t, Agent> cache_;
};

}  // namespace avow::traffic
