// SPDX-License-Identifier: Apache-2.0
// What a ClickHouse server answers: HTTP/1.1 (RFC 9112) as it speaks it, and rows in its form
// TabSeparated. Pure.
#pragma once

#include <string>
#include <string_view>

#include "traffic/columns.hh"

namespace avow::traffic::clickhouse {

inline constexpr std::size_t kAnswerBytesMax = 512u << 20;  // LIMIT: of one answer

struct Answer {
    int status = 0;
    std::string body;
};
// All that came until the server closed; `unavailable` when that is not a whole answer.
Result<Answer> read_answer(std::string_view bytes);

// False: these are no such rows; those before were told.
bool each_row(std::string_view rows, const OnRow& on_row);

}  // namespace avow::traffic::clickhouse
