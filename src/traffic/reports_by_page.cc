// SPDX-License-Identifier: Apache-2.0
// What is counted by page alone: where people went next, where they left, and how long they stayed.
#include <algorithm>

#include "traffic/report_parts.hh"
#include "traffic/reports.hh"
#include "traffic/statements.hh"

namespace avow::traffic {
namespace {

Status check_page_filter(const Question& question) {
    for (const auto& filter : question.filters) {
        if (filter.dimension != Dimension::page) return cannot_filter(question.report);
    }
    return {};
}

std::string page_asked(const Question& question) {
    for (const auto& filter : question.filters) {
        if (filter.dimension == Dimension::page) return filter.value;
    }
    return question.page;
}

}  // namespace

Result<Report> Reports::exits(const Question& question, const Scope& scope) const {
    TRY_OK(check_page_filter(question));
    std::map<std::int64_t, std::int64_t> views;
    std::map<std::int64_t, std::int64_t> left;
    TRY_OK(store_.columns().query(statements::read_edges, {scope.site, scope.from, scope.to},
                                  [&](const Cells& row) {
                                      views[row.integer(1)] += row.integer(2);
                                      left[row.integer(1)] += row.integer(2);
                                      left[row.integer(0)] -= row.integer(2);
                                  }));
    Report report;
    report.columns = {"page", "exits", "views"};
    const auto only = page_asked(question);
    std::vector<Weighed> rows;
    for (const auto& [page, n] : views) {
        const auto exits = std::max<std::int64_t>(0, left[page]);
        const auto name = label(Dimension::page, page);
        if (!only.empty() && name != only) continue;
        rows.push_back({{name, exits, n}, exits, exits});
    }
    fold_into(report, std::move(rows), question, add_numbers);
    report.uncertainty.push_back(
        "an exit is a view that no other page of the site followed on the same day: pages opened "
        "in several tabs count once");
    return report;
}

Result<Report> Reports::paths(const Question& question, const Scope& scope) const {
    TRY_OK(check_page_filter(question));
    struct Edge {
        std::int64_t from, to, n;
    };
    struct Reached {
        std::int64_t n;
        std::string name;
        std::int64_t page;
    };
    std::vector<Edge> edges;
    TRY_OK(store_.columns().query(
        statements::read_edges, {scope.site, scope.from, scope.to}, [&](const Cells& row) {
            edges.push_back({row.integer(0), row.integer(1), row.integer(2)});
        }));
    Report report;
    report.columns = {"from", "to", "step", "views"};
    const auto name = [&](std::int64_t page) {
        return page == kNoWord ? std::string("(entry)") : label(Dimension::page, page);
    };
    const auto start = page_asked(question);
    std::vector<std::int64_t> layer;
    if (start.empty()) {
        layer = {kNoWord};
    } else if (const auto id = store_.find_word(WordKind::page, start)) {
        layer = {static_cast<std::int64_t>(*id)};
    }
    constexpr std::size_t kLayerMax = 12;  // LIMIT: pages followed further at each step
    for (int step = 1; step <= question.steps && !layer.empty(); ++step) {
        std::vector<Weighed> rows;
        std::map<std::int64_t, std::int64_t> reached;
        for (const auto& edge : edges) {
            const auto here = question.backward ? edge.to : edge.from;
            const auto there = question.backward ? edge.from : edge.to;
            if (edge.from == edge.to) continue;  // a reload goes nowhere
            if (std::find(layer.begin(), layer.end(), here) == layer.end()) continue;
            rows.push_back(
                {{name(edge.from), name(edge.to), std::int64_t{step}, edge.n}, edge.n, edge.n});
            if (edge.n >= question.k) reached[there] += edge.n;
        }
        Report part;
        fold_into(part, std::move(rows), question, [](Values& other, const Values& row) {
            std::get<std::int64_t>(other[3]) += std::get<std::int64_t>(row[3]);
        });
        for (auto& row : part.rows) report.rows.push_back(std::move(row));
        if (part.other) {
            (*part.other)[1] = std::string("(other)");
            report.rows.push_back(std::move(*part.other));
        }
        std::vector<Reached> most;
        for (const auto& [page, n] : reached) {
            if (page != kNoWord) most.push_back({n, name(page), page});
        }
        // Ties by name: what stands in the store must not depend on who came first.
        std::sort(most.begin(), most.end(), [](const Reached& a, const Reached& b) {
            return a.n != b.n ? a.n > b.n : a.name < b.name;
        });
        layer.clear();
        for (std::size_t i = 0; i < std::min(most.size(), kLayerMax); ++i) {
            layer.push_back(most[i].page);
        }
    }
    report.uncertainty.push_back(
        "each step counts all views that went from one page to the next, whatever came before: "
        "nobody's way is kept whole");
    return report;
}

Result<Report> Reports::time_on_page(const Question& question, const Scope& scope) const {
    TRY_OK(check_page_filter(question));
    std::map<std::int64_t, std::map<int, std::int64_t>> pages;
    TRY_OK(store_.columns().query(
        statements::read_engagement, {scope.site, scope.from, scope.to}, [&](const Cells& row) {
            pages[row.integer(0)][static_cast<int>(row.integer(1))] += row.integer(2);
        }));
    Report report;
    report.columns = {"page", "loads", "median_s", "p75_s"};
    const auto only = page_asked(question);
    std::vector<Weighed> rows;
    for (const auto& [page, histogram] : pages) {
        std::int64_t loads = 0;
        for (const auto& [bucket, n] : histogram) loads += n;
        const auto name = label(Dimension::page, page);
        if (!only.empty() && name != only) continue;
        rows.push_back({{name, loads, rounded(quantile_s(histogram, 0.5)),
                         rounded(quantile_s(histogram, 0.75))},
                        loads,
                        loads});
    }
    fold_into(report, std::move(rows), question, add_numbers);
    if (report.other) (*report.other)[2] = (*report.other)[3] = Value();
    report.uncertainty.push_back(
        "time is counted while a page is visible and in use, in buckets 9 percent wide; pages "
        "that were closed before anything could be sent are missing");
    return report;
}

Result<Report> Reports::time_distribution(const Question& question, const Scope& scope) const {
    TRY_OK(check_page_filter(question));
    const auto only = page_asked(question);
    const auto wanted = store_.find_word(WordKind::page, only);
    std::map<int, std::int64_t> histogram;
    TRY_OK(store_.columns().query(
        statements::read_engagement, {scope.site, scope.from, scope.to}, [&](const Cells& row) {
            const bool fits =
                only.empty() || (wanted && row.integer(0) == static_cast<std::int64_t>(*wanted));
            if (fits) histogram[static_cast<int>(row.integer(1))] += row.integer(2);
        }));
    Report report;
    report.columns = {"from_s", "to_s", "loads"};
    // Neighbouring buckets are joined until each bar has k; a rest too small joins the bar before.
    std::int64_t loads = 0;
    int start = -1;
    for (const auto& [bucket, n] : histogram) {
        if (start < 0) start = bucket;
        loads += n;
        if (loads < question.k) continue;
        report.rows.push_back({rounded(bucket_start_ms(start) / 1000),
                               rounded(bucket_start_ms(bucket + 1) / 1000), loads});
        loads = 0;
        start = -1;
    }
    if (loads > 0 && !report.rows.empty()) {
        report.rows.back()[1] = rounded(bucket_start_ms(histogram.rbegin()->first + 1) / 1000);
        std::get<std::int64_t>(report.rows.back()[2]) += loads;
    }
    report.suppressed = loads > 0 && report.rows.empty();
    return report;
}

}  // namespace avow::traffic
