// SPDX-License-Identifier: Apache-2.0
#include "traffic/reports.hh"

#include <algorithm>
#include <array>

#include "traffic/periods.hh"
#include "traffic/statements.hh"

namespace avow::traffic {
namespace {

constexpr std::string_view kViews = "kind = 0 and bot = 0";
constexpr std::string_view kEntries = "kind = 0 and bot = 0 and entry = 1";
constexpr std::string_view kEvents = "kind = 1 and bot = 0";
constexpr std::string_view kLinks = "kind in (2, 3) and bot = 0";
constexpr std::string_view kBots = "kind = 0 and bot = 1";
constexpr std::string_view kNone = "(none)";

constexpr std::array<std::string_view, 20> kReports{
    "summary",    "timeline", "pages",        "entries",           "exits",    "paths",
    "referrers",  "channels", "campaigns",    "countries",         "browsers", "systems",
    "devices",    "origins",  "time_on_page", "time_distribution", "events",   "outbound",
    "properties", "bots"};

struct Listed {
    std::string_view report;
    Dimension dimension;
    std::string_view more;
};
// Reports that are one grouping: the column, and which rows count.
constexpr std::array<Listed, 12> kListed{{{"pages", Dimension::page, kViews},
                                          {"entries", Dimension::page, kEntries},
                                          {"referrers", Dimension::source, kEntries},
                                          {"channels", Dimension::channel, kEntries},
                                          {"campaigns", Dimension::campaign, kEntries},
                                          {"countries", Dimension::country, kViews},
                                          {"browsers", Dimension::browser, kViews},
                                          {"systems", Dimension::system, kViews},
                                          {"devices", Dimension::device, kViews},
                                          {"origins", Dimension::origin, kViews},
                                          {"events", Dimension::event, kEvents},
                                          {"outbound", Dimension::event, kLinks}}};

std::string_view column_of(Dimension dimension) {
    return dimension == Dimension::event ? "name" : name_of(dimension);
}

std::optional<WordKind> words_of(Dimension dimension) {
    switch (dimension) {
        case Dimension::page:
            return WordKind::page;
        case Dimension::source:
            return WordKind::source;
        case Dimension::campaign:
            return WordKind::campaign;
        case Dimension::browser:
            return WordKind::browser;
        case Dimension::system:
            return WordKind::system;
        case Dimension::event:
            return WordKind::name;
        case Dimension::channel:
        case Dimension::country:
        case Dimension::device:
        case Dimension::origin:
            return std::nullopt;
    }
    return std::nullopt;
}

template <typename Enum>
std::optional<std::int64_t> number_of(std::string_view name, int count) {
    for (int i = 0; i < count; ++i) {
        if (name_of(static_cast<Enum>(i)) == name) return i;
    }
    return std::nullopt;
}

std::string filled(std::string_view sql, std::string_view dimension, std::string_view filters) {
    std::string text(sql);
    const auto put = [&](std::string_view mark, std::string_view with) {
        text.replace(text.find(mark), mark.size(), with);
    };
    put("{dimension}", dimension);
    put("{filters}", filters);
    return text;
}

std::int64_t people_of(const Counts& counts) {
    return counts.people();
}
// Nobody is recognised from page to page: what k is held against there is views that are no reload.
std::int64_t turns_of(const Counts& counts) {
    return counts.views - counts.reloads;
}

Error cannot_filter(std::string_view report) {
    return Error(Code::invalid, "the report " + std::string(report) +
                                    " can only be filtered by page: it is counted apart from who "
                                    "came how, so that nobody's way can be followed");
}

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

// Rows with what k is held against; the folded ones are added up in one.
struct Weighed {
    Values values;
    std::int64_t weight;
    std::int64_t rank;
};
void fold_into(Report& report, std::vector<Weighed> rows, const Question& question,
               const std::function<void(Values& other, const Values& row)>& add) {
    std::vector<std::int64_t> weights;
    for (const auto& row : rows) weights.push_back(row.weight);
    const auto show = shown(weights, question.k);
    std::vector<Weighed> kept;
    std::int64_t folded = 0;
    const auto fold = [&](const Values& values) {
        ++folded;
        if (!report.other) {
            report.other = values;
            (*report.other)[0] = std::string("(other)");
        } else {
            add(*report.other, values);
        }
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (show[i]) {
            kept.push_back(std::move(rows[i]));
        } else {
            fold(rows[i].values);
        }
    }
    std::sort(kept.begin(), kept.end(), [](const Weighed& a, const Weighed& b) {
        return a.rank != b.rank ? a.rank > b.rank : a.values < b.values;
    });
    if (folded > 0) {
        report.uncertainty.push_back(
            std::to_string(folded) + " rows stand in \"other\": fewer than " +
            std::to_string(question.k) + " people, or folded so that those cannot be worked out");
    }
    for (std::size_t i = 0; i < kept.size(); ++i) {
        if (i < question.limit) {
            report.rows.push_back(std::move(kept[i].values));
        } else {
            fold(kept[i].values);
        }
    }
}

void add_numbers(Values& other, const Values& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        auto* sum = std::get_if<std::int64_t>(&other[i]);
        const auto* more = std::get_if<std::int64_t>(&row[i]);
        if (sum != nullptr && more != nullptr) *sum += *more;
    }
}

// The value below which `share` of a histogram lies, in seconds, between the bucket's ends.
double quantile_s(const std::map<int, std::int64_t>& histogram, double share) {
    std::int64_t total = 0;
    for (const auto& [bucket, n] : histogram) total += n;
    double before = 0;
    const double wanted = share * static_cast<double>(total);
    for (const auto& [bucket, n] : histogram) {
        const auto inside = static_cast<double>(n);
        if (before + inside >= wanted && n > 0) {
            const double start = bucket_start_ms(bucket);
            const double width = bucket_start_ms(bucket + 1) - start;
            return (start + width * (wanted - before) / inside) / 1000.0;
        }
        before += inside;
    }
    return 0;
}

double rounded(double seconds) {
    return static_cast<double>(static_cast<std::int64_t>(seconds * 10 + 0.5)) / 10;
}

}  // namespace

