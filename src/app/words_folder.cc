// SPDX-License-Identifier: Apache-2.0
#include "app/words_folder.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "base/file.hh"
#include "base/json.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

constexpr std::string_view kSource = "en";
constexpr std::string_view kRecords = "translated";

// All that is known of a language: catalogue, id, digest.
Result<bj::object> read_record(const fs::path& file) {
    if (!fs::exists(file)) return bj::object();
    TRY(const auto text, read_file(file));
    const auto parsed = json::parse(text);
    if (!parsed || !parsed->is_object())
        return Error(Code::invalid, file.string() + " is no record of translations");
    return parsed->get_object();
}

}  // namespace

Status WordsFolder::check() const {
    if (fs::is_directory(folder_ / kSource)) return {};
    return Error(Code::not_found,
                 folder_.string() + " holds no words: name a folder with en/*.json by --words");
}

std::vector<std::string> WordsFolder::languages() const {
    std::vector<std::string> all;
    std::error_code error;
    for (const auto& item : fs::directory_iterator(folder_, error)) {
        const auto name = item.path().filename().string();
        if (item.is_directory() && name != kSource && name != kRecords &&
            translation::is_language(name))
            all.push_back(name);
    }
    std::sort(all.begin(), all.end());
    return all;
}

std::vector<std::string> WordsFolder::catalogues() const {
    std::vector<std::string> all;
    std::error_code error;
    for (const auto& item : fs::directory_iterator(folder_ / kSource, error)) {
        if (item.path().extension() == ".json") all.push_back(item.path().stem().string());
    }
    std::sort(all.begin(), all.end());
    return all;
}

Result<translation::Catalogue> WordsFolder::read(std::string_view language,
                                                 std::string_view name) const {
    const auto file = folder_ / language / (std::string(name) + ".json");
    if (!fs::exists(file)) return translation::Catalogue();
    TRY(const auto text, read_file(file));
    auto catalogue = translation::read_catalogue(text);
    if (catalogue) return catalogue;
    return Error(Code::invalid, file.string() + ": " + catalogue.error().words().value);
}

fs::path WordsFolder::record_of(std::string_view language) const {
    return folder_ / kRecords / (std::string(language) + ".json");
}

Result<translation::Sources> WordsFolder::sources(std::string_view language,
                                                  std::string_view name) const {
    TRY(const auto record, read_record(record_of(language)));
    translation::Sources sources;
    const auto* own = record.if_contains(name);
    if (own == nullptr || !own->is_object()) return sources;
    for (const auto& [id, digest] : own->get_object()) {
        if (digest.is_string()) sources.emplace(id, std::string(digest.get_string()));
    }
    return sources;
}

Status WordsFolder::keep_sources(std::string_view language, std::string_view name,
                                 const translation::Sources& sources) const {
    const auto file = record_of(language);
    TRY(auto record, read_record(file));
    bj::object own;
    for (const auto& [id, digest] : sources) own[id] = digest;
    record[name] = std::move(own);
    // One text a line, sorted: two branches that translate meet seldom.
    std::string text = "{";
    std::map<std::string, const bj::value*> sorted;
    for (const auto& [key, value] : record) sorted.emplace(key, &value);
    for (const auto& [key, value] : sorted) {
        text += (text.size() > 1 ? ",\n\"" : "\n\"") + key + "\": {";
        std::map<std::string, std::string> ids;
        for (const auto& [id, digest] : value->as_object())
            ids.emplace(id, std::string(digest.as_string()));
        const char* before = "\n";
        for (const auto& [id, digest] : ids) {
            text += before + ("  \"" + id + "\": \"" + digest + "\"");
            before = ",\n";
        }
        text += "\n}";
    }
    std::error_code failed;
    fs::create_directories(file.parent_path(), failed);
    return write_file_durably(file, as_bytes(text + "\n}\n"));
}

Result<translation::Sheet> WordsFolder::sheet(const std::string& language,
                                              const std::string& name) const {
    if (!translation::is_language(language))
        return Error(Code::invalid, "this is no language: write fr, or pt-BR");
    const auto all = catalogues();
    if (!translation::is_id(name) || std::find(all.begin(), all.end(), name) == all.end())
        return Error(Code::invalid,
                     "there is no catalogue \"" + name + "\" in " + folder_.string());
    TRY(const auto source, read(kSource, name));
    TRY(const auto target, read(language, name));
    TRY(const auto known, sources(language, name));
    return translation::sheet_of(name, language, source, target, known);
}

Result<translation::Merged> WordsFolder::merge(const translation::Sheet& sheet) const {
    if (sheet.language == kSource)
        return Error(Code::invalid, "en is the source: change it in its files");
    // Whether such a catalogue and such a language can be.
    TRY([[maybe_unused]] const auto own, this->sheet(sheet.language, sheet.catalogue));
    TRY(const auto source, read(kSource, sheet.catalogue));
    TRY(const auto target, read(sheet.language, sheet.catalogue));
    TRY(const auto known, sources(sheet.language, sheet.catalogue));
    return translation::merge(sheet, source, target, known);
}

Status WordsFolder::keep(const translation::Sheet& sheet, const translation::Merged& merged) const {
    std::error_code failed;
    fs::create_directories(folder_ / sheet.language, failed);
    TRY_OK(write_file_durably(folder_ / sheet.language / (sheet.catalogue + ".json"),
                              as_bytes(translation::spell(merged.catalogue))));
    return keep_sources(sheet.language, sheet.catalogue, merged.sources);
}

Result<std::size_t> WordsFolder::confirm(const std::string& language,
                                         const std::string& name) const {
    TRY(const auto own, sheet(language, name));
    translation::Sources known;
    for (const auto& unit : own.units) {
        if (!translation::is_missing(unit, language))
            known.emplace(unit.id, translation::digest_of(unit));
    }
    TRY_OK(keep_sources(language, name, known));
    return known.size();
}

}  // namespace avow::app
