// SPDX-License-Identifier: Apache-2.0
#include "traffic/report_parts.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "traffic/sighting.hh"
#include "traffic/siphash.hh"
#include "traffic/suppress.hh"

namespace avow::traffic {

void fold_into(Report& report, std::vector<Weighed> rows, const Question& question,
               const std::function<void(Values& other, const Values& row)>& add) {
    // Of equal weights the first by name is folded: how words are numbered shows nowhere. What is
    // folded for its size alone needs no order among its like, and of that there may be very much.
    const auto by_name = [](const Weighed& a, const Weighed& b) { return a.values < b.values; };
    const auto small = std::partition(rows.begin(), rows.end(),
                                      [&](const Weighed& row) { return row.weight >= question.k; });
    std::sort(rows.begin(), small, by_name);
    if (small != rows.end()) {
        std::iter_swap(small, std::min_element(small, rows.end(), by_name));
    }
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

std::string counted(const Question& question, std::string_view more) {
    if (!question.noise) return std::string(more);
    return std::string(more) + " and known = 1 and depth < " +
           std::to_string(Noise::kPagesOfOneVisitor);
}

void add_noise(Report& report, const Question& question) {
    const auto& key = question.noise->key;
    auto asked = question.report + "|" + question.site + "|" + std::to_string(question.from) + "|" +
                 std::to_string(question.to);
    for (const auto& filter : question.filters) {
        asked += "|" + std::string(name_of(filter.dimension)) + ":" + filter.value;
    }
    // Box and Muller's transform of two even numbers in (0, 1].
    const auto even = [&](const std::string& cell) {
        return (static_cast<double>(siphash(key, cell) >> 11) + 1) * 0x1p-53;
    };
    const auto noisy = [&](std::int64_t count, const std::string& cell) {
        const auto normal = std::sqrt(-2 * std::log(even(cell + "|radius"))) *
                            std::cos(2 * std::numbers::pi * even(cell + "|angle"));
        const auto moved = static_cast<double>(count) + Noise::kDeviation * normal;
        return std::max<std::int64_t>(0, std::llround(moved));
    };
    for (auto& row : report.rows) {
        const auto* name = row.empty() ? nullptr : std::get_if<std::string>(&row[0]);
        const auto place = asked + "|row " + (name != nullptr ? *name : std::string());
        for (std::size_t i = 1; i < row.size(); ++i) {
            if (auto* count = std::get_if<std::int64_t>(&row[i]))
                *count = noisy(*count, place + "|" + report.columns[i]);
        }
    }
    for (auto* totals : {&report.totals, &report.before}) {
        const std::string which = totals == &report.totals ? "|total " : "|before ";
        for (auto& [name, value] : *totals) {
            auto* count = std::get_if<std::int64_t>(&value);
            if (count != nullptr && name != "visitors_exact")
                *count = noisy(*count, asked + which + name);
        }
    }
    // Whose place is whose would tell what the counts were.
    if (report.columns.size() > 1) {
        std::sort(report.rows.begin(), report.rows.end(), [](const Values& a, const Values& b) {
            return a[1] != b[1] ? a[1] > b[1] : a[0] < b[0];
        });
    }
    report.other.reset();
    report.uncertainty.push_back(
        "normal noise with a standard deviation of 10 was added to every count; of one browser and "
        "day at most nine pages are counted, and browsers that tell nothing are left out");
}

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

Error cannot_filter(std::string_view report) {
    return Error(Code::invalid, "the report " + std::string(report) +
                                    " can only be filtered by page: it is counted apart from who "
                                    "came how, so that nobody's way can be followed");
}

}  // namespace avow::traffic
