// SPDX-License-Identifier: Apache-2.0
#include "traffic/traffic.hh"

#include <algorithm>
#include <chrono>

#include "base/log.hh"
#include "base/text.hh"
#include "traffic/duckdb.hh"
#include "traffic/place.hh"
#include "traffic/spooled.hh"

namespace avow::traffic {
namespace {

constexpr auto kTendEvery = std::chrono::hours(1);

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

// "www.Example.com:8443" is example.com.
std::string bare_name(std::string_view text) {
    auto name = lower(trimmed(text));
    if (const auto colon = name.rfind(':'); colon != std::string::npos && !name.ends_with(']')) {
        name.resize(colon);
    }
    return name.starts_with("www.") ? name.substr(4) : name;
}

}  // namespace

Result<std::vector<Site>> parse_sites(std::string_view text) {
    std::vector<Site> sites;
    for (const auto part : split(text, ',')) {
        if (trimmed(part).empty()) continue;
        const auto names = split(part, '=');
        Site site{bare_name(names[0]), {}};
        if (site.name.empty() || site.name.find_first_of(" /?#") != std::string::npos) {
            return Error(Code::invalid,
                         "a site is named by its host, as example.com or example.com=OTHER-NAME");
        }
        for (std::size_t i = 1; i < names.size(); ++i) site.aliases.push_back(bare_name(names[i]));
        sites.push_back(std::move(site));
    }
    return sites;
}

Result<std::unique_ptr<Traffic>> Traffic::create(Options options, const Clock& clock,
                                                 Random& random) {
    std::unique_ptr<Traffic> traffic(new Traffic(std::move(options), clock, random));
    const auto& made = traffic->options_;
    std::error_code error;
    std::filesystem::create_directories(made.folder, error);
    if (error) {
        return Error(Code::internal,
                     "cannot make the folder " + made.folder.string() + ": " + error.message());
    }
    if (made.clickhouse) {
        TRY(traffic->columns_, open_clickhouse(made.folder / "spool", *made.clickhouse, random));
    } else {
        TRY(auto duckdb, open_duckdb(made.folder / "traffic.db", {made.memory_mb, 2}));
        TRY(traffic->columns_,
            open_spooled(std::move(duckdb),
                         {made.folder / "waiting", made.spool_bytes, made.tends_itself}, random));
    }
    TRY(traffic->store_, Store::create(*traffic->columns_));
    TRY(traffic->reader_, VisitReader::create(made.countries, random));
    traffic->reports_ = std::make_unique<Reports>(*traffic->store_);
    traffic->folded_ = clock.now().ms / kDayMs - 2;
    if (!made.tends_itself) return traffic;
    traffic->tending_ = std::thread([self = traffic.get()] {
        std::unique_lock lock(self->ending_mutex_);
        while (!self->ending_) {
            lock.unlock();
            if (auto tended = self->tend(); !tended) {
                log::error("traffic_not_tended", {{"cause", tended.error().cause().value}});
            }
            lock.lock();
            self->wake_.wait_for(lock, kTendEvery, [self] { return self->ending_; });
        }
    });
    return traffic;
}

Traffic::~Traffic() {
    {
        const std::lock_guard lock(ending_mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    if (tending_.joinable()) tending_.join();
}

std::optional<std::string> Traffic::find_site(std::string_view name) const {
    const auto bare = bare_name(name);
    for (const auto& site : options_.sites) {
        if (site.name == bare ||
            std::find(site.aliases.begin(), site.aliases.end(), bare) != site.aliases.end()) {
            return site.name;
        }
    }
    return std::nullopt;
}

std::optional<Taken> Traffic::judge(const Incoming& incoming, const std::string& site) {
    if (site.empty()) return Taken::unknown_site;
    if (incoming.opts_out && options_.signals == Signals::do_not_count) return Taken::opted_out;
    const auto& event = incoming.event;
    if (event.name == "engagement" && !loads_.is_new(event.load, event.sequence, clock_.now())) {
        return Taken::nothing_new;
    }
    return std::nullopt;
}

Result<std::vector<Taken>> Traffic::take(std::vector<Incoming> events) {
    std::vector<Taken> taken;
    std::vector<Sighting> sightings;
    const auto now = clock_.now();
    for (auto& incoming : events) {
        auto& event = incoming.event;
        std::string named = event.site;
        if (named.empty()) {
            if (const auto url = parse_url(event.url)) named = url->host;
        }
        const auto site = find_site(named).value_or("");
        if (const auto no = judge(incoming, site)) {
            taken.push_back(*no);
            continue;
        }
        if (incoming.opts_out) event.telling.reset();
        auto sighting =
            reader_->sighting(event, *incoming.client, site, now, options_.kept_parameters);
        taken.push_back(sighting ? Taken::kept : Taken::nothing_new);
        if (!sighting) continue;
        sighting->origin = incoming.origin;
        sightings.push_back(std::move(*sighting));
    }
    if (sightings.empty()) return taken;
    if (auto kept = store_->append(sightings); !kept) {
        // The sender is told so, and may send again.
        for (const auto& incoming : events)
            loads_.undo(incoming.event.load, incoming.event.sequence);
        return kept.error();
    }
    live_.note(sightings, now);
    return taken;
}

Result<Report> Traffic::answer(const Question& question) const {
    if (question.report == "live") return live_.read(question.site, question.k, clock_.now());
    return reports_->answer(question);
}

Status Traffic::tend() {
    const auto today = clock_.now().ms / kDayMs;
    TRY(const auto unfolded, columns_->unfolded_before(today));
    if (unfolded) {
        for (const auto day : *unfolded) TRY_OK(store_->fold(day));
    } else {
        for (; folded_ < today - 1; ++folded_) TRY_OK(store_->fold(folded_ + 1));
    }
    return store_->forget_before(today - options_.keep_days);
}

}  // namespace avow::traffic
