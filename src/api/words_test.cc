// SPDX-License-Identifier: Apache-2.0
#include "api/words.hh"

#include <algorithm>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hh"
#include "base/locale.hh"
#include "base/testing.hh"
#include "policy/compile.hh"

namespace avow::api {
namespace {

using avow::testing::Fails;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

const std::filesystem::path kFolder = AVOW_SOURCE_DIR "/web/words";
constexpr std::array<std::string_view, 6> kForms{"zero", "one", "two", "few", "many", "other"};

// The files of the checkout as the program embeds them.
class Catalogues : public ::testing::Test {
  protected:
    void SetUp() override { load("site"); }
    // Under the name that Words reads: the portal's catalogues keep the same rules.
    void load(const std::string& name) {
        for (const auto language : kLanguages) {
            auto& file = files_["words/" + std::string(language) + "/site.json"];
            ASSERT_GET(file, read_file(kFolder / language / (name + ".json")));
        }
    }
    Result<Words> words() const {
        std::map<std::string_view, std::string_view> views;
        for (const auto& [path, content] : files_) views.emplace(path, content);
        return Words::create(views);
    }

    std::map<std::string, std::string> files_;
};

struct Id {
    std::string stem;
    std::string form;  // empty when it is no plural
};

// An id ends in a form only where its text is a plural: then "_other" stands beside it.
Id parted(const Words::Catalogue& catalogue, const std::string& id) {
    for (const auto form : kForms) {
        if (!id.ends_with('_' + std::string(form))) continue;
        const auto stem = id.substr(0, id.size() - form.size() - 1);
        if (catalogue.contains(stem + "_other")) return {stem, std::string(form)};
    }
    return {id, ""};
}

std::map<std::string, std::set<std::string>> forms_by_stem(const Words::Catalogue& catalogue) {
    std::map<std::string, std::set<std::string>> stems;
    for (const auto& entry : catalogue) {
        const auto id = parted(catalogue, entry.first);
        auto& forms = stems[id.stem];
        if (!id.form.empty()) forms.insert(id.form);
    }
    return stems;
}

std::set<std::string> places_of(std::string_view text) {
    std::set<std::string> places;
    for (auto open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
        places.emplace(text.substr(open, text.find('}', open) - open + 1));
    }
    return places;
}

struct Catalogued {
    const char* name;
    std::size_t ids;  // at least
};

class EveryCatalogue : public Catalogues, public ::testing::WithParamInterface<Catalogued> {
  protected:
    void SetUp() override { load(GetParam().name); }
};
INSTANTIATE_TEST_SUITE_P(Words, EveryCatalogue,
                         ::testing::Values(Catalogued{"site", 91}, Catalogued{"portal", 91},
                                           Catalogued{"mail", 21}, Catalogued{"console", 160},
                                           Catalogued{"export", 70}),
                         [](const auto& one) { return one.param.name; });

TEST_P(EveryCatalogue, EveryLanguageSaysExactlyTheSameThings) {
    ASSERT_GET(const auto words, words());
    const auto source = forms_by_stem(*words.find_catalogue("en"));
    EXPECT_GE(source.size(), GetParam().ids);
    for (const auto language : kLanguages) {
        SCOPED_TRACE(language);
        const auto& catalogue = *words.find_catalogue(language);
        const auto stems = forms_by_stem(catalogue);
        const auto categories = plural_categories(language);
        for (const auto& [stem, forms] : source) {
            ASSERT_TRUE(stems.contains(stem)) << stem;
            if (forms.empty()) {
                EXPECT_TRUE(stems.at(stem).empty()) << stem;
            } else {
                EXPECT_THAT(stems.at(stem), UnorderedElementsAreArray(categories)) << stem;
            }
        }
        for (const auto& [stem, forms] : stems) EXPECT_TRUE(source.contains(stem)) << stem;
    }
}

TEST_P(EveryCatalogue, EveryTranslationHasThePlacesOfItsSource) {
    ASSERT_GET(const auto words, words());
    const auto& source = *words.find_catalogue("en");
    for (const auto language : kLanguages) {
        SCOPED_TRACE(language);
        const auto& catalogue = *words.find_catalogue(language);
        for (const auto& [id, text] : catalogue) {
            const auto [stem, form] = parted(catalogue, id);
            auto wanted = places_of(source.at(form.empty() ? stem : stem + "_other"));
            // "no", "one", "two" may be words: سنتان says the two itself.
            const bool spoken = form == "zero" || form == "one" || form == "two";
            if (spoken && !places_of(text).contains("{count}")) wanted.erase("{count}");
            EXPECT_EQ(places_of(text), wanted) << id;
        }
    }
}

TEST_P(EveryCatalogue, IdsAreSortedSnakeCase) {
    for (const auto& [path, content] : files_) {
        SCOPED_TRACE(path);
        std::vector<std::string> ids;
        for (std::size_t at = content.find("\n  \""); at != content.npos;
             at = content.find("\n  \"", at + 1)) {
            ids.push_back(content.substr(at + 4, content.find('"', at + 4) - at - 4));
        }
        EXPECT_GE(ids.size(), GetParam().ids);
        EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
        for (const auto& id : ids) {
            EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), id.npos) << id;
        }
    }
}

