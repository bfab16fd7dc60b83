// SPDX-License-Identifier: Apache-2.0
// A folder of catalogues: <language>/<catalogue>.json, English being the source. Beside them
// translated/<language>.json keeps of which source each text was translated, so that what is stale
// can be told; a text that it does not know is taken for good.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hh"
#include "translation/sheet.hh"

namespace avow::app {

class WordsFolder {
  public:
    explicit WordsFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

    Status check() const;                         // `not_found` when it holds no source
    std::vector<std::string> languages() const;   // without the source
    std::vector<std::string> catalogues() const;  // of the source
    // Empty when the language has none. `invalid` names the file.
    Result<translation::Catalogue> read(std::string_view language, std::string_view name) const;
    Result<translation::Sheet> sheet(const std::string& language, const std::string& name) const;
    // `invalid` when sheet and folder do not fit.
    Result<translation::Merged> merge(const translation::Sheet& sheet) const;
    Status keep(const translation::Sheet& sheet, const translation::Merged& merged) const;
    // How many translations are said to fit the source of now.
    Result<std::size_t> confirm(const std::string& language, const std::string& name) const;

  private:
    std::filesystem::path record_of(std::string_view language) const;
    Result<translation::Sources> sources(std::string_view language, std::string_view name) const;
    Status keep_sources(std::string_view language, std::string_view name,
                        const translation::Sources& sources) const;

    std::filesystem::path folder_;
};

}  // namespace avow::app
