// SPDX-License-Identifier: Apache-2.0
#include "app/drp_check/report.hh"

#include <algorithm>
#include <cstdio>

#include <boost/json.hpp>

#include "base/text.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;
constexpr std::size_t kShownMax = 300;  // LIMIT: bytes of an answer

// What a terminal may be given of somebody else's server.
std::string shown(std::string_view body) {
    std::string text(body.substr(0, kShownMax));
    std::replace_if(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, ' ');
    return text;
}

}  // namespace

void Report::add(std::string name, Level level, std::string expected,
                 std::vector<std::string> faults, const HttpsAnswer& answer) {
    checks_.push_back({std::move(name), level, std::move(expected), std::move(faults),
                       answer.status, shown(answer.body)});
}

bool Report::is_green(bool strict) const {
    return std::all_of(checks_.begin(), checks_.end(), [&](const Check& one) {
        return one.green() || (one.level == Level::should && !strict);
    });
}

void Report::print(Output output, bool strict) const {
    const auto greens = static_cast<std::size_t>(
        std::count_if(checks_.begin(), checks_.end(), [](const auto& one) { return one.green(); }));
    if (output == Output::json) {
        bj::array items;
        for (const auto& one : checks_) {
            bj::object item{{"check", one.name},
                            {"ok", one.green()},
                            {"level", one.level == Level::must ? "must" : "should"},
                            {"expected", one.expected},
                            {"faults", bj::array(one.faults.begin(), one.faults.end())},
                            {"status", one.status}};
            if (!one.green()) item["body"] = one.body;
            items.push_back(std::move(item));
        }
        std::puts(bj::serialize(bj::object{{"ok", is_green(strict)},
                                           {"green", greens},
                                           {"red", checks_.size() - greens},
                                           {"checks", std::move(items)}})
                      .c_str());
        return;
    }
    for (const auto& one : checks_) {
        if (one.green()) {
            std::printf("green  %s\n", one.name.c_str());
            continue;
        }
        std::printf("red    %s%s: expected %s; it %s\n", one.name.c_str(),
                    one.level == Level::should ? " (advice)" : "", one.expected.c_str(),
                    join(one.faults, ", ").c_str());
        if (!one.body.empty()) std::printf("       %u %s\n", one.status, one.body.c_str());
    }
    std::printf("%zu green, %zu red\n", greens, checks_.size() - greens);
}

}  // namespace avow::app
