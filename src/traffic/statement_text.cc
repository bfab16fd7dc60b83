// SPDX-License-Identifier: Apache-2.0
#include "traffic/statement_text.hh"

namespace avow::traffic {

std::string within(const DayRanges& ranges, std::string_view column, std::int64_t per_day) {
    std::string text;
    for (const auto& [start, end] : ranges) {
        text += (text.empty() ? "(" : " or (") + std::string(column) +
                " >= " + std::to_string(start * per_day) + " and " + std::string(column) + " < " +
                std::to_string(end * per_day) + ")";
    }
    return text.empty() ? "1 = 0" : "(" + text + ")";
}

std::string filled(std::string_view sql, std::span<const Filling> with) {
    std::string text(sql);
    for (const auto& [name, value] : with) {
        const auto mark = "{" + std::string(name) + "}";
        for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + value.size())) {
            text.replace(at, mark.size(), value);
        }
    }
    return text;
}

std::string with_numbers(std::string_view sql, const std::vector<std::int64_t>& numbers) {
    std::string text;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        const bool asked = sql[i] == '$' && i + 1 < sql.size() && sql[i + 1] >= '1' &&
                           static_cast<std::size_t>(sql[i + 1] - '1') < numbers.size();
        if (asked) {
            text += std::to_string(numbers[static_cast<std::size_t>(sql[++i] - '1')]);
        } else {
            text += sql[i];
        }
    }
    return text;
}

std::string one_of(std::string_view column, const std::vector<std::int64_t>& values) {
    if (values.empty()) return "1 = 0";
    std::string text(column);
    for (std::size_t i = 0; i < values.size(); ++i) {
        text += (i == 0 ? " in (" : ", ") + std::to_string(values[i]);
    }
    return text + ")";
}

}  // namespace avow::traffic
