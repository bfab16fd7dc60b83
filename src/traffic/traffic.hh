// SPDX-License-Identifier: Apache-2.0
// The traffic of our sites, studied without knowing anyone. This room includes nothing but base/:
// there is no arrow from here to a customer. What comes in knows an address for as long as take()
// runs; what stays is in sighting.hh.
// Promises: what was taken is durable; nothing kept holds an address, a user agent or an id.
// Does not promise: protection from whoever reads this process's memory while a visit is read.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/random.hh"
#include "base/time.hh"
#include "traffic/clickhouse.hh"
#include "traffic/fleeting.hh"
#include "traffic/live.hh"
#include "traffic/loads.hh"
#include "traffic/network.hh"
#include "traffic/question.hh"
#include "traffic/rate_limit.hh"
#include "traffic/reports.hh"
#include "traffic/store.hh"
#include "traffic/visit_reader.hh"

namespace avow::traffic {

// A site by its name, and the other names (hosts, Umami's website id) it is also called by.
struct Site {
    std::string name;
    std::vector<std::string> aliases;
};
// "example.com, shop.example=94db1cb1-74f4-4a40-ad6c-962362670409". `invalid` otherwise.
Result<std::vector<Site>> parse_sites(std::string_view text);

// What a visitor's wish not to be sold or tracked (Sec-GPC, DNT) leads to.
enum class Signals { count_without_cookie, do_not_count };

struct Options {
    std::filesystem::path folder;
    std::vector<Site> sites;  // the first is our own
    std::filesystem::path countries;
    Networks trusted_proxies;
    Signals signals = Signals::count_without_cookie;
    std::vector<std::string> kept_parameters;
    int keep_days = 760;
    int per_minute = 600;                                // events of one address
    std::size_t memory_mb = 512;                         // of DuckDB
    std::uint64_t spool_bytes = std::uint64_t{1} << 30;  // LIMIT: of what waits for the store
    std::optional<ClickHouseOptions> clickhouse;  // in place of DuckDB; its spool in `folder`
    bool tends_itself = true;                     // false: whoever made it calls tend()
};

struct Incoming {
    Event event;
    std::shared_ptr<const Client> client;  // what is left of who sent it
    Origin origin = Origin::script;
    bool opts_out = false;
};
enum class Taken { kept, unknown_site, opted_out, nothing_new };

class Traffic {
  public:
    static Result<std::unique_ptr<Traffic>> create(Options options, const Clock& clock,
                                                   Random& random);
    ~Traffic();

    LockedMemory& memory() { return memory_; }
    const Options& options() const { return options_; }
    const std::string& own_site() const { return options_.sites.front().name; }
    // The name a site is kept under; nothing for a site that is none of ours.
    std::optional<std::string> find_site(std::string_view name) const;
    std::vector<Site> sites() const { return options_.sites; }

    // False: too much of this address in this minute.
    bool allows(const Fleeting& address) { return rate_.allows(address, clock_.now()); }
    Client client(const Fleeting& address, const Fleeting& agent, const Signs& signs) const {
        return reader_->client(address, agent, signs);
    }
    // Durable when it returns; an error means that nothing was kept.
    Result<std::vector<Taken>> take(std::vector<Incoming> events);
    // Sightings of a log, with how far it was read; both or neither.
    Status take_log(std::span<const Sighting> sightings, const ImportRow& import) {
        return store_->append(sightings, import);
    }

    // "live" besides the stored reports.
    Result<Report> answer(const Question& question) const;
    std::vector<std::int64_t> live_minutes(const std::string& site) const {
        return live_.minutes(site, clock_.now());
    }

    const VisitReader& reader() const { return *reader_; }
    Store& store() { return *store_; }
    // Folds days that ended and forgets those that are too old. Runs by itself every hour, if it
    // may.
    Status tend();

  private:
    Traffic(Options options, const Clock& clock, Random& random)
        : options_(std::move(options)), clock_(clock), rate_(options_.per_minute, random) {}
    std::optional<Taken> judge(const Incoming& incoming, const std::string& site);

    Options options_;
    const Clock& clock_;
    LockedMemory memory_;
    std::unique_ptr<Columns> columns_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Reports> reports_;
    std::unique_ptr<VisitReader> reader_;
    RateLimit rate_;
    Loads loads_;
    Live live_;
    std::int64_t folded_ =
        0;  // the last day that was, of an engine that cannot say; of the tending thread

    std::mutex ending_mutex_;
    std::condition_variable wake_;
    bool ending_ = false;
    std::thread tending_;
};

}  // namespace avow::traffic