std::span<const std::string_view> report_names() {
    return kReports;
}

Result<Reports::Scope> Reports::scope_of(const Question& question) const {
    if (question.to < question.from) {
        return Error(Code::invalid, "the last day is before the first").at("/to", "is before from");
    }
    if (question.to - question.from >= kDaysMax) {
        return Error(Code::invalid, "at most ten years can be asked for")
            .at("/from", "is too early");
    }
    const auto site = store_.find_word(WordKind::site, question.site);
    // A site that nobody visited yet has no word: it answers with nothing.
    return Scope{site.value_or(~0u), question.from, question.to + 1};
}

std::string Reports::filter_sql(const Filter& filter) const {
    std::optional<std::int64_t> number;
    const bool none = filter.value == kNone;
    if (const auto kind = words_of(filter.dimension)) {
        number = none ? std::optional<std::int64_t>(kNoWord) : std::nullopt;
        if (!none) {
            if (const auto id = store_.find_word(*kind, filter.value)) number = *id;
        }
    } else if (filter.dimension == Dimension::country) {
        const auto country = Country::of(filter.value);
        if (none || country.code != 0) number = country.code;
    } else if (filter.dimension == Dimension::channel) {
        number = number_of<Channel>(filter.value, kChannels);
    } else if (filter.dimension == Dimension::device) {
        number = number_of<Device>(filter.value, kDevices);
    } else {
        number = number_of<Origin>(filter.value, kOrigins);
    }
    if (!number) return " and 1 = 0";
    return " and " + std::string(column_of(filter.dimension)) + " = " + std::to_string(*number);
}

Result<Reports::Grouped> Reports::group(const Scope& scope, std::string_view dimension,
                                        const std::vector<Filter>& filters,
                                        std::string_view more) const {
    std::string where(more);
    for (const auto& filter : filters) where += filter_sql(filter);
    Grouped grouped;
    TRY_OK(store_.columns().query(
        filled(statements::count_views, dimension, where),
        {scope.site, scope.from * 24, scope.to * 24}, [&](const Cells& row) {
            grouped[row.integer(0)] = {row.integer(1), row.integer(2), row.integer(3),
                                       row.integer(4), row.integer(5), row.integer(6),
                                       row.integer(7)};
        }));
    return grouped;
}

