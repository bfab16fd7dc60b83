// SPDX-License-Identifier: Apache-2.0
// What is counted by page alone: where people went next, where they left, and how long they stayed.
#include <algorithm>
#include <map>
#include <span>
#include <vector>

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

Result<std::map<std::int64_t, std::int64_t>> Reports::count_leaving(const Scope& scope) const {
    std::map<std::int64_t, std::int64_t> leaving;
    const auto add = [&](const Cells& row) { leaving[row.integer(0)] += row.integer(1); };
    TRY(const auto rows_of, read_days(scope, kLeavingPart, add));
    if (rows_of.empty()) return leaving;
    const Filling with[] = {{"days", within(rows_of, "day", 1)}};
    TRY_OK(store_.columns().query(filled(statements::count_leaving, with),
                                  {scope.site, rows_of.front().first, rows_of.back().second}, add));
    return leaving;
}

Result<std::vector<Reports::Edge>> Reports::edges(const Scope& scope, std::string pages) const {
    std::vector<Edge> edges;
    const Filling with[] = {{"pages", std::move(pages)}};
    TRY_OK(store_.columns().query(filled(statements::read_edges, with),
                                  {scope.site, scope.from, scope.to}, [&](const Cells& row) {
                                      edges.push_back(
                                          {row.integer(0), row.integer(1), row.integer(2)});
                                  }));
    return edges;
}

Result<std::map<std::int64_t, std::int64_t>> Reports::loads(
    const Scope& scope, LoadsBy by, std::optional<std::string> pages) const {
    std::map<std::int64_t, std::int64_t> loads;
    const auto add = [&](const Cells& row) { loads[row.integer(0)] += row.integer(1); };
    const bool by_page = by == LoadsBy::page;
    std::optional<int> part = by_page ? kLoadsByPagePart : kLoadsByBucketPart;
    if (pages) part.reset();
    TRY(const auto rows_of, read_days(scope, part, add));
    if (!rows_of.empty()) {
        const Filling with[] = {
            {"dimension", by_page ? "page" : "bucket"},
            {"pages", pages.value_or("1 = 1") + " and " + within(rows_of, "day", 1)}};
        TRY_OK(store_.columns().query(filled(statements::count_engagement, with),
                                      {scope.site, rows_of.front().first, rows_of.back().second},
                                      add));
    }
    // Of a time that grew past midnight the days before may miss, and less than nothing be left.
    std::erase_if(loads, [](const auto& one) { return one.second <= 0; });
    return loads;
}

