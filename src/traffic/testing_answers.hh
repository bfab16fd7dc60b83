// SPDX-License-Identifier: Apache-2.0
// Days of made-up traffic, and every answer about it as text: equal on every engine. Test code
// only.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "traffic/reports.hh"

namespace avow::traffic::testing {

inline std::vector<Sighting> some_days(unsigned seed, std::int64_t first) {
    std::mt19937 dice(seed);
    const auto one_of = [&](std::vector<std::string> words) {
        return words[dice() % words.size()];
    };
    std::vector<Sighting> sightings;
    for (int i = 0; i < 4000; ++i) {
        Sighting sighting;
        sighting.site = "example.com";
        sighting.page = "/" + std::to_string(std::min(dice() % 40, dice() % 40));
        sighting.hour = first * 24 + static_cast<std::int64_t>(dice() % (12 * 24));
        sighting.browser = one_of({"Firefox", "Chrome", "Safari", "a\tb\\c'\n"});
        sighting.system = one_of({"Linux", "Windows"});
        sighting.source = one_of({"", "", "Google", "blog.example"});
        sighting.campaign = one_of({"", "spring\tmail\tone"});
        sighting.country = Country::of(one_of({"DE", "FR", "IS", ""}));
        sighting.device = static_cast<Device>(dice() % kDevices);
        sighting.channel = static_cast<Channel>(dice() % kChannels);
        sighting.origin = static_cast<Origin>(dice() % kOrigins);
        sighting.bot = dice() % 11 == 0;
        if (dice() % 3 != 0) sighting.from = "/" + std::to_string(dice() % 40);
        if (dice() % 4 != 0) {
            sighting.telling = Telling{};
            sighting.telling->today = dice() % 2 == 0;
            sighting.telling->week = sighting.telling->today && dice() % 2 == 0;
            sighting.telling->month = sighting.telling->week && dice() % 2 == 0;
            sighting.telling->depth = static_cast<std::uint8_t>(dice() % 10 + 1);
        }
        if (dice() % 5 == 0) {
            sighting.kind = static_cast<Kind>(dice() % 3 + 1);
            sighting.name = one_of({"signup", "download", "https://elsewhere.example/"});
            sighting.properties = {one_of({"plan=free", "plan=paid"})};
        } else if (dice() % 5 == 0) {
            sighting.engaged = Engaged{std::nullopt, bucket_of(dice() % 100'000)};
        }
        sightings.push_back(std::move(sighting));
    }
    return sightings;
}

inline std::string text_of(const Values& values) {
    std::string text;
    for (const auto& value : values) {
        std::visit(
            [&](const auto& one) {
                using One = std::decay_t<decltype(one)>;
                if constexpr (std::is_same_v<One, std::string>) {
                    text += one;
                } else if constexpr (!std::is_same_v<One, std::monostate>) {
                    text += std::to_string(one);
                }
            },
            value);
        text += '|';
    }
    return text + '\n';
}
inline std::string text_of(const Report& report) {
    std::string text = report.suppressed ? "suppressed\n" : "";
    for (const auto& row : report.rows) text += text_of(row);
    if (report.other) text += text_of(*report.other);
    for (const auto* totals : {&report.totals, &report.before}) {
        for (const auto& [name, value] : *totals) text += name + " " + text_of({value});
    }
    for (const auto& one : report.uncertainty) text += one + '\n';
    return text;
}

inline void fill(Store& store, std::int64_t first) {
    const auto sightings = some_days(7, first);
    for (std::size_t at = 0; at < sightings.size(); at += 500) {
        ASSERT_THAT(store.append(std::span(sightings).subspan(at, 500)), avow::testing::IsOk());
    }
}

// By question; an error by its code.
inline std::map<std::string, std::string> every_answer(Store& store, std::int64_t first) {
    const std::vector<std::vector<Filter>> filters{
        {},
        {{Dimension::page, "/3"}},
        {{Dimension::country, "DE"}},
        {{Dimension::browser, "a\tb\\c'\n"}},
        {{Dimension::event, "signup"}},
        {{Dimension::page, "/nowhere"}},
        {{Dimension::source, "(none)"}, {Dimension::device, "mobile"}}};
    std::map<std::string, std::string> answers;
    for (const auto name : report_names()) {
        for (const auto& with : filters) {
            for (const bool backward : {false, true}) {
                if (backward && name != "paths") continue;
                Question question;
                question.report = name;
                question.site = "example.com";
                question.from = first;
                question.to = first + 11;
                question.filters = with;
                question.compare = true;
                question.backward = backward;
                question.limit = 15;
                if (name == "paths") question.page = "/3";
                auto key = std::string(name) + (backward ? " backward" : "");
                for (const auto& filter : with) key += " " + filter.value;
                const auto answer = Reports(store).answer(question);
                answers[key] =
                    answer ? text_of(*answer) : std::string(name_of(answer.error().code()));
            }
        }
    }
    return answers;
}

}  // namespace avow::traffic::testing
