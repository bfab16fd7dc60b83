// SPDX-License-Identifier: Apache-2.0
#include "services/exports/csv.hh"

namespace avow::services {
namespace {

bool is_formula(std::string_view text) {
    if (text.empty()) return false;
    const char first = text.front();
    if (first == '=' || first == '@' || first == '\t' || first == '\r') return true;
    return (first == '+' || first == '-') &&
           text.find_first_not_of("0123456789 ().-/", 1) != text.npos;
}

}  // namespace

std::string csv_line(std::span<const std::string_view> texts) {
    std::string line;
    for (const auto text : texts) {
        if (!line.empty()) line += ',';
        line += is_formula(text) ? "\"'" : "\"";
        for (const char c : text) {
            line += c;
            if (c == '"') line += '"';
        }
        line += '"';
    }
    return line + "\r\n";
}

std::string csv_line(std::initializer_list<std::string_view> texts) {
    return csv_line(std::span<const std::string_view>(texts.begin(), texts.size()));
}

}  // namespace avow::services
