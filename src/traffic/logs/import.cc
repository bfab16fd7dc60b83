// SPDX-License-Identifier: Apache-2.0
#include "traffic/logs/import.hh"

#include <algorithm>
#include <deque>
#include <future>
#include <memory>
#include <unordered_map>

#include "base/bytes.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "traffic/logs/places.hh"
#include "traffic/logs/stream.hh"
#include "traffic/place.hh"
#include "traffic/siphash.hh"

namespace avow::traffic {
namespace {

constexpr std::size_t kChunk = 8 << 20;

struct Part {
    std::vector<Sighting> sightings;
    std::uint64_t bytes = 0, lines = 0, skipped = 0, rejected = 0;
    std::vector<Reject> rejects;  // by line within the part
};

bool is_file_of_a_page(std::string_view target) {
    constexpr std::string_view kEndings[] = {".css",  ".js",   ".mjs",  ".map",        ".png",
                                             ".jpg",  ".jpeg", ".gif",  ".svg",        ".webp",
                                             ".avif", ".ico",  ".woff", ".woff2",      ".ttf",
                                             ".json", ".xml",  ".txt",  ".webmanifest"};
    const auto path = target.substr(0, target.find('?'));
    return std::any_of(std::begin(kEndings), std::end(kEndings),
                       [&](std::string_view ending) { return path.ends_with(ending); });
}

bool is_view(const LogLine& line) {
    const bool good = (line.status >= 200 && line.status < 300) || line.status == 304;
    return line.method == "GET" && good && !is_file_of_a_page(line.target);
}

class Worker {
  public:
    Worker(const Traffic& traffic, const ImportOptions& options, LogReader reader)
        : traffic_(traffic),
          options_(options),
          reader_(std::move(reader)),
          places_(traffic.options().kept_parameters) {}

    // Every chunk's fields are those of the log's head, until it names others.
    Part read(std::string chunk, LogReader reader) {
        reader_ = std::move(reader);
        Part part;
        part.bytes = chunk.size();
        std::string_view rest = chunk;
        while (!rest.empty()) {
            const auto end = rest.find('\n');
            ++part.lines;
            take(rest.substr(0, end), part);
            rest.remove_prefix(end + 1);
        }
        wipe(chunk.data(), chunk.size());
        return part;
    }

  private:
    void reject(Part& part, std::string reason) {
        ++part.rejected;
        if (part.rejects.size() < kRejectsShown) {
            part.rejects.push_back({part.lines, std::move(reason)});
        }
    }

    void take(std::string_view text, Part& part) {
        auto line = reader_.read(text);
        if (!line) return reject(part, line.error().words().value);
        if (!*line || !is_view(**line)) {
            ++part.skipped;
            return;
        }
        auto& read = **line;
        const auto* site = site_of(!options_.site.empty() ? std::string_view(options_.site)
                                   : read.host.empty()    ? std::string_view(traffic_.own_site())
                                                          : read.host);
        if (site == nullptr) {
            read.wipe();
            return reject(part, "it names a site that is none of ours");
        }
        const auto client =
            traffic_.client(Fleeting::over(read.address), Fleeting::over(read.agent), {});
        Sighting sighting;
        const bool placed = places_.fill(sighting, *site, read.target, read.referrer);
        sighting.hour = hour_of(read.at);
        read.wipe();
        if (!placed) return reject(part, "its target is no address of a page");
        sighting.site = *site;
        sighting.browser = client.browser;
        sighting.system = client.system;
        sighting.country = client.country;
        sighting.device = client.device;
        sighting.bot = client.bot;
        sighting.origin = Origin::log;
        part.sightings.push_back(std::move(sighting));
    }

    // Hosts of a log are few: null for one that is none of our sites.
    const std::string* site_of(std::string_view named) {
        const auto hash = std::hash<std::string_view>()(named);
        auto found = sites_.find(hash);
        if (found == sites_.end() || found->second.first != named) {
            if (sites_.size() >= kHostsMax) sites_.clear();
            found = sites_
                        .insert_or_assign(hash,
                                          std::pair(std::string(named), traffic_.find_site(named)))
                        .first;
        }
        return found->second.second ? &*found->second.second : nullptr;
    }

