// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hh"
#include "base/locale.hh"
#include "base/testing.hh"
#include "translation/plural_forms.hh"
#include "translation/po.hh"
#include "translation/pseudo.hh"
#include "translation/xliff.hh"

namespace avow::translation {
namespace {

using avow::testing::Fails;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::filesystem::path kFolder = AVOW_SOURCE_DIR "/web/words";

Result<Sheet> by_po(const Sheet& sheet) {
    TRY(const auto text, write_po(sheet));
    return read_po(text);
}
Result<Sheet> by_xliff(const Sheet& sheet) {
    TRY(auto sheets, read_xliff(write_xliff(sheet)));
    return std::move(sheets.at(0));
}
using Way = Result<Sheet> (*)(const Sheet&);

class Ways : public ::testing::TestWithParam<Way> {};
INSTANTIATE_TEST_SUITE_P(Formats, Ways, ::testing::Values(by_po, by_xliff),
                         [](const auto& one) { return one.index == 0 ? "po" : "xliff"; });

// ── round trips ─────────────────────────────────────────────────────────────

TEST_P(Ways, EveryCatalogueOfTheCheckoutComesBackByteForByte) {
    int files = 0;
    for (const auto& item : std::filesystem::directory_iterator(kFolder / "en")) {
        const auto name = item.path().stem().string();
        ASSERT_GET(const auto source_text, read_file(item.path()));
        ASSERT_GET(const auto source, read_catalogue(source_text));
        EXPECT_EQ(spell(source), source_text);
        for (const auto* language : {"fr", "de", "ja", "ar"}) {
            SCOPED_TRACE(std::string(language) + " " + name);
            ASSERT_GET(const auto text, read_file(kFolder / language / (name + ".json")));
            ASSERT_GET(const auto target, read_catalogue(text));
            const auto sheet = sheet_of(name, language, source, target, {});
            EXPECT_EQ(standing_of(sheet).missing, 0u);
            ASSERT_GET(const auto back, GetParam()(sheet));
            EXPECT_EQ(back.language, language);
            EXPECT_EQ(back.catalogue, name);
            const auto merged = merge(back, source, {}, {});
            EXPECT_THAT(merged.wrong, IsEmpty());
            EXPECT_THAT(merged.stale, IsEmpty());
            EXPECT_EQ(spell(merged.catalogue), text);
            ++files;
        }
    }
    EXPECT_GE(files, 20);
}

std::string random_text(std::mt19937& dice, bool plural) {
    static const std::vector<std::string> kPieces{
        "a",  "é",   "日本", "سنة",  " ",      "  ",          "\n",  "\t", "\"",
        "\\", "\\n", "<",    ">",    "&",      "'",           "{",   "}",  "{name}",
        "#",  "%s",  "\r",   "\x01", "\u2066", "msgid \"x\"", "]]>", "|"};
    std::string text = plural ? "{count}" : "t";
    const auto length = dice() % 12;
    for (unsigned i = 0; i < length; ++i) text += kPieces[dice() % kPieces.size()];
    return text;
}

TEST_P(Ways, AnyTextsComeBackAsTheyWere) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 dice(seed);
        const std::string language =
            std::vector<std::string>{"fr", "de", "ja", "ar", "ru", "pl"}[dice() % 6];
        Catalogue source;
        Catalogue target;
        for (unsigned i = 0; i < 8; ++i) {
            const auto id = "id_" + std::to_string(i);
            if (dice() % 3 == 0) {
                for (const auto* form : {"_one", "_other"})
                    source[id + form] = random_text(dice, true);
                if (dice() % 4 == 0) continue;
                for (const auto& form : ordered_categories(language))
                    target[id + "_" + form] = random_text(dice, true);
            } else {
                source[id] = random_text(dice, false);
                if (dice() % 4 != 0) target[id] = random_text(dice, false);
            }
        }
        const auto sheet = sheet_of("portal", language, source, target, {});
        ASSERT_GET(const auto back, GetParam()(sheet));
        ASSERT_EQ(back.units.size(), sheet.units.size());
        for (std::size_t i = 0; i < sheet.units.size(); ++i) {
            EXPECT_EQ(back.units[i].id, sheet.units[i].id);
            EXPECT_EQ(back.units[i].target, sheet.units[i].target);
            EXPECT_EQ(back.units[i].is_plural(), sheet.units[i].is_plural());
        }
        EXPECT_THAT(merge(back, source, target, {}).stale, IsEmpty());
    }
}

