// SPDX-License-Identifier: Apache-2.0
// The text of one file, known to be UTF-8 and of bearable size, with lines and columns. Private to
// the room.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/report.hh"

namespace avow::policy {

class SourceText {
  public:
    // Nothing, and a finding, when the file cannot be read as text. A byte order mark is dropped.
    static std::optional<SourceText> create(const SourceFile& file, Report& report);

    std::string_view text() const { return text_; }
    // Where the character at this byte stands. Lines end with LF, CR LF or CR.
    Place place_of(std::size_t offset) const;
    // The first byte of a line, from 1; the end of the text for lines past the last.
    std::size_t start_of_line(std::size_t line) const;

  private:
    explicit SourceText(std::string_view text);
    std::string_view text_;  // of the SourceFile, which outlives this
    std::vector<std::size_t> line_starts_;
};

// White space as readers see it: any run is one space, none at the ends. A line break between two
// Chinese or Japanese characters is nothing, for these scripts put no space between words.
// `from`, when given, tells for each byte of the result which byte of `text` it came from.
std::string fold_space(std::string_view text, std::vector<std::uint32_t>* from = nullptr);

}  // namespace avow::policy
