// SPDX-License-Identifier: Apache-2.0
// Access logs into the traffic store. Each chunk's sightings and how far it reached are one commit:
// whatever ends an import, the next one goes on after the last line that was kept, and reading the
// same log twice, grown or compressed meanwhile, adds only what is new. Successful page requests
// count; files that pages load, redirects and errors are passed over.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "traffic/logs/line.hh"
#include "traffic/traffic.hh"

namespace avow::traffic {

struct ImportOptions {
    std::string site;                 // empty: the log's hosts say it, else our own site
    std::optional<LogFormat> format;  // nothing: guessed
};

struct Reject {
    std::uint64_t line;
    std::string reason;
};
inline constexpr std::size_t kRejectsShown = 20;  // LIMIT: of one file, by line; all are counted

struct Imported {
    std::string format;
    std::uint64_t lines = 0;   // read now
    std::uint64_t before = 0;  // read by earlier imports
    std::uint64_t kept = 0;
    std::uint64_t skipped = 0;  // no page views
    std::uint64_t rejected = 0;
    std::vector<Reject> rejects;  // the first of them
};

// `on_progress` gets the share of the file, from 0 to 1, after each commit.
Result<Imported> import_log(Traffic& traffic, const std::filesystem::path& path,
                            const ImportOptions& options,
                            const std::function<void(double, const Imported&)>& on_progress);

}  // namespace avow::traffic