TEST_P(Ways, WhatIsStaleComesBackUnsureAndChangesNothing) {
    const Catalogue source{{"greeting", "Hello"}};
    const Catalogue target{{"greeting", "Bonjour"}};
    const auto sheet = sheet_of("portal", "fr", source, target, {{"greeting", "another digest"}});
    EXPECT_EQ(standing_of(sheet).stale, 1u);
    ASSERT_GET(auto back, GetParam()(sheet));
    back.units[0].target[""] = "Salut";
    EXPECT_EQ(merge(back, source, target, {}).catalogue, target);
}

// ── what a file may say ─────────────────────────────────────────────────────

const Catalogue kSource{
    {"days_one", "{count} day"}, {"days_other", "{count} days"}, {"name", "Name of {who}"}};

Merged merged_po(const std::string& entries) {
    const auto sheet =
        read_po("msgid \"\"\nmsgstr \"Language: fr\\nX-Catalogue: portal\\n\"\n" + entries);
    return merge(sheet.value(), kSource, {}, {});
}

TEST(Merge, NamesEveryFaultWithItsLine) {
    const auto merged = merged_po(
        "\nmsgctxt \"nane\"\nmsgid \"x\"\nmsgstr \"y\"\n"
        "\nmsgctxt \"name\"\nmsgid \"Name of {who}\"\nmsgstr \"Nom de {qui}\"\n"
        "\nmsgctxt \"days\"\nmsgid \"{count} day\"\nmsgid_plural \"{count} days\"\n"
        "msgstr[0] \"{count} jour\"\nmsgstr[1] \"\"\nmsgstr[2] \"{count} jours\"\n");
    ASSERT_EQ(merged.wrong.size(), 3u);
    EXPECT_EQ(merged.wrong[0].line, 4u);
    EXPECT_THAT(merged.wrong[0].words, HasSubstr("did you mean \"name\"?"));
    EXPECT_EQ(merged.wrong[1].line, 8u);
    EXPECT_THAT(merged.wrong[1].words, HasSubstr("lacks {who}; has {qui}"));
    EXPECT_EQ(merged.wrong[2].line, 12u);
    EXPECT_THAT(merged.wrong[2].words, HasSubstr("lacks a form"));
}

TEST(Merge, LeavesOutWhatWasTranslatedFromAnotherSource) {
    const auto merged =
        merged_po("msgctxt \"name\"\nmsgid \"Name of him, {who}\"\nmsgstr \"Nom de {who}\"\n");
    EXPECT_THAT(merged.wrong, IsEmpty());
    EXPECT_EQ(merged.stale, std::vector<std::string>{"name"});
    EXPECT_TRUE(merged.catalogue.empty());
}

TEST(Merge, TheSameTextTwiceIsAFaultAndAnEmptyOneIsNone) {
    const std::string entry = "msgctxt \"name\"\nmsgid \"Name of {who}\"\nmsgstr \"\"\n\n";
    EXPECT_THAT(merged_po(entry).wrong, IsEmpty());
    EXPECT_EQ(merged_po(entry + entry).wrong.size(), 1u);
}

