// SPDX-License-Identifier: Apache-2.0
#include "app/i18n_commands.hh"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "app/commands.hh"
#include "app/words_folder.hh"
#include "base/file.hh"
#include "translation/po.hh"
#include "translation/pseudo.hh"
#include "translation/xliff.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;
using translation::Sheet;

struct Asked {
    fs::path words = "web/words";
    fs::path out = ".";
    std::vector<fs::path> files;
    std::vector<std::string> catalogues;  // empty: all
    std::string language;
    std::string format = "po";
    bool json = false;
};

std::vector<std::string> wanted_catalogues(const Asked& asked, const WordsFolder& folder) {
    return asked.catalogues.empty() ? folder.catalogues() : asked.catalogues;
}

Result<int> show_status(const Asked& asked) {
    const WordsFolder folder(asked.words);
    TRY_OK(folder.check());
    bool all = true;
    bj::array told;
    for (const auto& language : folder.languages()) {
        for (const auto& name : folder.catalogues()) {
            TRY(const auto sheet, folder.sheet(language, name));
            const auto standing = translation::standing_of(sheet);
            all = all && standing.missing == 0 && standing.stale == 0;
            if (asked.json) {
                told.push_back({{"language", language},
                                {"catalogue", name},
                                {"translated", standing.translated},
                                {"missing", standing.missing},
                                {"stale", standing.stale}});
                continue;
            }
            std::printf("%-8s %-10s %4zu translated, %zu missing, %zu stale\n", language.c_str(),
                        name.c_str(), standing.translated, standing.missing, standing.stale);
        }
    }
    if (asked.json) std::puts(bj::serialize(told).c_str());
    return all ? kDone : kNo;
}

Result<int> export_sheets(const Asked& asked) {
    const WordsFolder folder(asked.words);
    TRY_OK(folder.check());
    if (asked.language == "en")
        return Error(Code::invalid, "en is the source: there is nothing to translate");
    std::error_code failed;
    fs::create_directories(asked.out, failed);
    for (const auto& name : wanted_catalogues(asked, folder)) {
        TRY(const auto sheet, folder.sheet(asked.language, name));
        const bool po = asked.format == "po";
        TRY(const auto text, po ? translation::write_po(sheet)
                                : Result<std::string>(translation::write_xliff(sheet)));
        const auto file = asked.out / (name + "." + asked.language + (po ? ".po" : ".xlf"));
        TRY_OK(write_file_durably(file, as_bytes(text)));
        std::puts(file.c_str());
    }
    return kDone;
}

Result<std::vector<Sheet>> read_sheets(const fs::path& file) {
    TRY(const auto text, read_file(file, translation::kFileMax));
    if (file.extension() == ".po" || file.extension() == ".pot") {
        TRY(auto sheet, translation::read_po(text));
        std::vector<Sheet> sheets;
        sheets.push_back(std::move(sheet));
        return sheets;
    }
    return translation::read_xliff(text);
}

struct Imported {
    Sheet sheet;
    translation::Merged merged;
};

bool comes_twice(const std::vector<Imported>& imported, const Sheet& sheet) {
    return std::any_of(imported.begin(), imported.end(), [&](const auto& one) {
        return one.sheet.language == sheet.language && one.sheet.catalogue == sheet.catalogue;
    });
}

// What is wrong with a file, each on a line of its own as compilers write it.
bool tell_wrong(const fs::path& file, const translation::Merged& merged) {
    for (const auto& one : merged.wrong)
        std::fprintf(stderr, "%s:%u: %s\n", file.c_str(), one.line, one.words.c_str());
    return !merged.wrong.empty();
}

