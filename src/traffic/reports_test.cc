// SPDX-License-Identifier: Apache-2.0
// Reports against a brute-force reading of the raw input: people who walk through a site, each with
// the cookie that our script would give them, and a list of who truly came when.
#include "traffic/reports.hh"

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "traffic/periods.hh"
#include "traffic/testing.hh"

namespace avow::traffic {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

constexpr std::int64_t kFirst = 20'454;  // 2026-01-01

struct Seen {
    int person;
    Sighting sighting;
};

class ReportsTest : public testing::EngineTest {
  protected:
    void SetUp() override {
        testing::EngineTest::SetUp();
        if (!IsSkipped()) open();
    }
    void open() {
        store_.reset();
        columns_.reset();
        place_ = std::make_unique<testing::Place>(GetParam());
        auto columns = place_->open();
        ASSERT_THAT(columns, IsOk());
        columns_ = std::move(*columns);
        auto store = Store::create(*columns_);
        ASSERT_THAT(store, IsOk());
        store_ = std::move(*store);
    }

    // Several weeks of random traffic.
    void walk(unsigned seed, int people, int days) {
        std::mt19937 dice(seed);
        const std::vector<std::string> pages{"/", "/a", "/b", "/c", "/rare"};
        const std::vector<std::string> browsers{"Firefox", "Chrome", "Safari", "Lynx"};
        const std::vector<std::string> sources{"", "Google", "blog.example"};
        for (int person = 0; person < people; ++person) {
            Sighting who;
            who.site = "example.com";
            who.browser = browsers[dice() % (person < 3 ? 4 : 3)];
            who.country = Country::of(person % 11 == 0 ? "IS" : person % 3 == 0 ? "FR" : "DE");
            who.device = person % 2 == 0 ? Device::mobile : Device::desktop;
            const bool tells = person % 10 != 0;
            const bool bot = person % 23 == 22;
            std::optional<std::string> cookie;
            std::int64_t last = -100;
            for (std::int64_t day = kFirst; day < kFirst + days; ++day) {
                if (dice() % 4 != 0) continue;
                if (day - last > kCookieDays) cookie.reset();
                std::optional<std::string> from;
                auto sighting = who;
                sighting.bot = bot;
                sighting.source = sources[dice() % sources.size()];
                for (auto views = dice() % 4 + 1; views > 0; --views) {
                    sighting.hour = day * 24 + static_cast<std::int64_t>(dice() % 24);
                    sighting.page = pages[std::min<std::size_t>(dice() % 5, dice() % 5)];
                    sighting.from = from;
                    sighting.telling.reset();
                    if (tells) {
                        const auto step = turn_page(cookie, day);
                        cookie = step.cookie;
                        sighting.telling = step.telling;
                    }
                    seen_.push_back({person, sighting});
                    from = sighting.page;
                    sighting.source.clear();
                }
                last = day;
            }
        }
        std::vector<Sighting> sightings;
        for (const auto& one : seen_) sightings.push_back(one.sighting);
        std::shuffle(sightings.begin(), sightings.end(), dice);
        for (std::size_t i = 0; i < sightings.size(); i += 1000) {
            const auto size = std::min<std::size_t>(1000, sightings.size() - i);
            ASSERT_THAT(store_->append(std::span(sightings).subspan(i, size)), IsOk());
        }
    }

    Question ask(std::string report, std::int64_t from = kFirst, std::int64_t to = kFirst + 30) {
        Question question;
        question.report = std::move(report);
        question.site = "example.com";
        question.from = from;
        question.to = to;
        return question;
    }
    Report answer(const Question& question) {
        auto report = Reports(*store_).answer(question);
        EXPECT_THAT(report, IsOk());
        return report.value_or(Report());
    }
    template <typename Fits>
    std::vector<const Seen*> people_views(const Question& question, Fits fits) const {
        std::vector<const Seen*> found;
        for (const auto& one : seen_) {
            const auto day = one.sighting.hour / 24;
            if (one.sighting.bot || day < question.from || day > question.to) continue;
            if (fits(one.sighting)) found.push_back(&one);
        }
        return found;
    }

