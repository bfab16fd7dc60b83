// SPDX-License-Identifier: Apache-2.0
#include "services/survey/statistics.hh"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

namespace avow::services {
namespace {

constexpr double kNormal = 1.959963984540054;  // the 97.5 % quantile of the normal distribution

double figure(std::uint64_t cell) {
    return std::bit_cast<double>(cell);
}

std::int64_t first_day_of_month(std::int64_t day) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    const std::chrono::sys_days first{date.year() / date.month() / 1};
    return first.time_since_epoch().count();
}

std::vector<std::string> values_of(const Question& question) {
    std::vector<std::string> values;
    if (question.type == QuestionType::boolean) return {"true", "false"};
    if (question.type == QuestionType::rating) {
        for (auto value = question.rating_from; value <= question.rating_to; ++value) {
            values.push_back(std::to_string(value));
        }
        return values;
    }
    for (const auto& choice : question.choices) values.push_back(choice.value);
    if (question.has_other) values.emplace_back(kOther);
    if (question.has_none) values.emplace_back(kNone);
    return values;
}

// Which of `values` a cell holds, as indices.
class Sorter {
  public:
    Sorter(const Question& question, const MarkColumn& column, std::vector<std::string> values)
        : column_(column), values_(std::move(values)), from_(question.rating_from) {
        for (const auto& value : column.values) {
            auto found = std::find(values_.begin(), values_.end(), value);
            // A choice that an earlier version had.
            if (found == values_.end()) found = values_.insert(values_.end(), value);
            index_.push_back(static_cast<std::size_t>(found - values_.begin()));
        }
    }
    const std::vector<std::string>& values() const { return values_; }

    template <typename Visit>
    void each(std::uint64_t cell, const Visit& visit) const {
        if (column_.type == QuestionType::rating) {
            const auto index = static_cast<std::int64_t>(figure(cell)) - from_;
            if (index >= 0 && index < static_cast<std::int64_t>(values_.size())) {
                visit(static_cast<std::size_t>(index));
            }
            return;
        }
        for (auto bits = cell; bits != 0; bits &= bits - 1) {
            visit(index_[static_cast<std::size_t>(std::countr_zero(bits))]);
        }
    }

  private:
    const MarkColumn& column_;
    std::vector<std::string> values_;
    std::int64_t from_;
    std::vector<std::size_t> index_;  // of values_, by bit
};

// The sums that every measure is made of.
struct Sums {
    std::size_t count = 0;
    double sum = 0;
    double squares = 0;
    std::size_t high = 0;  // promoters, or who is satisfied
    std::size_t low = 0;   // detractors

    void add(Measure measure, double value) {
        ++count;
        sum += value;
        squares += value * value;
        if (measure == Measure::nps) {
            high += value >= 9 ? 1 : 0;
            low += value <= 6 ? 1 : 0;
        } else if (measure == Measure::csat) {
            high += value >= 4 ? 1 : 0;
        }
    }
    Estimate estimate(Measure measure) const {
        if (measure == Measure::nps) return net_promoter_score(high, count - high - low, low);
        if (measure == Measure::csat) return share(high, count);
        return mean(sum, squares, count);
    }
};

}  // namespace

