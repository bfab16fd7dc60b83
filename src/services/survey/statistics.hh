// SPDX-License-Identifier: Apache-2.0
// What answers say together, and how sure that is. Pure.
//
// A rating's scale says what it measures, as the field uses the words:
//   0–10  NPS: the share of 9 and 10 less the share of 0 to 6, from −100 to 100
//   1–5   CSAT: the share of 4 and 5
//   1–7   CES: the mean
// Intervals are of 95 %: a share's by Wilson (1927); NPS' by the adjusted Wald method of Rocks,
// "Interval Estimation for the 'Net Promoter Score'", The American Statistician 70 (2016), which
// adds three answers, ¾ 1½ ¾; a mean's by Student's t.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/survey/marks.hh"

namespace avow::services {

struct Estimate {
    double value = 0;
    double low = 0;
    double high = 0;
};

Estimate share(std::size_t part, std::size_t whole);  // of 1; `whole` is not 0
Estimate net_promoter_score(std::size_t promoters, std::size_t passives, std::size_t detractors);
// Of at least one value; one alone has no interval: low and high are the value.
Estimate mean(double sum, double sum_of_squares, std::size_t count);

enum class Measure { none, nps, csat, ces };
std::string_view name_of(Measure measure);
Measure measure_of(const Question& question);

struct Count {
    std::string value;
    std::size_t count = 0;
};

struct Period {
    std::int64_t first_day = 0;  // of the month, since 1970
    std::size_t answered = 0;
    std::optional<Estimate> estimate;  // nothing: too few
};

struct QuestionResult {
    std::string question;
    QuestionType type = QuestionType::radiogroup;
    std::size_t answered = 0;
    std::vector<Count> counts;        // in the order of the definition
    std::optional<Estimate> average;  // of numbers and ratings
    Measure measure = Measure::none;
    std::optional<Estimate> estimate;  // of the measure
    std::vector<Period> trend;         // of the measure, a month each, oldest first
};

struct CrossTab {
    std::string rows;
    std::string columns;
    std::vector<std::string> row_values;
    std::vector<std::string> column_values;
    std::vector<std::vector<std::optional<std::size_t>>> cells;  // nothing: 1 to fewest − 1
};

// Of these rows of the columns. Figures of fewer than `fewest` answers are left out.
QuestionResult result_of(const Question& question, const MarkColumns& columns,
                         const std::vector<std::uint32_t>& rows, std::size_t fewest);
// `invalid` when a question has no marks.
Result<CrossTab> cross_tab(const Question& down, const Question& across, const MarkColumns& columns,
                           const std::vector<std::uint32_t>& rows, std::size_t fewest);

}  // namespace avow::services
