// SPDX-License-Identifier: Apache-2.0
// Results of a survey with many answers (default: 100,000), each sealed under a key of its own: the
// first after a start, which opens all of them, and those after it, with an answer taken back in
// between. Beside them the same figures by SQL over a table in clear, which keeps none of our
// promises.
// usage: surveys [ANSWERS]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <boost/json.hpp>
#include <sqlite3.h>
#include <unistd.h>

#include "app/house.hh"

namespace avow {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

constexpr int kWriters = 64;
constexpr int kRounds = 30;

const char* const kText = "We learn from surveys.\n";
const char* const kPromises = R"(schema = 1
[policy]
title = "P"
organization = "O"
contact = "a@b.example"
version = "1"
effective = 2026-01-01
language = "en"
[purposes.insight]
label = "Insight"
basis = "legitimate-interest"
[fields.answers]
label = "Answers"
category = "survey"
[channels.survey]
label = "S"
fields = ["answers"]
purposes = ["insight"]
retain = "1 year"
[[promises]]
says = "We learn from surveys."
kept_by = "use.stated-purpose"
)";
const char* const kAsks = R"({"elements": [
  {"type": "rating", "name": "nps", "rateMin": 0, "rateMax": 10},
  {"type": "rating", "name": "csat", "rateMin": 1, "rateMax": 5},
  {"type": "radiogroup", "name": "plan", "choices": ["free", "team", "firm"]},
  {"type": "checkbox", "name": "used", "choices": ["web", "mail", "phone", "shop"]},
  {"type": "comment", "name": "why"}]})";

template <typename T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().describe().c_str());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double ms_of(const std::function<void()>& work) {
    const auto began = Steady::now();
    work();
    return std::chrono::duration<double, std::milli>(Steady::now() - began).count();
}

std::unique_ptr<app::House> open(const fs::path& folder) {
    app::Configuration configuration;
    configuration.data = folder;
    return must(app::House::create(configuration, app::Opening::create_if_absent));
}

std::string answers_of(int i) {
    static constexpr const char* kPlans[] = {"free", "team", "firm"};
    return R"({"nps": )" + std::to_string(i * 7 % 11) + R"(, "csat": )" +
           std::to_string(1 + i % 5) + R"(, "plan": ")" + kPlans[i % 3] + R"(", "used": ["web")" +
           (i % 2 == 0 ? R"(, "mail")" : "") + R"(], "why": "because of )" + std::to_string(i) +
           "\"}";
}

std::vector<std::string> fill(app::House& house, const SurveyId& survey, int count) {
    std::vector<std::string> codes(static_cast<std::size_t>(count));
    std::atomic<int> next{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kWriters; ++t) {
        threads.emplace_back([&] {
            for (int i = next++; i < count; i = next++) {
                services::SurveyReply reply{1,  "1",  Personal<std::string>(answers_of(i)),
                                            {}, "en", "ticket-of-answer-" + std::to_string(i)};
                codes[static_cast<std::size_t>(i)] =
                    must(house.surveys->answer_as_visitor(survey, std::move(reply))).code;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    return codes;
}

std::vector<double> by_sql(int count) {
    sqlite3* database = nullptr;
    sqlite3_open(":memory:", &database);
    const auto run = [&](const std::string& text) {
        if (sqlite3_exec(database, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            std::exit(1);
    };
    run("create table answers (nps integer, csat integer, plan text, web integer, mail integer); "
        "begin");
    for (int i = 0; i < count; ++i) {
        run("insert into answers values (" + std::to_string(i * 7 % 11) + "," +
            std::to_string(1 + i % 5) + ",'p" + std::to_string(i % 3) + "',1," +
            std::to_string(i % 2) + ")");
    }
    run("commit");
    std::vector<double> took;
    for (int i = 0; i < kRounds; ++i) {
        took.push_back(ms_of([&] {
            for (const auto* column : {"nps", "csat", "plan", "web", "mail"}) {
                run("select " + std::string(column) + ", count(*) from answers group by 1");
            }
            run("select plan, nps, count(*) from answers group by 1, 2");
        }));
    }
    sqlite3_close(database);
    return took;
}

void tell(const char* what, std::vector<double> took) {
    std::sort(took.begin(), took.end());
    std::printf("%s: %.0f ms in the middle, %.0f ms at most\n", what, took[took.size() / 2],
                took.back());
}

void run(int count) {
    const auto folder = fs::temp_directory_path() / ("avow-surveys-" + std::to_string(getpid()));
    const gate::Actor researcher{gate::Actor::Kind::system, "bench", "researcher", false, false};
    auto house = open(folder);
    must(house->policies->publish({{"privacy.md", kText}, {"promises.toml", kPromises}}));
    const auto made = must(house->surveys->make(
        {"S", services::SurveyMode::pseudonymous, {"insight"}, boost::json::parse(kAsks)}, "b"));
    must(house->surveys->change_state(made.id, services::SurveyState::open));
    std::vector<std::string> codes;
    const auto filled = ms_of([&] { codes = fill(*house, made.id, count); });
    std::printf("%d answers taken: %.0f a second\n", count, count / (filled / 1000));
    house.reset();
    house = open(folder);
    const services::ResultsQuestion question{made.id, "insight", {}, {}, {}, "plan", "nps"};
    std::size_t counted = 0;
    const auto results = [&] {
        counted = must(house->surveys->results(question, researcher)).answers;
    };
    std::printf("results, the first after a start: %.0f ms, of %zu answers\n", ms_of(results),
                counted);
    std::vector<double> took;
    for (std::size_t i = 0; i < kRounds; ++i) {
        must(house->surveys->withdraw_by_code(codes[i]));
        took.push_back(ms_of(results));
        if (counted != static_cast<std::size_t>(count) - i - 1) std::exit(1);
    }
    tell("results, each after one was taken back", std::move(took));
    tell("the same by SQL over a table in clear", by_sql(count));
    house.reset();
    fs::remove_all(folder);
}

}  // namespace
}  // namespace avow

int main(int argc, char** argv) {
    avow::run(argc > 1 ? std::atoi(argv[1]) : 100'000);
    return 0;
}