    std::unique_ptr<testing::Place> place_;
    std::unique_ptr<Columns> columns_;
    std::unique_ptr<Store> store_;
    std::vector<Seen> seen_;
};

AVOW_ON_ALL_TRAFFIC_ENGINES(ReportsTest);

std::int64_t number(const Value& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    return number == nullptr ? -1 : *number;
}
std::string text(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? "" : *text;
}

std::set<int> people_of(const std::vector<const Seen*>& views) {
    std::set<int> people;
    for (const auto* view : views) {
        if (view->sighting.telling) people.insert(view->person);
    }
    return people;
}

bool inside(const Sighting& s, const Filter& filter) {
    if (filter.dimension == Dimension::country) return s.country.letters() == filter.value;
    if (filter.dimension == Dimension::browser) return s.browser == filter.value;
    if (filter.dimension == Dimension::device) return name_of(s.device) == filter.value;
    return s.page == filter.value;
}
std::string label_of(std::string_view report, const Sighting& s) {
    if (report == "countries") return s.country.letters();
    if (report == "browsers") return s.browser;
    if (report == "devices") return std::string(name_of(s.device));
    if (report == "referrers") return s.source.empty() ? "(none)" : s.source;
    return s.page;
}

TEST_P(ReportsTest, VisitorsOfDaysWeeksAndMonthsAreExact) {
    walk(1, 200, 59);
    const auto all = [](const Sighting&) { return true; };
    for (const auto& [from, to] :
         {std::pair{kFirst + 3, kFirst + 3}, std::pair{kFirst + 4, kFirst + 10},
          std::pair{kFirst, kFirst + 30}, std::pair{kFirst + 31, kFirst + 58}}) {
        const auto question = ask("summary", from, to);
        auto report = answer(question);
        const auto views = people_views(question, all);
        EXPECT_EQ(number(report.totals["views"]), static_cast<std::int64_t>(views.size()));
        EXPECT_EQ(number(report.totals["visitors"]),
                  static_cast<std::int64_t>(people_of(views).size()));
        EXPECT_EQ(number(report.totals["visitors_exact"]), 1);
    }
    auto odd = answer(ask("summary", kFirst + 2, kFirst + 20));
    EXPECT_EQ(number(odd.totals["visitors_exact"]), 0);
    EXPECT_GE(number(odd.totals["visitors"]),
              static_cast<std::int64_t>(
                  people_of(people_views(ask("", kFirst + 2, kFirst + 20), all)).size()));
}

TEST_P(ReportsTest, SinglePageDaysAreExact) {
    walk(2, 150, 31);
    std::map<std::pair<int, std::int64_t>, int> pages;
    for (const auto& one : seen_) {
        if (!one.sighting.bot && one.sighting.telling) {
            ++pages[{one.person, one.sighting.hour / 24}];
        }
    }
    const auto single =
        std::count_if(pages.begin(), pages.end(), [](const auto& day) { return day.second == 1; });
    EXPECT_EQ(number(answer(ask("summary")).totals["single_page_visitor_days"]), single);
}

TEST_P(ReportsTest, TimelinesAddUpToWhatWasSeen) {
    walk(3, 120, 31);
    auto question = ask("timeline");
    for (const auto interval : {Interval::hour, Interval::day, Interval::week, Interval::month}) {
        question.interval = interval;
        std::map<std::string, std::int64_t> wanted;
        for (const auto* view : people_views(question, [](const Sighting&) { return true; })) {
            ++wanted[period_label(period_of(view->sighting.hour, interval), interval)];
        }
        std::int64_t rows = 0;
        for (const auto& row : answer(question).rows) {
            const auto found = wanted.find(text(row[0]));
            EXPECT_EQ(number(row[1]), found == wanted.end() ? 0 : found->second) << text(row[0]);
            rows += number(row[1]);
        }
        EXPECT_EQ(rows, number(answer(ask("summary")).totals["views"]));
    }
}

// Every report and filter that rows allow: shown rows are right to the last view, "other" is what
// remains, and small rows are nowhere.
TEST_P(ReportsTest, EveryRowEqualsBruteForce) {
    walk(4, 250, 31);
    const std::vector<std::string> reports{"pages",    "entries",   "referrers",
                                           "browsers", "countries", "devices"};
    const std::vector<std::vector<Filter>> filters{
        {},
        {{Dimension::country, "DE"}},
        {{Dimension::browser, "Firefox"}},
        {{Dimension::country, "FR"}, {Dimension::device, "mobile"}},
        {{Dimension::page, "/a"}},
        {{Dimension::page, "/nowhere"}}};
    for (const auto& name : reports) {
        const bool entries = name == "entries" || name == "referrers";
        for (const auto& with : filters) {
            auto question = ask(name);
            question.filters = with;
            const auto views = people_views(question, [&](const Sighting& s) {
                const bool fits = std::all_of(with.begin(), with.end(), [&](const Filter& filter) {
                    return inside(s, filter);
                });
                return fits && (!entries || !s.from);
            });
            std::map<std::string, std::int64_t> wanted;
            for (const auto* view : views) ++wanted[label_of(name, view->sighting)];
            const auto report = answer(question);
            if (report.suppressed) continue;
            std::int64_t sum = report.other ? number((*report.other)[1]) : 0;
            for (const auto& row : report.rows) {
                EXPECT_EQ(number(row[1]), wanted[text(row[0])]) << name << " " << text(row[0]);
                EXPECT_GE(number(row[1]), kSmallest);
                sum += number(row[1]);
            }
            EXPECT_EQ(sum, static_cast<std::int64_t>(views.size())) << name;
        }
    }
}

// WALL: whoever subtracts a filtered answer from an unfiltered one finds nobody small.
TEST_P(ReportsTest, DifferencesOfAnswersHideSmallGroups) {
    int compared = 0;
    for (unsigned seed = 10; seed < 13; ++seed) {
        seen_.clear();
        open();
        walk(seed, 40, 31);
        for (const auto* report : {"pages", "countries", "browsers", "devices", "referrers"}) {
            const auto all = answer(ask(report));
            for (const auto& filter :
                 {Filter{Dimension::country, "DE"}, Filter{Dimension::country, "IS"},
                  Filter{Dimension::browser, "Lynx"}, Filter{Dimension::browser, "Chrome"},
                  Filter{Dimension::device, "mobile"}}) {
                auto question = ask(report);
                question.filters = {filter};
                const auto part = answer(question);
                for (const auto& row : part.rows) {
                    const auto same =
                        std::find_if(all.rows.begin(), all.rows.end(),
                                     [&](const Values& other) { return other[0] == row[0]; });
                    if (same == all.rows.end()) continue;
                    // What k is held against, counted from the raw input, of those whom only the
                    // unfiltered row has.
                    const std::string_view name = report;
                    std::int64_t weight = 0;
                    std::int64_t views = 0;
                    for (const auto* view : people_views(question, [&](const Sighting& s) {
                             return !inside(s, filter) && label_of(name, s) == text(row[0]) &&
                                    (name != "referrers" || !s.from);
                         })) {
                        const auto& s = view->sighting;
                        ++views;
                        weight +=
                            name == "pages" ? s.from != s.page : !s.telling || s.telling->today;
                    }
                    EXPECT_TRUE(views == 0 || weight >= kSmallest)
                        << report << " " << text(row[0]) << " without " << filter.value;
                    compared += views > 0;
                }
            }
        }
    }
    EXPECT_GT(compared, 20);
}

// 20 Germans and 2 French read /a, 20 of each /b: /a of the Germans alone would tell of the two.
TEST_P(ReportsTest, ARowWhoseRestIsSmallIsHidden) {
    std::vector<Sighting> sightings;
    const auto read = [&](const char* page, const char* country, int people) {
        for (int i = 0; i < people; ++i) {
            Sighting sighting;
            sighting.site = "example.com";
            sighting.hour = kFirst * 24;
            sighting.page = page;
            sighting.country = Country::of(country);
            sightings.push_back(sighting);
        }
    };
    read("/a", "DE", 20);
    read("/a", "FR", 2);
    read("/b", "DE", 20);
    read("/b", "FR", 20);
    read("/c", "DE", 20);
    ASSERT_THAT(store_->append(sightings), IsOk());
    const auto shows = [&](const Report& report, const char* page) {
        return std::any_of(report.rows.begin(), report.rows.end(),
                           [&](const Values& row) { return text(row[0]) == page; });
    };
    EXPECT_TRUE(shows(answer(ask("pages")), "/a"));
    auto question = ask("pages");
    question.filters = {{Dimension::country, "DE"}};
    const auto germans = answer(question);
    EXPECT_FALSE(germans.suppressed);
    EXPECT_FALSE(shows(germans, "/a"));
    // Alone in "other" it could be read there: another keeps it company.
    EXPECT_TRUE(shows(germans, "/c"));
    ASSERT_TRUE(germans.other);
    EXPECT_EQ(number((*germans.other)[1]), 40);
    // Nor by the other way round: of the readers of /a, the country whose rest is the two.
    question = ask("countries");
    question.filters = {{Dimension::page, "/a"}};
    EXPECT_TRUE(answer(question).rows.empty());
    // And a filter that leaves out fewer than k answers nothing at all.
    read("/d", "IS", 2);
    ASSERT_THAT(store_->append(std::span(sightings).last(2)), IsOk());
    question = ask("summary");
    question.filters = {{Dimension::country, "IS"}};
    EXPECT_TRUE(answer(question).suppressed);
}

TEST_P(ReportsTest, ExitsAndPathsAreExact) {
    walk(5, 300, 31);
    std::map<std::pair<std::string, std::string>, std::int64_t> edges;
    std::map<std::string, std::int64_t> exits;
    for (const auto* view : people_views(ask(""), [](const Sighting&) { return true; })) {
        const auto& s = view->sighting;
        ++edges[{s.from.value_or("(entry)"), s.page}];
        ++exits[s.page];
        if (s.from) --exits[*s.from];
    }
    for (const auto& row : answer(ask("exits")).rows) {
        EXPECT_EQ(number(row[1]), exits[text(row[0])]) << text(row[0]);
    }
    auto question = ask("paths");
    question.page = "/a";
    question.steps = 1;
    const auto forward = answer(question);
    EXPECT_FALSE(forward.rows.empty());
    for (const auto& row : forward.rows) {
        if (text(row[1]) == "(other)") continue;
        EXPECT_EQ(text(row[0]), "/a");
        EXPECT_EQ(number(row[3]), (edges[{"/a", text(row[1])}])) << text(row[1]);
    }
    question.backward = true;
    for (const auto& row : answer(question).rows) {
        if (text(row[0]) == "(other)") continue;
        EXPECT_EQ(number(row[3]), (edges[{text(row[0]), "/a"}])) << text(row[0]);
    }
}

TEST_P(ReportsTest, GoalsAndFunnelsAreExact) {
    walk(11, 300, 31);
    auto question = ask("goals");
    question.goals = {{"read", {Dimension::page, "/a"}}, {"nowhere", {Dimension::page, "/none"}}};
    for (const bool filtered : {false, true}) {
        if (filtered) question.filters = {{Dimension::device, "mobile"}};
        const auto fits = [&](const Sighting& s) {
            return s.page == "/a" && (!filtered || s.device == Device::mobile);
        };
        const auto report = answer(question);
        ASSERT_EQ(report.rows.size(), 2u);
        EXPECT_TRUE(std::holds_alternative<std::monostate>(report.rows[1][1]))
            << "nobody reached it";
        EXPECT_EQ(text(report.rows[0][0]), "read");
        EXPECT_EQ(number(report.rows[0][1]),
                  static_cast<std::int64_t>(people_views(question, fits).size()));
    }

    auto funnel = ask("funnel");
    funnel.funnel = {"/a", "/b", "/none"};
    std::int64_t went = 0;
    for (const auto* view : people_views(funnel, [](const Sighting&) { return true; }))
        went += view->sighting.from == "/a" && view->sighting.page == "/b";
    const auto report = answer(funnel);
    ASSERT_EQ(report.rows.size(), 3u);
    EXPECT_EQ(number(report.rows[0][2]), went);
    EXPECT_EQ(number(report.rows[1][1]),
              static_cast<std::int64_t>(
                  people_views(funnel, [](const Sighting& s) { return s.page == "/b"; }).size()));
    EXPECT_TRUE(std::holds_alternative<std::monostate>(report.rows[1][2])) << "fewer than k";
    EXPECT_TRUE(std::holds_alternative<std::monostate>(report.rows[2][1]));
    funnel.filters = {{Dimension::country, "DE"}};
    EXPECT_THAT(Reports(*store_).answer(funnel), Fails(Code::invalid));
}

TEST_P(ReportsTest, NoiseMovesEveryCountAndAskingAgainTakesNothingAway) {
    walk(12, 400, 31);
    const auto plain = answer(ask("pages"));
    std::map<std::string, double> moved;
    constexpr int kKeys = 60;
    for (int i = 0; i < kKeys; ++i) {
        auto question = ask("pages");
        question.noise = Noise{};
        question.noise->key[0] = static_cast<std::uint8_t>(i);
        question.noise->key[1] = static_cast<std::uint8_t>(i >> 8);
        const auto noisy = answer(question);
        EXPECT_EQ(noisy.rows, answer(question).rows) << "the same question has the same noise";
        EXPECT_FALSE(noisy.other);
        for (const auto& row : noisy.rows)
            moved[text(row[0])] += static_cast<double>(number(row[1])) / kKeys;
    }
    // The mean of 60 keys is within four of its own deviations of what is counted.
    for (const auto& row : plain.rows) {
        const auto known = people_views(ask(""), [&](const Sighting& s) {
                               return s.page == text(row[0]) && s.telling &&
                                      s.telling->depth < Noise::kPagesOfOneVisitor;
                           }).size();
        if (known < 60) continue;
        EXPECT_NEAR(moved[text(row[0])], static_cast<double>(known), 4 * 10 / std::sqrt(kKeys))
            << text(row[0]);
    }
    for (const auto* name : {"paths", "events", "summary"}) {
        auto question = ask(name);
        question.noise = Noise{};
        EXPECT_THAT(Reports(*store_).answer(question), Fails(Code::invalid)) << name;
    }
}

TEST_P(ReportsTest, TimeOnPageIsWithinABucket) {
    std::mt19937 dice(6);
    std::vector<std::int64_t> truth;
    std::vector<Sighting> sightings;
    for (int load = 0; load < 500; ++load) {
        const auto ms = static_cast<std::int64_t>(1000 + dice() % 120'000);
        truth.push_back(ms);
        Sighting sighting;
        sighting.site = "example.com";
        sighting.hour = kFirst * 24;
        sighting.page = "/a";
        // Told twice: half way, and at the end.
        sighting.engaged = Engaged{std::nullopt, bucket_of(ms / 2)};
        sightings.push_back(sighting);
        sighting.engaged = Engaged{bucket_of(ms / 2), bucket_of(ms)};
        sightings.push_back(sighting);
    }
    ASSERT_THAT(store_->append(sightings), IsOk());
    std::sort(truth.begin(), truth.end());
    const auto report = answer(ask("time_on_page"));
    ASSERT_EQ(report.rows.size(), 1u);
    EXPECT_EQ(number(report.rows[0][1]), 500);
    EXPECT_NEAR(std::get<double>(report.rows[0][2]) * 1000, static_cast<double>(truth[250]),
                static_cast<double>(truth[250]) * 0.05);
    EXPECT_NEAR(std::get<double>(report.rows[0][3]) * 1000, static_cast<double>(truth[375]),
                static_cast<double>(truth[375]) * 0.05);
}

// What is added up of days that ended answers as their rows do, wherever a question begins or ends,
// and after more came to such a day.
TEST_P(ReportsTest, FoldingDaysChangesNoAnswer) {
    walk(15, 300, 31);
    std::vector<Sighting> late;
    for (std::size_t i = 0; i < seen_.size(); i += 7) {
        if (seen_[i].sighting.hour / 24 % 3 == 0) late.push_back(seen_[i].sighting);
    }
    auto engaged = seen_[0].sighting;
    for (int i = 0; i < 300; ++i) {
        engaged.hour = (kFirst + i % 31) * 24;
        engaged.engaged = Engaged{std::nullopt, bucket_of(i * 100)};
        late.push_back(engaged);
    }
    const auto all = [&] {
        std::vector<std::pair<std::string, Report>> answers;
        for (const auto [from, to] : {std::pair{0, 30}, {3, 3}, {5, 12}, {29, 40}, {-5, 1}}) {
            for (const auto name : report_names()) {
                if (name == "properties") continue;
                auto question = ask(std::string(name), kFirst + from, kFirst + to);
                question.compare = true;
                question.goals = {{"reads a", {Dimension::page, "/a"}}};
                question.funnel = {"/a", "/b"};
                answers.emplace_back(name, answer(question));
            }
        }
        return answers;
    };
    const auto expect_same = [&](const auto& some, const char* when) {
        const auto now = all();
        ASSERT_EQ(now.size(), some.size());
        for (std::size_t i = 0; i < some.size(); ++i) {
            const auto& [name, report] = some[i];
            EXPECT_EQ(now[i].second.rows, report.rows) << when << ' ' << name;
            EXPECT_EQ(now[i].second.other, report.other) << when << ' ' << name;
            EXPECT_EQ(now[i].second.totals, report.totals) << when << ' ' << name;
            EXPECT_EQ(now[i].second.before, report.before) << when << ' ' << name;
        }
    };
    const auto fold = [&](int every) {
        for (std::int64_t day = kFirst; day < kFirst + 31; ++day) {
            if (day % every == 0) ASSERT_THAT(store_->fold(day), IsOk());
        }
    };
    const auto before = all();
    fold(2);
    expect_same(before, "every second day folded");
    fold(1);
    expect_same(before, "all folded");
    ASSERT_THAT(store_->append(late), IsOk());
    const auto more = all();
    EXPECT_NE(more[0].second.totals, before[0].second.totals);
    fold(1);
    expect_same(more, "folded again");
    ASSERT_THAT(store_->forget_before(kFirst + 10), IsOk());
    const auto rest = all();
    EXPECT_NE(rest[0].second.totals, more[0].second.totals);
}

TEST_P(ReportsTest, WhatCannotBeAnsweredIsSaid) {
    EXPECT_THAT(Reports(*store_).answer(ask("nonsense")), Fails(Code::not_found));
    auto question = ask("paths");
    question.filters = {{Dimension::country, "DE"}};
    EXPECT_THAT(Reports(*store_).answer(question), Fails(Code::invalid));
    EXPECT_THAT(Reports(*store_).answer(ask("summary", 10, 9)), Fails(Code::invalid));
    EXPECT_THAT(Reports(*store_).answer(ask("summary", 0, 9999)), Fails(Code::invalid));
    EXPECT_THAT(Reports(*store_).answer(ask("properties")), Fails(Code::invalid));
    for (const auto name : report_names()) {
        if (name == "properties") continue;
        EXPECT_THAT(Reports(*store_).answer(ask(std::string(name))), IsOk()) << name;
    }
}

TEST(Suppress, OtherAlwaysHidesAtLeastK) {
    std::mt19937 dice(9);
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::int64_t> weights(dice() % 12);
        for (auto& weight : weights) weight = static_cast<std::int64_t>(dice() % 12);
        const auto show = shown(weights, 5);
        std::int64_t hidden = 0;
        std::size_t folded = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (show[i]) {
                EXPECT_GE(weights[i], 5);
            } else {
                hidden += weights[i];
                ++folded;
            }
        }
        if (folded > 0 && folded < weights.size()) EXPECT_GE(hidden, 5);
    }
}

}  // namespace
}  // namespace avow::traffic