Result<Counts> Reports::count(const Scope& scope, const std::vector<Filter>& filters,
                              std::string_view more) const {
    TRY(const auto grouped, group(scope, "0", filters, more));
    return grouped.empty() ? Counts() : grouped.begin()->second;
}

// WALL: an answer about fewer than k people, or about all but fewer than k.
Result<bool> Reports::too_few(const Scope& scope, const Question& question,
                              std::string_view more) const {
    if (question.filters.empty()) return false;
    TRY(const auto inside, count(scope, question.filters, more));
    if (inside.views > 0 && inside.people() < question.k) return true;
    for (std::size_t i = 0; i < question.filters.size(); ++i) {
        auto fewer = question.filters;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        TRY(const auto around, count(scope, fewer, more));
        if (around.views > inside.views && around.people() - inside.people() < question.k) {
            return true;
        }
    }
    return false;
}

Result<Weights> Reports::weights(const Scope& scope, const Question& question,
                                 std::string_view dimension, std::string_view more, Weigh weigh,
                                 const Grouped& grouped) const {
    const auto held = [&](const Grouped& rows) {
        Weights all;
        for (const auto& [row, counts] : rows) all[row] = {weigh(counts), counts.views};
        return all;
    };
    auto weights = held(grouped);
    // Held against their own wider rows, and not against what an earlier one left of them.
    const auto whole = weights;
    for (std::size_t i = 0; i < question.filters.size(); ++i) {
        auto fewer = question.filters;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        TRY(const auto around, group(scope, dimension, fewer, more));
        auto these = whole;
        hold_against(these, held(around), question.k);
        for (auto& [row, one] : weights) one.weight = std::min(one.weight, these.at(row).weight);
    }
    return weights;
}

std::string Reports::label(Dimension dimension, std::int64_t id) const {
    std::string text;
    if (const auto kind = words_of(dimension)) {
        text = store_.word(*kind, static_cast<std::uint32_t>(id));
    } else if (dimension == Dimension::country) {
        text = Country{static_cast<std::uint16_t>(id)}.letters();
    } else if (dimension == Dimension::channel) {
        text = name_of(static_cast<Channel>(id));
    } else if (dimension == Dimension::device) {
        text = name_of(static_cast<Device>(id));
    } else {
        text = name_of(static_cast<Origin>(id));
    }
    return text.empty() ? std::string(kNone) : text;
}

Result<Report> Reports::by_dimension(const Question& question, const Scope& scope,
                                     Dimension dimension, std::string_view more) const {
    Report report;
    const auto column = column_of(dimension);
    report.columns = {std::string(name_of(dimension)), "views", "visits", "visitor_days"};
    if (dimension == Dimension::event) report.columns = {"event", "events"};
    TRY(report.suppressed, too_few(scope, question, more));
    if (report.suppressed) return report;
    TRY(const auto grouped, group(scope, column, question.filters, more));
    const bool of_pages = dimension == Dimension::page || dimension == Dimension::event;
    const auto weigh = of_pages ? turns_of : people_of;
    TRY(const auto weighed, weights(scope, question, column, more, weigh, grouped));
    std::vector<Weighed> rows;
    for (const auto& [id, counts] : grouped) {
        const auto rank = more == kEntries ? counts.visits : counts.views;
        Values values{label(dimension, id), counts.views};
        if (dimension != Dimension::event) {
            values.insert(values.end(), {Value(counts.visits), Value(counts.today)});
        }
        rows.push_back({std::move(values), weighed.at(id).weight, rank});
    }
    fold_into(report, std::move(rows), question, add_numbers);
    if (dimension == Dimension::page) {
        report.uncertainty.push_back(
            "nobody is recognised from page to page: rows are folded by views that are no reload");
    }
    return report;
}

