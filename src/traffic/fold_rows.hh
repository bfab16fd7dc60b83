// SPDX-License-Identifier: Apache-2.0
// Rows sorted by what they say, and equal ones as one: the order of arrival is gone. Private to
// this folder. Pure.
#pragma once

#include <algorithm>
#include <tuple>
#include <vector>

#include "traffic/columns.hh"

namespace avow::traffic {

inline auto key_of(const ViewRow& row) {
    return std::tie(row.site, row.hour, row.page, row.kind, row.name, row.source, row.campaign,
                    row.browser, row.system, row.country, row.channel, row.device, row.origin,
                    row.bot, row.known, row.today, row.week, row.month, row.year, row.gap,
                    row.depth, row.entry, row.reload);
}
inline auto key_of(const EdgeRow& row) {
    return std::tie(row.site, row.day, row.from_page, row.to_page);
}
inline auto key_of(const EngagementRow& row) {
    return std::tie(row.site, row.day, row.page, row.bucket);
}
inline auto key_of(const PropertyRow& row) {
    return std::tie(row.site, row.day, row.name, row.property);
}

template <typename Row>
void fold_rows(std::vector<Row>& rows) {
    std::sort(rows.begin(), rows.end(),
              [](const Row& a, const Row& b) { return key_of(a) < key_of(b); });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (kept > 0 && key_of(rows[kept - 1]) == key_of(rows[i])) {
            rows[kept - 1].n += rows[i].n;
        } else {
            rows[kept++] = rows[i];
        }
    }
    rows.resize(kept);
    std::erase_if(rows, [](const Row& row) { return row.n == 0; });
}

}  // namespace avow::traffic
