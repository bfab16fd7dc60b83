// SPDX-License-Identifier: Apache-2.0
// The reports over the store. Each folds small counts (suppress.hh) and says what it does not know.
// Paths, exits and time on page are counted apart from who came how: filters other than the page
// are refused there, for the rows hold nothing to join them by. Thread-safe.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "traffic/question.hh"
#include "traffic/store.hh"

namespace avow::traffic {

std::span<const std::string_view> report_names();
// Whether the report can be told with noise: where one browser's part in it is bounded.
bool takes_noise(std::string_view report);

class Reports {
  public:
    explicit Reports(Store& store) : store_(store) {}

    // `not_found` for an unknown report or site, `invalid` for a filter that it cannot have.
    Result<Report> answer(const Question& question) const;

  private:
    using Grouped = std::map<std::int64_t, Counts>;
    struct Scope {
        std::int64_t site;      // its word
        std::int64_t from, to;  // days, to exclusive
    };
    struct Edge {
        std::int64_t from, to, n;
    };
    using Weigh = std::int64_t (*)(const Counts&);

    Result<Scope> scope_of(const Question& question) const;
    std::string filter_sql(const Filter& filter) const;
    Result<Grouped> group(const Scope& scope, std::string_view dimension,
                          const std::vector<Filter>& filters, std::string_view more) const;
    Result<DayRanges> read_days(const Scope& scope, std::optional<int> part,
                                const OnRow& on_row) const;
    Result<Counts> count(const Scope& scope, const std::vector<Filter>& filters,
                         std::string_view more) const;
    Result<bool> too_few(const Scope& scope, const Question& question, std::string_view more) const;
    Result<Weights> weights(const Scope& scope, const Question& question,
                            std::string_view dimension, std::string_view more, Weigh weigh,
                            const Grouped& grouped) const;
    std::string label(Dimension dimension, std::int64_t id) const;
    // Views of a page that another page of the site followed.
    Result<std::map<std::int64_t, std::int64_t>> count_leaving(const Scope& scope) const;
    // `pages` is a condition over the pages of a row.
    Result<std::vector<Edge>> edges(const Scope& scope, std::string pages) const;
    // How many told how long they were read; `pages` as above, of all without it.
    enum class LoadsBy { page, bucket };
    Result<std::map<std::int64_t, std::int64_t>> loads(const Scope& scope, LoadsBy by,
                                                       std::optional<std::string> pages) const;
    Status add_quantiles(const Scope& scope, Report& report) const;

    Result<Report> by_dimension(const Question& question, const Scope& scope, Dimension dimension,
                                std::string_view rows_of) const;
    Result<Report> summary(const Question& question, const Scope& scope) const;
    Result<Report> timeline(const Question& question, const Scope& scope) const;
    Result<Report> exits(const Question& question, const Scope& scope) const;
    Result<Report> paths(const Question& question, const Scope& scope) const;
    Result<Report> time_on_page(const Question& question, const Scope& scope) const;
    Result<Report> time_distribution(const Question& question, const Scope& scope) const;
    Result<Report> properties(const Question& question, const Scope& scope) const;
    Result<Report> goals(const Question& question, const Scope& scope) const;
    Result<Report> funnel(const Question& question, const Scope& scope) const;
    Result<Report> bots(const Question& question, const Scope& scope) const;
    Status add_totals(const Question& question, const Scope& scope, Report& report) const;
    Result<std::map<std::string, Value>> totals(const Question& question, const Scope& scope) const;

    Store& store_;
};

}  // namespace avow::traffic
