// SPDX-License-Identifier: Apache-2.0
// What a ClickHouse server answers and what lies in the spool: bytes of a broken machine.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "traffic/clickhouse/answers.hh"
#include "traffic/clickhouse/client.hh"
#include "traffic/clickhouse/delivery.hh"
#include "traffic/row_bytes.hh"
#include "traffic/spool.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace avow::traffic;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    [[maybe_unused]] const auto answer = clickhouse::read_answer(text);
    std::size_t cells = 0;
    clickhouse::each_row(text, [&](const Cells& row) {
        for (std::size_t i = 0; i < row.size(); ++i) cells += row.text(i).size();
    });
    [[maybe_unused]] const auto addresses = clickhouse::parse_addresses(text);
    [[maybe_unused]] const auto label = clickhouse::label_from(text);
    [[maybe_unused]] const auto segment = read_segment(text);
    const Segment one{"", {std::string(text)}, false};
    if (const auto inserts = clickhouse::inserts_of(one, {"db:1", 1}, "avow", "two")) {
        // What was read is written again, and is then read in the same way.
        Batch batch;
        std::vector<ImportRow> imports;
        if (!read_into(text, imports, batch)) __builtin_trap();
    }
    return 0;
}