Result<Report> Reports::exits(const Question& question, const Scope& scope) const {
    TRY_OK(check_page_filter(question));
    TRY(const auto views, group(scope, "page", {}, kViews));
    TRY(auto leaving, count_leaving(scope));
    Report report;
    report.columns = {"page", "exits", "views"};
    const auto only = page_asked(question);
    std::vector<Weighed> rows;
    for (const auto& [page, counts] : views) {
        const auto n = counts.views;
        const auto exits = std::max<std::int64_t>(0, n - leaving[page]);
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
    struct Reached {
        std::int64_t n;
        std::string name;
        std::int64_t page;
    };
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
    // Pages that many visit lead to each other: what one step has read, the next does not ask
    // again.
    std::map<std::int64_t, std::vector<Edge>> known;
    const auto read_those_of = [&](std::span<const std::int64_t> pages) -> Status {
        std::vector<std::int64_t> unknown;
        for (const auto page : pages) {
            if (known.try_emplace(page).second) unknown.push_back(page);
        }
        if (unknown.empty()) return {};
        TRY(const auto found,
            edges(scope, one_of(question.backward ? "to_page" : "from_page", unknown)));
        for (const auto& edge : found) {
            known[question.backward ? edge.to : edge.from].push_back(edge);
        }
        return {};
    };
    constexpr std::size_t kLayerMax = 12;  // LIMIT: pages followed further at each step
    for (int step = 1; step <= question.steps && !layer.empty(); ++step) {
        std::vector<Weighed> rows;
        std::map<std::int64_t, std::int64_t> reached;
        TRY_OK(read_those_of(layer));
        for (const auto here : layer) {
            for (const auto& edge : known[here]) {
                const auto there = question.backward ? edge.from : edge.to;
                if (edge.from == edge.to) continue;  // a reload goes nowhere
                rows.push_back(
                    {{name(edge.from), name(edge.to), std::int64_t{step}, edge.n}, edge.n, edge.n});
                if (edge.n >= question.k) reached[there] += edge.n;
            }
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
    TRY(const auto pages, loads(scope, LoadsBy::page, {}));
    Report report;
    report.columns = {"page", "loads", "median_s", "p75_s"};
    const auto only = page_asked(question);
    std::vector<Weighed> rows;
    for (const auto& [page, n] : pages) {
        const auto name = label(Dimension::page, page);
        if (!only.empty() && name != only) continue;
        rows.push_back({{name, n, {}, {}}, n, n});
    }
    fold_into(report, std::move(rows), question, add_numbers);
    TRY_OK(add_quantiles(scope, report));
    report.uncertainty.push_back(
        "time is counted while a page is visible and in use, in buckets 9 percent wide; pages "
        "that were closed before anything could be sent are missing");
    return report;
}

// Of the pages that are shown, and of no other.
Status Reports::add_quantiles(const Scope& scope, Report& report) const {
    std::map<std::int64_t, std::size_t> row_of;
    std::vector<std::int64_t> shown;
    for (std::size_t i = 0; i < report.rows.size(); ++i) {
        const auto id = store_.find_word(WordKind::page, std::get<std::string>(report.rows[i][0]));
        if (!id) continue;
        shown.push_back(static_cast<std::int64_t>(*id));
        row_of[shown.back()] = i;
    }
    std::vector<std::map<int, std::int64_t>> histograms(report.rows.size());
    const Filling with[] = {{"pages", one_of("page", shown)}};
    TRY_OK(store_.columns().query(
        filled(statements::read_engagement, with), {scope.site, scope.from, scope.to},
        [&](const Cells& row) {
            histograms[row_of.at(row.integer(0))][static_cast<int>(row.integer(1))] +=
                row.integer(2);
        }));
    for (std::size_t i = 0; i < report.rows.size(); ++i) {
        report.rows[i][2] = rounded(quantile_s(histograms[i], 0.5));
        report.rows[i][3] = rounded(quantile_s(histograms[i], 0.75));
    }
    return {};
}

Result<Report> Reports::time_distribution(const Question& question, const Scope& scope) const {
    TRY_OK(check_page_filter(question));
    const auto only = page_asked(question);
    std::optional<std::string> pages;
    if (!only.empty()) {
        const auto id = store_.find_word(WordKind::page, only);
        pages = id ? "page = " + std::to_string(*id) : "1 = 0";
    }
    TRY(const auto histogram, loads(scope, LoadsBy::bucket, pages));
    Report report;
    report.columns = {"from_s", "to_s", "loads"};
    // Neighbouring buckets are joined until each bar has k; a rest too small joins the bar before.
    std::int64_t loads = 0;
    int start = -1;
    for (const auto& [at, n] : histogram) {
        const auto bucket = static_cast<int>(at);
        if (start < 0) start = bucket;
        loads += n;
        if (loads < question.k) continue;
        report.rows.push_back({rounded(bucket_start_ms(start) / 1000),
                               rounded(bucket_start_ms(bucket + 1) / 1000), loads});
        loads = 0;
        start = -1;
    }
    if (loads > 0 && !report.rows.empty()) {
        report.rows.back()[1] =
            rounded(bucket_start_ms(static_cast<int>(histogram.rbegin()->first) + 1) / 1000);
        std::get<std::int64_t>(report.rows.back()[2]) += loads;
    }
    report.suppressed = loads > 0 && report.rows.empty();
    return report;
}

}  // namespace avow::traffic