TEST(Po, WrongFilesAreNamedByLine) {
    const std::string head = "msgid \"\"\nmsgstr \"Language: fr\\n\"\n";
    const std::vector<std::pair<std::string, std::string>> files{
        {"", "no header"},
        {"msgctxt \"a\"\nmsgid \"b\"\nmsgstr \"c\"\n", "line 1: the header must come first"},
        {"msgid \"\"\nmsgstr \"\"\n", "line 1: the header names no Language"},
        {"msgid \"\"\nmsgstr \"Language: fr\\nContent-Type: text/plain; charset=latin1\\n\"\n",
         "line 1: the file must be in UTF-8"},
        {head + "msgid \"b\"\nmsgstr \"c\"\n", "line 3: the entry has no msgctxt"},
        {head + "msgctxt \"a\"\nmsgid \"b\nmsgstr \"c\"\n", "line 4: a text in quotation marks"},
        {head + "msgctxt \"a\"\nmsgid \"b\\q\"\nmsgstr \"c\"\n", "line 4: no such \\"},
        {head + "msgctxt \"a\"\nmsgid \"b\"\"\nmsgstr \"c\"\n", "line 4: a quotation mark wants"},
        {head + "msgctxt \"a\"\nmsgid \"b\"\nmsgid \"b\"\nmsgstr \"c\"\n",
         "line 5: this stands twice"},
        {head + "msgctxt \"a\"\nmsgid \"b\"\n", "line 3: the entry has no msgstr"},
        {head + "msgctxt \"a\"\nmsgid \"b\"\nmsgstr[0] \"c\"\n", "line 3: msgid_plural and msgstr"},
        {head + "msgctxt \"a\"\nmsgid \"b\"\nmsgid_plural \"d\"\nmsgstr[9] \"c\"\n",
         "line 6: msgstr[0] to"},
        {head + "msgctxt \"a\"\nmsgid \"b\"\nmsgid_plural \"d\"\nmsgstr[5] \"c\"\n",
         "line 3: the language has no such"},
        {head + "msgfoo \"a\"\n", "line 3: msgctxt, msgid"},
        {head + "msgctxt \"\xff\"\n", "line 3: this is no UTF-8"},
    };
    for (const auto& [file, words] : files) {
        const auto read = read_po(file);
        ASSERT_THAT(read, Fails(Code::invalid)) << file;
        EXPECT_THAT(read.error().words().value, HasSubstr(words)) << file;
    }
}

TEST(Po, IsReadAsOtherToolsWriteIt) {
    const auto sheet = read_po(
        "\xef\xbb\xbf# A comment\r\n#, fuzzy\r\nmsgid \"\"\r\nmsgstr \"\"\r\n\"Language: "
        "fr\\n\"\r\n\r\n"
        "#. extracted\r\n#: where:1\r\n#| msgid \"old\"\r\n#, c-format, fuzzy\r\nmsgctxt "
        "\"na\"\r\n\"me\"\r\n"
        "msgid \"\"\r\n\"Na\"\r\n  \"me\"\r\nmsgstr \"Nom\"\r\n#~ msgid \"gone\"\r\n#~ msgstr "
        "\"parti\"\r\n");
    ASSERT_THAT(sheet, avow::testing::IsOk());
    ASSERT_EQ(sheet->units.size(), 1u);
    EXPECT_EQ(sheet->units[0].id, "name");
    EXPECT_EQ(sheet->units[0].source.at(""), "Name");
    EXPECT_TRUE(sheet->units[0].unsure);
}

