// SPDX-License-Identifier: Apache-2.0
// `avow traffic import`: by the running server, which holds the store, or here when none runs.
#include <cstdio>

#include <boost/json.hpp>
#include <unistd.h>

#include "api/reading.hh"
#include "app/admin.hh"
#include "app/commands.hh"
#include "base/json.hh"
#include "base/process.hh"
#include "traffic/logs/import.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

bj::object imported_json(const std::string& file, const traffic::Imported& told) {
    bj::array rejects;
    for (const auto& reject : told.rejects) {
        rejects.push_back({{"line", reject.line}, {"reason", reject.reason}});
    }
    return {{"file", file},
            {"format", told.format},
            {"lines", told.lines},
            {"before", told.before},
            {"kept", told.kept},
            {"skipped", told.skipped},
            {"rejected", told.rejected},
            {"rejects", std::move(rejects)}};
}

void show_progress(const std::string& file, double share, const traffic::Imported& told) {
    if (isatty(STDERR_FILENO) == 0) return;
    constexpr int kWidth = 30;
    const auto full = static_cast<std::size_t>(share * kWidth);
    std::fprintf(stderr, "\r%s [%s%s] %3.0f %%, %llu views", file.c_str(),
                 std::string(full, '#').c_str(), std::string(kWidth - full, '.').c_str(),
                 share * 100, static_cast<unsigned long long>(told.kept));
    if (share >= 1) std::fputc('\n', stderr);
    std::fflush(stderr);
}

Result<traffic::ImportOptions> options_of(const std::string& site, const std::string& format) {
    traffic::ImportOptions options;
    options.site = site;
    if (format.empty()) return options;
    options.format = traffic::log_format_from(format);
    if (options.format) return options;
    return Error(Code::invalid,
                 "the format must be common, combined, vhost, caddy, cloudfront or w3c");
}

void tell(const bj::value& told) {
    const auto number = [&](const char* name) { return bj::serialize(told.at(name)); };
    std::printf("%s: %s views of %s lines (%s), %s passed over, %s rejected\n",
                std::string(told.at("file").as_string()).c_str(), number("kept").c_str(),
                number("lines").c_str(), std::string(told.at("format").as_string()).c_str(),
                number("skipped").c_str(), number("rejected").c_str());
    for (const auto& reject : told.at("rejects").as_array()) {
        std::printf("  line %s: %s\n", bj::serialize(reject.at("line")).c_str(),
                    std::string(reject.at("reason").as_string()).c_str());
    }
}

Result<std::string> import_here(const std::filesystem::path& data, const std::string& file,
                                const traffic::ImportOptions& options) {
    keep_freed_memory(256u << 20);
    TRY(const auto configuration, read_configuration(data, {}));
    TRY(const auto house, House::create(configuration, Opening::must_exist));
    TRY_OK(house->open_traffic(configuration));
    TRY(const auto told, traffic::import_log(*house->traffic, file, options,
                                             [&](double share, const traffic::Imported& so_far) {
                                                 show_progress(file, share, so_far);
                                             }));
    return bj::serialize(imported_json(file, told));
}

}  // namespace

Result<std::string> import_for_admin(House& house, const http::Request& request) {
    TRY(const auto body, api::read_body(request));
    api::Wrongs wrongs;
    api::ObjectReader reader(body, "", wrongs);
    const auto file = reader.text("file", api::Need::required).value_or("");
    const auto site = reader.text("site", api::Need::optional).value_or("");
    const auto format = reader.text("format", api::Need::optional).value_or("");
    reader.finish();
    TRY_OK(wrongs.result());
    if (house.traffic == nullptr) return Error(Code::unavailable, "traffic is not open here");
    TRY(const auto options, options_of(site, format));
    TRY(const auto told, traffic::import_log(*house.traffic, file, options,
                                             [](double, const traffic::Imported&) {}));
    return bj::serialize(imported_json(file, told));
}

Result<int> import_traffic(const std::filesystem::path& data, const std::vector<std::string>& files,
                           const std::string& site, const std::string& format, Output output) {
    TRY(const auto options, options_of(site, format));
    for (const auto& name : files) {
        const auto file = std::filesystem::absolute(name).string();
        const auto body =
            bj::serialize(bj::object{{"file", file}, {"site", site}, {"format", format}});
        auto told = ask_running(data, http::Method::post, "/traffic/import", body);
        if (!told) told = import_here(data, file, options);
        TRY(const auto text, std::move(*told));
        if (output == Output::json) {
            std::puts(text.c_str());
        } else {
            TRY(const auto parsed, json::parse(text));
            tell(parsed);
        }
    }
    return kDone;
}

}  // namespace avow::app
