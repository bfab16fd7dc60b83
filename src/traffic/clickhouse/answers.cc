// SPDX-License-Identifier: Apache-2.0
#include "traffic/clickhouse/answers.hh"

#include <charconv>
#include <vector>

#include "base/text.hh"

namespace avow::traffic::clickhouse {
namespace {

Error broken(const char* why) {
    return Error(Code::unavailable, "the traffic store cannot be reached now").caused_by(why);
}

std::optional<std::size_t> number(std::string_view text, int base) {
    std::size_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

bool is_header(std::string_view line, std::string_view name) {
    if (line.size() <= name.size() || line[name.size()] != ':') return false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = line[i] >= 'A' && line[i] <= 'Z' ? static_cast<char>(line[i] + 32) : line[i];
        if (c != name[i]) return false;
    }
    return true;
}

Result<std::string> read_chunks(std::string_view bytes) {
    std::string body;
    while (true) {
        const auto end = bytes.find("\r\n");
        if (end == bytes.npos) return broken("a chunk's length is missing");
        const auto head = bytes.substr(0, end);
        const auto size = number(trimmed(head.substr(0, head.find(';'))), 16);
        if (!size) return broken("a chunk's length is no number");
        bytes.remove_prefix(end + 2);
        if (*size == 0) return body;
        if (bytes.size() < 2 || *size > bytes.size() - 2) return broken("a chunk is cut short");
        body += bytes.substr(0, *size);
        bytes.remove_prefix(*size);
        if (!bytes.starts_with("\r\n")) return broken("a chunk does not end");
        bytes.remove_prefix(2);
    }
}

// The characters that a backslash stands before.
char unescaped(char c) {
    switch (c) {
        case 't':
            return '\t';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case '0':
            return '\0';
        default:  // any: a backslash before another character stands for that
            return c;
    }
}

class TextCells final : public Cells {
  public:
    bool read(std::string_view line) {
        cells_.clear();
        for (const auto cell : split(line, '\t')) {
            if (cell == "\\N") {
                cells_.emplace_back();
                continue;
            }
            std::string text;
            for (std::size_t i = 0; i < cell.size(); ++i) {
                if (cell[i] != '\\') {
                    text += cell[i];
                } else if (++i < cell.size()) {
                    text += unescaped(cell[i]);
                } else {
                    return false;
                }
            }
            cells_.push_back(std::move(text));
        }
        return true;
    }
    std::size_t size() const override { return cells_.size(); }
    std::int64_t integer(std::size_t column) const override {
        std::int64_t value = 0;
        if (column >= cells_.size()) return 0;
        const auto& cell = cells_[column];
        std::from_chars(cell.data(), cell.data() + cell.size(), value);
        return value;
    }
    std::string_view text(std::size_t column) const override {
        return column < cells_.size() ? std::string_view(cells_[column]) : std::string_view();
    }

  private:
    std::vector<std::string> cells_;
};

}  // namespace

Result<Answer> read_answer(std::string_view bytes) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == bytes.npos) return broken("no whole answer came");
    auto lines = split(bytes.substr(0, end), '\n');
    const auto body = bytes.substr(end + 4);
    if (!lines[0].starts_with("HTTP/1.") || lines[0].size() < 12) return broken("not HTTP");
    const auto status = number(lines[0].substr(9, 3), 10);
    if (!status) return broken("not HTTP");
    Answer answer{static_cast<int>(*status), {}};
    std::optional<std::size_t> length;
    for (auto line : lines) {
        line = trimmed(line);
        if (is_header(line, "transfer-encoding")) {
            TRY(answer.body, read_chunks(body));
            return answer;
        }
        if (is_header(line, "content-length")) {
            length = number(trimmed(line.substr(line.find(':') + 1)), 10);
        }
    }
    if (length && *length > body.size()) return broken("an answer is cut short");
    answer.body = body.substr(0, length.value_or(body.size()));
    return answer;
}

bool each_row(std::string_view rows, const OnRow& on_row) {
    TextCells cells;
    while (!rows.empty()) {
        const auto end = rows.find('\n');
        if (end == rows.npos || !cells.read(rows.substr(0, end))) return false;
        on_row(cells);
        rows.remove_prefix(end + 1);
    }
    return true;
}

}  // namespace avow::traffic::clickhouse