    static constexpr std::size_t kHostsMax = 10'000;  // LIMIT: remembered
    const Traffic& traffic_;
    const ImportOptions& options_;
    LogReader reader_;
    Places places_;
    std::unordered_map<std::size_t, std::pair<std::string, std::optional<std::string>>> sites_;
};

// The log by the first view in it, without who came: the same for a log that grew, was rotated or
// compressed. Not keyed: there is nobody in it to guess.
std::string name_of_log(std::string_view chunk, LogReader reader, const ImportOptions& options) {
    while (!chunk.empty()) {
        const auto end = chunk.find('\n');
        const auto line = reader.read(chunk.substr(0, end));
        if (line && *line) {
            const auto& read = **line;
            const auto text = std::to_string(read.at.ms) + " " + masked(read.target) + " " +
                              std::to_string(read.status) + " " + std::to_string(read.bytes) + " " +
                              std::string(read.host) + " " + options.site;
            return "log-" + std::to_string(siphash({}, text));
        }
        chunk.remove_prefix(end == std::string_view::npos ? chunk.size() : end + 1);
    }
    return {};
}

class Import {
  public:
    Import(Traffic& traffic, const ImportOptions& options, LogStream& stream)
        : traffic_(traffic), options_(options), stream_(stream) {}

    Result<Imported> run(const std::function<void(double, const Imported&)>& on_progress) {
        TRY(auto chunk, stream_.next(kChunk));
        if (chunk.empty()) return told_;
        TRY(auto reader, reader_of(chunk));
        at_.file = name_of_log(chunk, reader, options_);
        if (at_.file.empty()) return Error(Code::invalid, "the log holds no line that can be read");
        TRY(const auto before, traffic_.store().find_import(at_.file));
        if (before) at_ = *before;
        told_.before = at_.lines;
        auto known = at_.bytes;
        const auto together = cores();
        while (!chunk.empty() || !waiting_.empty()) {
            const auto passed = std::min<std::uint64_t>(known, chunk.size());
            known -= passed;
            chunk.erase(0, passed);
            // Lines of #Fields stand at the head: every worker starts with them read.
            if (!chunk.empty()) {
                auto& worker = free_worker(reader);
                waiting_.push_back(
                    {&worker, std::async(std::launch::async,
                                         [&worker, reader, text = std::move(chunk)]() mutable {
                                             return worker.read(std::move(text), reader);
                                         })});
            }
            TRY(chunk, stream_.next(kChunk));
            const bool full = waiting_.size() >= together || chunk.empty();
            if (full && !waiting_.empty()) {
                TRY_OK(commit());
                on_progress(stream_.progress(), told_);
            }
        }
        return told_;
    }

  private:
    Result<LogReader> reader_of(const std::string& chunk) {
        const auto format = options_.format ? options_.format : guess_format(chunk);
        if (!format) {
            return Error(Code::invalid,
                         "the log's format is not known: name it with --format (common, combined, "
                         "vhost, caddy, cloudfront, w3c)");
        }
        told_.format = name_of(*format);
        LogReader reader(*format);
        std::string_view rest = chunk;
        while (rest.starts_with('#')) {
            const auto end = rest.find('\n');
            if (const auto read = reader.read(rest.substr(0, end)); !read) return read.error();
            rest.remove_prefix(end + 1);
        }
        return reader;
    }

    // What it learned of earlier chunks it knows of the next.
    Worker& free_worker(const LogReader& reader) {
        if (free_.empty()) {
            return *workers_.emplace_back(std::make_unique<Worker>(traffic_, options_, reader));
        }
        auto* worker = free_.back();
        free_.pop_back();
        return *worker;
    }

    Status commit() {
        auto part = waiting_.front().part.get();
        free_.push_back(waiting_.front().worker);
        waiting_.pop_front();
        for (auto& reject : part.rejects) {
            if (told_.rejects.size() >= kRejectsShown) break;
            told_.rejects.push_back({at_.lines + reject.line, std::move(reject.reason)});
        }
        at_.bytes += part.bytes;
        at_.lines += part.lines;
        at_.rejected += part.rejected;
        TRY_OK(traffic_.take_log(part.sightings, at_));
        told_.lines += part.lines;
        told_.kept += part.sightings.size();
        told_.skipped += part.skipped;
        told_.rejected += part.rejected;
        return {};
    }

    Traffic& traffic_;
    const ImportOptions& options_;
    LogStream& stream_;
    ImportRow at_;
    Imported told_;
    struct Waiting {
        Worker* worker;
        std::future<Part> part;
    };
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<Worker*> free_;
    std::deque<Waiting> waiting_;  // ends before its workers do
};

}  // namespace

Result<Imported> import_log(Traffic& traffic, const std::filesystem::path& path,
                            const ImportOptions& options,
                            const std::function<void(double, const Imported&)>& on_progress) {
    TRY(const auto stream, LogStream::create(path));
    return Import(traffic, options, *stream).run(on_progress);
}

}  // namespace avow::traffic
