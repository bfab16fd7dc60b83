// SPDX-License-Identifier: Apache-2.0
// What the web team wants to see reached: goals one by one, and pages one after the other.
#include <algorithm>
#include <map>

#include "traffic/report_parts.hh"
#include "traffic/reports.hh"
#include "traffic/statements.hh"

namespace avow::traffic {
namespace {

// To a tenth of a percent.
Value share_of(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return {};
    return rounded(100 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace

Result<Report> Reports::goals(const Question& question, const Scope& scope) const {
    Report report;
    report.columns = {"goal", "completions", "per_100_visits"};
    TRY(report.suppressed, too_few(scope, question, kViews));
    if (report.suppressed) return report;
    TRY(const auto all, count(scope, question.filters, kViews));
    for (const auto& goal : question.goals) {
        const bool page = goal.what.dimension == Dimension::page;
        const auto column = page ? std::string_view("page") : std::string_view("name");
        const auto more = std::string(page ? kViews : kEvents) + filter_sql(goal.what);
        TRY(const auto grouped, group(scope, column, question.filters, more));
        std::int64_t completions = 0;
        std::int64_t weight = 0;
        if (!grouped.empty()) {
            const auto weigh = [](const Counts& counts) { return counts.views - counts.reloads; };
            TRY(const auto weighed, weights(scope, question, column, more, weigh, grouped));
            completions = grouped.begin()->second.views;
            weight = weighed.begin()->second.weight;
        }
        // WALL: of a goal that fewer than k reached, or nobody, nothing is told. Goals have no sum
        // that the others could be taken from, so that none needs to be folded with it.
        Values row{goal.name, {}, {}};
        if (weight >= question.k) {
            row[1] = completions;
            row[2] = share_of(completions, all.visits);
        }
        report.rows.push_back(std::move(row));
    }
    report.totals["visits"] = all.visits;
    report.uncertainty.push_back(
        "nobody is recognised: a goal that one visit reaches twice counts twice");
    return report;
}

Result<Report> Reports::funnel(const Question& question, const Scope& scope) const {
    if (!question.filters.empty()) return cannot_filter(question.report);
    std::vector<std::int64_t> pages;
    for (const auto& name : question.funnel) {
        const auto id = store_.find_word(WordKind::page, name);
        pages.push_back(id ? static_cast<std::int64_t>(*id) : -1);
    }
    TRY(const auto by_page, group(scope, "page", {}, kViews));
    std::map<std::int64_t, std::int64_t> views;
    for (const auto& [page, counts] : by_page) views[page] = counts.views;
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> went;
    auto known = pages;
    known.erase(std::remove(known.begin(), known.end(), -1), known.end());
    TRY(const auto ways, edges(scope, one_of("from_page", known)));
    for (const auto& way : ways) went[{way.from, way.to}] = way.n;
    const auto found = [](const auto& counts, const auto& key) {
        const auto at = counts.find(key);
        return at == counts.end() ? std::int64_t{0} : at->second;
    };
    Report report;
    report.columns = {"page", "views", "went_on", "share"};
    for (std::size_t step = 0; step < question.funnel.size(); ++step) {
        const auto here = pages[step];
        const auto seen = found(views, here);
        Values row{question.funnel[step], {}, {}, {}};
        if (seen >= question.k) {
            row[1] = seen;
            if (step + 1 < question.funnel.size()) {
                const auto on = found(went, std::pair{here, pages[step + 1]});
                // WALL: those who went on, and those who did not, are each none or k at least.
                const bool told = on >= question.k && (on == seen || seen - on >= question.k);
                if (told) {
                    row[2] = on;
                    row[3] = share_of(on, seen);
                }
            }
        }
        report.rows.push_back(std::move(row));
    }
    report.uncertainty.push_back(
        "each step counts the views of one page that the next page followed at once, whatever came "
        "before: nobody's way is kept whole");
    return report;
}

}  // namespace avow::traffic