Estimate share(std::size_t part, std::size_t whole) {
    const auto n = static_cast<double>(whole);
    const auto p = static_cast<double>(part) / n;
    const auto z2 = kNormal * kNormal;
    const auto middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    const auto half = kNormal * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    return {p, std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

Estimate net_promoter_score(std::size_t promoters, std::size_t passives, std::size_t detractors) {
    const auto n = static_cast<double>(promoters + passives + detractors);
    const auto score = (static_cast<double>(promoters) - static_cast<double>(detractors)) / n;
    const auto adjusted = n + 3;
    const auto p = (static_cast<double>(promoters) + 0.75) / adjusted;
    const auto d = (static_cast<double>(detractors) + 0.75) / adjusted;
    const auto half = kNormal * std::sqrt((p + d - (p - d) * (p - d)) / adjusted);
    return {100 * score, 100 * std::max(-1.0, p - d - half), 100 * std::min(1.0, p - d + half)};
}

Estimate mean(double sum, double sum_of_squares, std::size_t count) {
    const auto n = static_cast<double>(count);
    const auto middle = sum / n;
    if (count < 2) return {middle, middle, middle};
    const auto variance = std::max(0.0, (sum_of_squares - sum * middle) / (n - 1));
    const auto t = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
    const auto half = t * std::sqrt(variance / n);
    return {middle, middle - half, middle + half};
}

std::string_view name_of(Measure measure) {
    switch (measure) {
        case Measure::none:
            return "none";
        case Measure::nps:
            return "nps";
        case Measure::csat:
            return "csat";
        case Measure::ces:
            return "ces";
    }
    return {};
}

Measure measure_of(const Question& question) {
    if (question.type != QuestionType::rating) return Measure::none;
    if (question.rating_from == 0 && question.rating_to == 10) return Measure::nps;
    if (question.rating_from == 1 && question.rating_to == 5) return Measure::csat;
    if (question.rating_from == 1 && question.rating_to == 7) return Measure::ces;
    return Measure::none;
}

QuestionResult result_of(const Question& question, const MarkColumns& columns,
                         const std::vector<std::uint32_t>& rows, std::size_t fewest) {
    QuestionResult result{question.name, question.type, 0, {}, {}, measure_of(question), {}, {}};
    const auto* column = columns.find(question.name);
    if (column == nullptr || column->type != question.type) return result;
    const bool figures =
        question.type == QuestionType::number || question.type == QuestionType::rating;
    const Sorter sorter(question, *column, values_of(question));
    std::vector<std::size_t> counts(sorter.values().size());
    Sums all;
    std::map<std::int64_t, Sums> months;
    for (const auto row : rows) {
        const auto cell = column->cells[row];
        if (cell == MarkColumns::kNothing) continue;
        ++result.answered;
        if (question.type != QuestionType::number) {
            sorter.each(cell, [&](std::size_t index) { ++counts[index]; });
        }
        if (!figures) continue;
        all.add(result.measure, figure(cell));
        if (result.measure == Measure::none) continue;
        months[columns.day(row)].add(result.measure, figure(cell));
    }
    if (result.answered < fewest) return result;
    if (question.type != QuestionType::number) {
        for (std::size_t i = 0; i < counts.size(); ++i) {
            result.counts.push_back({sorter.values()[i], counts[i]});
        }
    }
    if (!figures) return result;
    result.average = mean(all.sum, all.squares, all.count);
    if (result.measure == Measure::none) return result;
    result.estimate = all.estimate(result.measure);
    for (const auto& [day, sums] : months) {
        const auto first = first_day_of_month(day);
        if (result.trend.empty() || result.trend.back().first_day != first) {
            result.trend.push_back({first, 0, {}});
        }
    }
    for (auto& period : result.trend) {
        Sums sums;
        for (const auto& [day, one] : months) {
            if (first_day_of_month(day) != period.first_day) continue;
            sums.count += one.count;
            sums.sum += one.sum;
            sums.squares += one.squares;
            sums.high += one.high;
            sums.low += one.low;
        }
        period.answered = sums.count;
        if (sums.count >= fewest) period.estimate = sums.estimate(result.measure);
    }
    return result;
}

Result<CrossTab> cross_tab(const Question& down, const Question& across, const MarkColumns& columns,
                           const std::vector<std::uint32_t>& rows, std::size_t fewest) {
    Error wrong(Code::invalid, "the cross-tab cannot be made");
    for (const auto* question : {&down, &across}) {
        if (question->is_text() || question->type == QuestionType::number) {
            return Error(wrong).at(question == &down ? "/rows" : "/columns",
                                   "is not a question with choices");
        }
    }
    CrossTab table{down.name, across.name, values_of(down), values_of(across), {}};
    std::vector<std::vector<std::size_t>> counts;
    const auto* left = columns.find(down.name);
    const auto* right = columns.find(across.name);
    if (left != nullptr && right != nullptr && left->type == down.type &&
        right->type == across.type) {
        const Sorter by_row(down, *left, table.row_values);
        const Sorter by_column(across, *right, table.column_values);
        table.row_values = by_row.values();
        table.column_values = by_column.values();
        counts.assign(table.row_values.size(),
                      std::vector<std::size_t>(table.column_values.size()));
        for (const auto row : rows) {
            if (left->cells[row] == MarkColumns::kNothing ||
                right->cells[row] == MarkColumns::kNothing) {
                continue;
            }
            by_row.each(left->cells[row], [&](std::size_t i) {
                by_column.each(right->cells[row], [&](std::size_t j) { ++counts[i][j]; });
            });
        }
    } else {
        counts.assign(table.row_values.size(),
                      std::vector<std::size_t>(table.column_values.size()));
    }
    for (const auto& line : counts) {
        auto& told = table.cells.emplace_back();
        for (const auto count : line) {
            told.push_back(count > 0 && count < fewest ? std::nullopt : std::optional(count));
        }
    }
    return table;
}

}  // namespace avow::services