Result<int> import_files(const Asked& asked) {
    const WordsFolder folder(asked.words);
    TRY_OK(folder.check());
    std::vector<Imported> imported;
    bool wrong = false;
    for (const auto& file : asked.files) {
        auto sheets = read_sheets(file);
        if (!sheets && sheets.error().code() != Code::invalid) return sheets.error();
        if (!sheets) {
            const auto& words = sheets.error().words().value;
            std::fprintf(stderr, "%s: %s\n", file.c_str(), words.c_str());
            wrong = true;
            continue;
        }
        for (auto& sheet : *sheets) {
            auto merged = folder.merge(sheet);
            if (!merged) {
                std::fprintf(stderr, "%s: %s\n", file.c_str(),
                             merged.error().words().value.c_str());
                wrong = true;
                continue;
            }
            wrong = tell_wrong(file, *merged) || wrong;
            if (comes_twice(imported, sheet)) {
                std::fprintf(stderr, "%s: %s of %s comes twice\n", file.c_str(),
                             sheet.catalogue.c_str(), sheet.language.c_str());
                wrong = true;
            }
            imported.push_back({std::move(sheet), std::move(*merged)});
        }
    }
    if (wrong) {
        std::fputs("avow: nothing was taken\n", stderr);
        return kNo;
    }
    for (const auto& [sheet, merged] : imported) {
        TRY_OK(folder.keep(sheet, merged));
        std::printf("%s %s: %zu taken\n", sheet.language.c_str(), sheet.catalogue.c_str(),
                    merged.taken);
        for (const auto& id : merged.stale)
            std::printf("  %s left out: its source changed since\n", id.c_str());
    }
    return kDone;
}

Result<int> confirm(const Asked& asked) {
    const WordsFolder folder(asked.words);
    TRY_OK(folder.check());
    for (const auto& name : wanted_catalogues(asked, folder)) {
        TRY(const auto confirmed, folder.confirm(asked.language, name));
        std::printf("%s %s: %zu confirmed\n", asked.language.c_str(), name.c_str(), confirmed);
    }
    return kDone;
}

Result<int> write_pseudo(const Asked& asked) {
    const WordsFolder folder(asked.words);
    TRY_OK(folder.check());
    std::error_code failed;
    fs::create_directories(asked.out, failed);
    for (const auto& name : wanted_catalogues(asked, folder)) {
        TRY(const auto source, folder.read("en", name));
        const auto text = translation::spell(translation::pseudo(source));
        TRY_OK(write_file_durably(asked.out / (name + ".json"), as_bytes(text)));
    }
    return kDone;
}

}  // namespace

void add_i18n_commands(CLI::App& app, std::function<Result<int>()>& act) {
    const auto asked = std::make_shared<Asked>();  // shared: by the callbacks of the commands
    auto* i18n = app.add_subcommand("i18n", "The words of a checkout, for translators")
                     ->require_subcommand(1);
    const auto add = [&](const char* name, const char* does, const char* example, auto run) {
        auto* command = i18n->add_subcommand(name, does);
        command->footer(example);
        command->add_option("--words", asked->words, "Folder of the catalogues; web/words else");
        command->callback([=, &act] { act = [=] { return run(*asked); }; });
        return command;
    };
    auto* status = add("status", "What is translated, missing and stale; exit 0 when all is well",
                       "Example: avow i18n status --json", show_status);
    status->add_flag("--json", asked->json, "Answer as JSON");
    auto* exported =
        add("export", "A file for each catalogue, to be translated",
            "Example: avow i18n export fr --format xliff --out to-translate", export_sheets);
    exported->add_option("LANGUAGE", asked->language, "As BCP 47 writes it: fr, pt-BR")->required();
    exported->add_option("--format", asked->format, "po or xliff")
        ->check(CLI::IsMember({"po", "xliff"}));
    auto* imported = add("import", "Takes translated files; all of them, or nothing",
                         "Example: avow i18n import portal.fr.po site.fr.xlf", import_files);
    imported->add_option("FILE", asked->files, "PO, or XLIFF 1.2 or 2")->required();
    auto* confirmed = add("confirm", "Says that a language's translations fit the source of now",
                          "Example: avow i18n confirm fr --catalogue portal", confirm);
    confirmed->add_option("LANGUAGE", asked->language, "As BCP 47 writes it")->required();
    auto* made = add("pseudo", "Catalogues that nobody needs to translate, to look for gaps",
                     "Example: avow i18n pseudo --out pseudo", write_pseudo);
    for (auto* command : {exported, made})
        command->add_option("--out", asked->out, "Folder; the current one else");
    for (auto* command : {exported, confirmed, made})
        command->add_option("--catalogue", asked->catalogues, "portal, site …; all of them else");
}

}  // namespace avow::app