TEST(Xliff, WrongFilesAreNamedByLine) {
    const std::string head =
        "<xliff version=\"2.0\" srcLang=\"en\" trgLang=\"fr\">\n<file id=\"portal\">\n";
    const std::string foot = "</file>\n</xliff>\n";
    const std::vector<std::pair<std::string, std::string>> files{
        {"", "line 1: this is no well-formed XML"},
        {"<a>\n<b>\n</a>", "line 3: this is no well-formed XML"},
        {"<a/>", "line 1: this is no XLIFF"},
        {"<xliff version=\"3\"/>", "version 2.0, 2.1 or 1.2 is wanted"},
        {"<xliff version=\"2.0\" srcLang=\"en\"><file id=\"a\"/></xliff>", "names no trgLang"},
        {"<!DOCTYPE xliff [<!ENTITY x \"y\">]>\n" + head + foot, "a document type is not wanted"},
        {head + "<unit><segment><source>a</source></segment></unit>\n" + foot,
         "line 3: the unit has no id"},
        {head + "<unit id=\"a\"><segment>\n<source>a<b/></source></segment></unit>\n" + foot,
         "line 4: <b> is not known"},
        {head + "<unit id=\"a\"><segment>\n<source><ph id=\"1\"/></source></segment></unit>\n" +
             foot,
         "line 4: this element says not"},
        {head +
             "<unit id=\"a\"><segment>\n<source><cp hex=\"110000\"/></source></segment></unit>\n" +
             foot,
         "line 4: this code point"},
    };
    for (const auto& [file, words] : files) {
        const auto read = read_xliff(file);
        ASSERT_THAT(read, Fails(Code::invalid)) << file;
        EXPECT_THAT(read.error().words().value, HasSubstr(words)) << file;
    }
}

TEST(Xliff, TheOlderVersionIsReadToo) {
    const auto sheets = read_xliff(
        "<xliff version=\"1.2\" xmlns=\"urn:oasis:names:tc:xliff:document:1.2\">"
        "<file original=\"portal\" source-language=\"en\" target-language=\"fr\" "
        "datatype=\"plaintext\"><body>"
        "<trans-unit id=\"name\"><source>Name of <x id=\"1\" equiv-text=\"{who}\"/></source>"
        "<target state=\"translated\">Nom de <x id=\"1\" "
        "equiv-text=\"{who}\"/></target></trans-unit>"
        "<trans-unit id=\"days.one\"><source>{count} day</source><target "
        "state=\"needs-translation\">x</target></trans-unit>"
        "</body></file></xliff>");
    ASSERT_THAT(sheets, avow::testing::IsOk());
    const auto merged = merge(sheets->at(0), kSource, {}, {});
    EXPECT_THAT(merged.wrong, IsEmpty());
    EXPECT_EQ(merged.catalogue, (Catalogue{{"name", "Nom de {who}"}}));
}

TEST(Xliff, CutIntoSegmentsAUnitIsAllOfThem) {
    const auto sheets = read_xliff(
        "<xliff version=\"2.1\" srcLang=\"en\" trgLang=\"fr\"><file id=\"portal\"><unit "
        "id=\"name\">"
        "<segment><source>Name </source><target>Nom </target></segment><ignorable><source>of "
        "</source><target>de </target></ignorable>"
        "<segment><source><pc id=\"1\">{who}</pc></source><target><pc id=\"1\"><ph id=\"2\" "
        "equiv=\"who\"/></pc></target></segment>"
        "</unit></file></xliff>");
    ASSERT_THAT(sheets, avow::testing::IsOk());
    EXPECT_EQ(merge(sheets->at(0), kSource, {}, {}).catalogue.at("name"), "Nom de {who}");
}

// ── plurals, pseudo ─────────────────────────────────────────────────────────

TEST(PluralForms, CountTheFormsOfTheCldr) {
    for (const auto* language : {"en", "fr", "de", "ja", "ar", "es", "it", "pt", "ru", "uk", "cs",
                                 "pl", "nl", "sv", "da", "fi", "ko", "zh", "tr"}) {
        const auto forms = plural_forms(language);
        ASSERT_TRUE(forms) << language;
        EXPECT_THAT(
            *forms,
            HasSubstr("nplurals=" + std::to_string(plural_categories(language).size()) + ";"));
    }
    EXPECT_FALSE(plural_forms("tlh"));
}

TEST(Pseudo, KeepsPlacesAndIsLonger) {
    EXPECT_EQ(pseudo("Save {count} As"), "⟦Šåṽé {count} Åš··⟧");
    EXPECT_EQ(pseudo(", "), "⟦, ⟧");
}

}  // namespace
}  // namespace avow::translation
