// SPDX-License-Identifier: Apache-2.0
// How many came, and when: the summary, the timeline, and the totals that most reports carry.
#include <algorithm>

#include "traffic/periods.hh"
#include "traffic/report_parts.hh"
#include "traffic/reports.hh"
#include "traffic/statements.hh"

namespace avow::traffic {

Result<std::map<std::string, Value>> Reports::totals(const Question& question,
                                                     const Scope& scope) const {
    std::map<std::string, Value> told;
    TRY(const auto by_hour, group(scope, "hour", question.filters, counted(question, kViews)));
    Counts all;
    std::map<std::int64_t, Counts> days;
    for (const auto& [hour, counts] : by_hour) {
        all += counts;
        days[hour / 24] += counts;
    }
    told["views"] = all.views;
    told["visits"] = all.visits;
    told["visitor_days"] = all.today;
    told["untold_views"] = all.untold;
    const auto unique = unique_visitors(days, scope.from, scope.to);
    told["visitors"] = unique.visitors;
    told["visitors_exact"] = std::int64_t{unique.exact};
    return told;
}

Status Reports::add_totals(const Question& question, const Scope& scope, Report& report) const {
    TRY(report.totals, totals(question, scope));
    if (question.compare) {
        const auto days = scope.to - scope.from;
        TRY(const bool few, too_few({scope.site, scope.from - days, scope.from}, question, kViews));
        if (!few) {
            TRY(report.before, totals(question, {scope.site, scope.from - days, scope.from}));
        }
    }
    if (std::get<std::int64_t>(report.totals["untold_views"]) > 0) {
        report.uncertainty.push_back(
            "untold_views come from browsers that told nothing of earlier visits (no script, no "
            "cookie, a log): they count as views and visits, and as no visitor");
    }
    if (std::get<std::int64_t>(report.totals["visitors_exact"]) == 0) {
        report.uncertainty.push_back(
            "visitors is an upper bound: it is exact for one day, one week from Monday, or one "
            "month; other spans are added up from these");
    }
    report.uncertainty.push_back(
        "one person with two browsers is two visitors; one browser that several share is one");
    return {};
}

Result<Report> Reports::summary(const Question& question, const Scope& scope) const {
    Report report;
    TRY(report.suppressed, too_few(scope, question, kViews));
    if (report.suppressed) return report;
    TRY_OK(add_totals(question, scope, report));
    TRY(const auto bots, count(scope, question.filters, kBots));
    report.totals["bot_views"] = bots.views;
    if (!question.filters.empty()) return report;
    // Of a day's first pages, those that no second followed: exact, by subtraction.
    TRY(const auto depths, group(scope, "depth", {}, kTellingViews));
    const auto at_depth = [&](std::int64_t depth) {
        const auto found = depths.find(depth);
        return found == depths.end() ? std::int64_t{0} : found->second.views;
    };
    report.totals["single_page_visitor_days"] =
        std::max<std::int64_t>(0, at_depth(1) - at_depth(2));
    std::map<int, std::int64_t> histogram;
    TRY(const auto buckets, loads(scope, LoadsBy::bucket, {}));
    for (const auto& [bucket, n] : buckets) histogram[static_cast<int>(bucket)] = n;
    if (!histogram.empty()) {
        report.totals["time_on_page_median_s"] = rounded(quantile_s(histogram, 0.5));
    }
    return report;
}

Result<Report> Reports::timeline(const Question& question, const Scope& scope) const {
    Report report;
    report.columns = {"at", "views", "visits", "visitors"};
    TRY(report.suppressed, too_few(scope, question, kViews));
    if (report.suppressed) return report;
    TRY(const auto by_hour, group(scope, "hour", question.filters, kViews));
    std::map<std::int64_t, Counts> periods;
    for (std::int64_t hour = scope.from * 24; hour < scope.to * 24; ++hour) {
        auto& period = periods[period_of(hour, question.interval)];
        if (const auto found = by_hour.find(hour); found != by_hour.end()) period += found->second;
    }
    // Unfiltered, a quiet hour says nothing of anybody; filtered, it is a small count like others.
    std::vector<std::int64_t> weights;
    for (const auto& [start, counts] : periods) weights.push_back(counts.people());
    std::vector<bool> show(weights.size(), true);
    if (!question.filters.empty()) show = shown(weights, question.k);
    std::size_t row = 0;
    for (const auto& [start, counts] : periods) {
        const auto at = period_label(start, question.interval);
        if (show[row++]) {
            report.rows.push_back(
                {at, counts.views, counts.visits, visitors_in(counts, question.interval)});
        } else {
            report.rows.push_back({at, {}, {}, {}});
        }
    }
    TRY_OK(add_totals(question, scope, report));
    return report;
}

}  // namespace avow::traffic
