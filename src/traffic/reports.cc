// SPDX-License-Identifier: Apache-2.0
#include "traffic/reports.hh"

#include <algorithm>
#include <array>

#include "traffic/report_parts.hh"
#include "traffic/statements.hh"

namespace avow::traffic {
namespace {

constexpr std::string_view kNone = "(none)";

constexpr std::array<std::string_view, 22> kReports{
    "summary",   "timeline",  "pages",        "entries",
    "exits",     "paths",     "referrers",    "channels",
    "campaigns", "countries", "browsers",     "systems",
    "devices",   "origins",   "time_on_page", "time_distribution",
    "events",    "outbound",  "properties",   "bots",
    "goals",     "funnel"};

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

std::int64_t people_of(const Counts& counts) {
    return counts.people();
}
// Nobody is recognised from page to page: what k is held against there is views that are no reload.
std::int64_t turns_of(const Counts& counts) {
    return counts.views - counts.reloads;
}

}  // namespace

bool takes_noise(std::string_view report) {
    return std::any_of(kListed.begin(), kListed.end(), [&](const auto& listed) {
        return listed.report == report && listed.dimension != Dimension::event;
    });
}

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
    return Scope{static_cast<std::int64_t>(site.value_or(~0u)), question.from, question.to + 1};
}

std::string Reports::filter_sql(const Filter& filter) const {
    std::optional<std::int64_t> number;
    const bool none = filter.value == kNone;
    if (const auto kind = words_of(filter.dimension)) {
        number = none ? std::optional<std::int64_t>(kNoWord) : std::nullopt;
        if (!none) {
            if (const auto id = store_.find_word(*kind, filter.value)) {
                number = static_cast<std::int64_t>(*id);
            }
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
    const auto add = [&](const Cells& row) {
        grouped[row.integer(0)] +=
            Counts{row.integer(1), row.integer(2), row.integer(3), row.integer(4),
                   row.integer(5), row.integer(6), row.integer(7)};
    };
    const auto part = filters.empty() ? find_rollup(dimension, more) : std::nullopt;
    TRY(const auto rows_of, read_days(scope, part, add));
    if (rows_of.empty()) return grouped;
    if (rows_of.size() > 1) where += " and " + within(rows_of, "hour", kHoursOfDay);
    const Filling with[] = {{"dimension", std::string(dimension)}, {"filters", where}};
    TRY_OK(store_.columns().query(
        filled(statements::count_views, with),
        {scope.site, rows_of.front().first * kHoursOfDay, rows_of.back().second * kHoursOfDay},
        add));
    return grouped;
}

// What `daily` tells of the scope, if it has such a part; gives the days that it does not speak of.
Result<DayRanges> Reports::read_days(const Scope& scope, std::optional<int> part,
                                     const OnRow& on_row) const {
    if (!part) return DayRanges{{scope.from, scope.to}};
    TRY(auto rows_of, store_.columns().not_added_up(scope.from, scope.to));
    const auto added_up = rest_of(rows_of, scope.from, scope.to);
    if (added_up.empty()) return rows_of;
    const Filling with[] = {{"part", std::to_string(*part)}, {"days", within(added_up, "day", 1)}};
    TRY_OK(store_.columns().query(filled(statements::count_daily, with),
                                  {scope.site, added_up.front().first, added_up.back().second},
                                  on_row));
    return rows_of;
}

Result<Counts> Reports::count(const Scope& scope, const std::vector<Filter>& filters,
                              std::string_view more) const {
    // Bots are added up by what they call themselves, people by the hour.
    TRY(const auto grouped, group(scope, more == kBots ? "browser" : "hour", filters, more));
    Counts all;
    for (const auto& [value, counts] : grouped) all += counts;
    return all;
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
        text = store_.word(*kind, static_cast<WordId>(id));
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
                                     Dimension dimension, std::string_view rows_of) const {
    const auto more = counted(question, rows_of);
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
        const auto rank = rows_of == kEntries ? counts.visits : counts.views;
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
    TRY_OK(store_.columns().query(
        statements::read_properties,
        {scope.site, scope.from, scope.to, static_cast<std::int64_t>(*name)},
        [&](const Cells& row) {
            const auto id = static_cast<WordId>(row.integer(0));
            rows.push_back({{store_.word(WordKind::property, id), row.integer(1)},
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
        if (question.noise && !takes_noise(listed.report)) break;
        TRY(auto report, by_dimension(question, scope, listed.dimension, listed.more));
        if (!report.suppressed && listed.more != kEvents && listed.more != kLinks) {
            TRY_OK(add_totals(question, scope, report));
        }
        if (question.noise) add_noise(report, question);
        return report;
    }
    if (question.noise) {
        return Error(Code::invalid, "this report cannot be told with noise")
            .at("/noise",
                "is for reports that are one list of views: one browser's part is bounded there");
    }
    if (question.report == "summary") return summary(question, scope);
    if (question.report == "timeline") return timeline(question, scope);
    if (question.report == "exits") return exits(question, scope);
    if (question.report == "paths") return paths(question, scope);
    if (question.report == "time_on_page") return time_on_page(question, scope);
    if (question.report == "time_distribution") return time_distribution(question, scope);
    if (question.report == "properties") return properties(question, scope);
    if (question.report == "bots") return bots(question, scope);
    if (question.report == "goals") return goals(question, scope);
    if (question.report == "funnel") return funnel(question, scope);
    return Error(Code::not_found, "there is no such report");
}

}  // namespace avow::traffic