TEST_F(Catalogues, EveryRuleHasItsLineAndEnglishSaysWhatTheCompilerSays) {
    ASSERT_GET(const auto words, words());
    for (const auto& rule : policy::rules()) {
        auto id = "rule_" + std::string(rule.name);
        std::replace_if(id.begin(), id.end(), [](char c) { return c == '.' || c == '-'; }, '_');
        EXPECT_EQ(words.text("en", id), rule.keeps);
        for (const auto language : kLanguages) {
            if (language == "en") continue;
            EXPECT_NE(words.text(language, id), rule.keeps) << language << ' ' << id;
        }
    }
}

// Words that two languages share, by language and text; and what is no words at all.
bool is_alike(std::string_view language, const std::string& text) {
    static const std::map<std::string_view, std::set<std::string>> kAlike{
        {"fr",
         {"Archive", "Assistant", "Code", "Console", "Menu", "Messages", "Minute", "Page", "Pages",
          "Robots", "Segment", "Site", "{count} message", "{count} messages"}},
        {"de",
         {"Browser", "Code", "Computer", "Mailings", "Median", "Minute", "Name", "Passkey",
          "Passkeys", "Portal", "Robots", "Segment", "System", "Tablet", "Text",
          "Text ({language})"}}};
    if (text == ", " || text == "PDF" || text == "{channel}: {count} ({names})" ||
        text == "{name}: {number}")
        return true;
    const auto found = kAlike.find(language);
    return found != kAlike.end() && found->second.contains(text);
}

TEST_P(EveryCatalogue, NothingIsLeftUntranslated) {
    ASSERT_GET(const auto words, words());
    for (const auto& [id, text] : *words.find_catalogue("en")) {
        for (const auto language : {"fr", "de", "ja", "ar"}) {
            const auto& catalogue = *words.find_catalogue(language);
            const auto found = catalogue.find(id);
            if (found == catalogue.end() || is_alike(language, text)) continue;
            EXPECT_NE(found->second, text) << language << ' ' << id;
        }
    }
}

TEST_F(Catalogues, PluralsFollowTheNumber) {
    ASSERT_GET(const auto words, words());
    const auto years = [&](std::string_view language, std::int64_t count) {
        return words.text(language, {"retain_years", {{"count", count}}});
    };
    EXPECT_EQ(years("en", 1), "1 year");
    EXPECT_EQ(years("en", 2), "2 years");
    EXPECT_EQ(years("de", 1), "1 Jahr");
    EXPECT_EQ(years("ja", 2), "2年間");
    EXPECT_EQ(years("ar", 1), "سنة واحدة");
    EXPECT_EQ(years("ar", 2), "سنتان");
    EXPECT_EQ(years("ar", 5), "5 سنوات");
    EXPECT_EQ(years("ar", 11), "11 سنة");
}

TEST_F(Catalogues, APlaceIsFilledOnceAndNeverReadAgain) {
    ASSERT_GET(const auto words, words());
    EXPECT_EQ(words.text("en", {"evidence_mail", {{"contact", std::string("{contact}{date}")}}}),
              "Mail to {contact}{date} is read by people, outside this server.");
    EXPECT_THAT(words.text("de", {"evidence_certificate", {{"date", Time{1'768'435'200'000}}}}),
                HasSubstr("15. Januar 2026"));
}

TEST_F(Catalogues, AVersionKeepsItsOrderAmongLettersFromRightToLeft) {
    ASSERT_GET(const auto words, words());
    const Phrase version("home_version", {{"version", std::string("2026-01-15")}});
    EXPECT_THAT(words.text("ar", version), HasSubstr("\u20662026-01-15\u2069"));
    EXPECT_EQ(words.text("en", version), "In force: version 2026-01-15");
}

TEST_F(Catalogues, WhatALanguageLacksIsSaidInEnglishAndNeverEmpty) {
    auto& french = files_["words/fr/site.json"];
    french = R"({"list_comma": ", "})";
    ASSERT_GET(const auto words, words());
    EXPECT_EQ(words.text("fr", "nav_privacy"), "Privacy");
    EXPECT_EQ(words.text("fr", {"retain_years", {{"count", std::int64_t{2}}}}), "2 years");
    EXPECT_EQ(words.text("tlh", "nav_privacy"), "Privacy");
    EXPECT_EQ(words.text("fr", "no_such_id"), "no_such_id");
}

TEST_F(Catalogues, ABrokenCatalogueIsNamed) {
    files_["words/ja/site.json"] = R"({"nav_privacy": ""})";
    const auto empty = words();
    ASSERT_THAT(empty, Fails(Code::corrupt));
    EXPECT_THAT(empty.error().describe(), HasSubstr("words/ja/site.json: nav_privacy has no text"));
    files_.erase("words/ja/site.json");
    EXPECT_THAT(words().error().describe(), HasSubstr("words/ja/site.json is missing"));
}

}  // namespace
}  // namespace avow::api