Result<std::map<std::string, Value>> Reports::totals(const Question& question,
                                                     const Scope& scope) const {
    std::map<std::string, Value> told;
    TRY(const auto by_hour, group(scope, "hour", question.filters, kViews));
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
    TRY(const auto depths, group(scope, "depth", {}, "kind = 0 and bot = 0 and known = 1"));
    const auto at_depth = [&](std::int64_t depth) {
        const auto found = depths.find(depth);
        return found == depths.end() ? std::int64_t{0} : found->second.views;
    };
    report.totals["single_page_visitor_days"] =
        std::max<std::int64_t>(0, at_depth(1) - at_depth(2));
    std::map<int, std::int64_t> histogram;
    TRY_OK(store_.columns().query(
        statements::read_engagement, {scope.site, scope.from, scope.to},
        [&](const Cells& row) { histogram[static_cast<int>(row.integer(1))] += row.integer(2); }));
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
        layer = {*id};
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
        std::vector<std::pair<std::int64_t, std::int64_t>> most;
        for (const auto& [page, n] : reached) {
            if (page != kNoWord) most.emplace_back(n, page);
        }
        std::sort(most.rbegin(), most.rend());
        layer.clear();
        for (std::size_t i = 0; i < std::min(most.size(), kLayerMax); ++i) {
            layer.push_back(most[i].second);
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
            const bool fits = only.empty() || (wanted && row.integer(0) == *wanted);
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

Result<Report> Reports::properties(const Question& question, const Scope& scope) const {
    std::string event;
    for (const auto& filter : question.filters) {
        if (filter.dimension != Dimension::event) return cannot_filter(question.report);
        event = filter.value;
    }
    if (event.empty()) {
        return Error(Code::invalid, "name the event whose properties you want")
            .at("/filter", "must be event:NAME");
    }
    Report report;
    report.columns = {"property", "events"};
    const auto name = store_.find_word(WordKind::name, event);
    if (!name) return report;
    std::vector<Weighed> rows;
    TRY_OK(store_.columns().query(statements::read_properties,
                                  {scope.site, scope.from, scope.to, *name}, [&](const Cells& row) {
                                      const auto id = static_cast<std::uint32_t>(row.integer(0));
                                      rows.push_back(
                                          {{store_.word(WordKind::property, id), row.integer(1)},
                                           row.integer(1),
                                           row.integer(1)});
                                  }));
    fold_into(report, std::move(rows), question, add_numbers);
    return report;
}

Result<Report> Reports::bots(const Question& question, const Scope& scope) const {
    Report report;
    report.columns = {"browser", "views"};
    TRY(const auto grouped, group(scope, "browser", question.filters, kBots));
    std::vector<Weighed> rows;
    std::int64_t all = 0;
    for (const auto& [id, counts] : grouped) {
        // Programs are nobody: none is folded.
        rows.push_back({{label(Dimension::browser, id), counts.views}, question.k, counts.views});
        all += counts.views;
    }
    fold_into(report, std::move(rows), question, add_numbers);
    TRY(const auto people, count(scope, {}, kViews));
    report.totals["bot_views"] = all;
    report.totals["views"] = people.views;
    report.uncertainty.push_back(
        "bots that pretend to be a browser, and contradict themselves nowhere, count as people");
    return report;
}

Result<Report> Reports::answer(const Question& question) const {
    TRY(const auto scope, scope_of(question));
    for (const auto& listed : kListed) {
        if (listed.report != question.report) continue;
        TRY(auto report, by_dimension(question, scope, listed.dimension, listed.more));
        if (!report.suppressed && listed.more != kEvents && listed.more != kLinks) {
            TRY_OK(add_totals(question, scope, report));
        }
        return report;
    }
    if (question.report == "summary") return summary(question, scope);
    if (question.report == "timeline") return timeline(question, scope);
    if (question.report == "exits") return exits(question, scope);
    if (question.report == "paths") return paths(question, scope);
    if (question.report == "time_on_page") return time_on_page(question, scope);
    if (question.report == "time_distribution") return time_distribution(question, scope);
    if (question.report == "properties") return properties(question, scope);
    if (question.report == "bots") return bots(question, scope);
    return Error(Code::not_found, "there is no such report");
}

}  // namespace avow::traffic
