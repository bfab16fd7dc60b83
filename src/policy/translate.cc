// SPDX-License-Identifier: Apache-2.0
#include "policy/translate.hh"

#include <algorithm>
#include <map>

#include "policy/bind.hh"
#include "policy/language.hh"
#include "policy/similar.hh"

namespace avow::policy {
namespace {

// The labels of [section], by the order of `names`.
std::vector<std::string> read_labels(TableReader& root, std::string_view section,
                                     const std::vector<std::string>& names) {
    std::vector<std::string> labels(names.size());
    auto& report = root.report();
    if (names.empty() && !root.has(section)) return labels;
    const auto* table = root.get(section, Node::Kind::table);
    if (table == nullptr) return labels;
    const auto title = '[' + std::string(section) + ']';
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto has_name = [&](const auto& entry) { return entry.key == names[i]; };
        const auto found = std::find_if(table->entries.begin(), table->entries.end(), has_name);
        if (found == table->entries.end()) {
            report.add(table->place, "missing_label",
                       title + " has no label for " + quoted(names[i]),
                       "add " + names[i] + " = its label in this language");
        } else if (found->value.kind != Node::Kind::text) {
            report.add(found->value.place, "wrong_type",
                       quoted(names[i]) + " in " + title + " must be " +
                           std::string(name_of(Node::Kind::text)));
        } else {
            labels[i] = fold_space(found->value.text);
            if (labels[i].empty()) {
                report.add(found->value.place, "empty_value",
                           quoted(names[i]) + " in " + title + " is empty", "write its label");
            }
        }
    }
    for (const auto& [key, place, value] : table->entries) {
        if (report.full()) break;
        if (std::find(names.begin(), names.end(), key) != names.end()) continue;
        report.add(place, "unknown_name",
                   title + " labels " + quoted(key) + ", which promises.toml does not declare",
                   meant(key, names));
    }
    return labels;
}

// [[sentences]], each `of` a sentence of the source.
class SentenceReader {
  public:
    SentenceReader(TableReader& root, const TranslationSource& source)
        : root_(root), report_(root.report()), source_(source) {
        for (std::size_t i = 0; i < source.quotes.size(); ++i) {
            by_words_.emplace(source.quotes[i].words, i);
            likeness_.emplace_back(source.quotes[i].words);
        }
    }

    // The quotes of the translation; of_source()[i] is the source's quote that quote i translates.
    std::vector<Quote> read() {
        std::vector<Quote> quotes;
        translated_.assign(source_.quotes.size(), {});
        for (const auto* table : tables_of(root_, "sentences")) {
            TableReader reader(*table, "[[sentences]]", table->place, report_);
            read_of(reader);
            Quote quote;
            quote.place = table->place;
            if (const auto* says = reader.quiet("says", Node::Kind::text))
                quote.place = says->place;
            quote.words = reader.words("says");
            if (current_) translated_[*current_] = quote.words;
            if (quote.words.empty()) continue;
            quotes.push_back(std::move(quote));
            of_source_.push_back(current_.value_or(0));  // without one there is a finding
        }
        if (source_.quotes_known) report_missing();
        return quotes;
    }

    std::vector<std::string> translated() && { return std::move(translated_); }
    const std::vector<std::size_t>& of_source() const { return of_source_; }

  private:
    void read_of(TableReader& reader) {
        current_.reset();
        const auto* node = reader.quiet("of", Node::Kind::text);
        const auto of = reader.words("of");
        if (of.empty() || !source_.quotes_known) return;
        const auto found = by_words_.find(of);
        if (found == by_words_.end()) {
            report_stale(node->place, of);
            return;
        }
        const auto [first, fresh] = seen_.emplace(found->second, node->place);
        if (fresh) {
            current_ = found->second;
            return;
        }
        report_.add(node->place, "translated_twice",
                    "this sentence is translated twice: " + quoted(of),
                    "it is translated at " + report_.spelled(first->second) + "; delete one");
    }

    void report_stale(Place place, const std::string& of) {
        if (report_.full()) {
            report_.leave_off();
            return;
        }
        auto suggestion = std::string("no sentence of the source is like it: delete the entry");
        if (const auto near = most_alike(Likeness(of), likeness_)) {
            stale_for_.insert_or_assign(*near, true);
            suggestion = "the source was changed: translate again from " +
                         source_.quote_places[*near] + ": " + quoted(source_.quotes[*near].words);
        }
        report_.add(place, "stale_translation",
                    "the source has no such sentence any more: " + quoted(of), suggestion);
    }

    void report_missing() {
        for (std::size_t i = 0; i < source_.quotes.size(); ++i) {
            // A stale entry has already named it; a sentence quoted twice is the source's finding.
            if (seen_.contains(i) || stale_for_.contains(i)) continue;
            if (by_words_.at(source_.quotes[i].words) != i) continue;
            report_.add({}, "untranslated_sentence",
                        "this sentence is not translated: " + quoted(source_.quotes[i].words),
                        "add [[sentences]] with of = these words (" + source_.quote_places[i] +
                            ") and says = their translation");
        }
    }

    TableReader& root_;
    Report& report_;
    const TranslationSource& source_;
    std::map<std::string_view, std::size_t> by_words_;
    std::vector<Likeness> likeness_;
    std::map<std::size_t, Place> seen_;
    std::map<std::size_t, bool> stale_for_;
    std::optional<std::size_t> current_;
    std::vector<std::size_t> of_source_;
    std::vector<std::string> translated_;
};

void read_language(TableReader& root, const TranslationFiles& files) {
    const auto language = root.words("language");
    const auto* node = root.quiet("language", Node::Kind::text);
    if (language.empty() || same_tag(language, files.language)) return;
    root.report().add(node->place, "wrong_language",
                      quoted(language) + " is not the language of the file's name",
                      "write language = " + quoted(files.language) + ", or rename the file");
}

struct TranslatedQuotes {
    std::vector<Quote> quotes;
    std::vector<std::size_t> of_source;
};

// What promises.<lang>.toml says.
TranslatedQuotes read_promises(const Node& table, const TranslationFiles& files,
                               const TranslationSource& source, Report& report,
                               Translation& translation) {
    TableReader root(table, "the file", {}, report);
    check_schema(root);
    read_language(root, files);
    translation.title = root.words("title");
    const auto& declared = source.declared;
    translation.purpose_labels = read_labels(root, "purposes", names_of(declared.purposes));
    translation.field_labels = read_labels(root, "fields", names_of(declared.fields));
    translation.channel_labels = read_labels(root, "channels", names_of(declared.channels));
    SentenceReader sentences(root, source);
    TranslatedQuotes found;
    found.quotes = sentences.read();
    found.of_source = sentences.of_source();
    translation.sentences = std::move(sentences).translated();
    return found;
}

}  // namespace

Translation translate(const TranslationFiles& files, const TranslationSource& source,
                      Report& text_report, Report& promises_report) {
    Translation translation;
    translation.language = files.language;
    const auto missing = [&](Report& report, const Report& beside) {
        report.add({}, "missing_file", report.file() + " is missing",
                   "it belongs beside " + beside.file());
    };
    if (files.text == nullptr) missing(text_report, promises_report);
    if (files.promises == nullptr) missing(promises_report, text_report);
    if (!is_language(files.language)) {
        auto& report = files.text != nullptr ? text_report : promises_report;
        report.add({}, "bad_language",
                   "the file's name does not hold a language: " + quoted(files.language),
                   "name it by a BCP 47 tag: privacy.fr.md, privacy.pt-BR.md …");
    } else if (same_tag(files.language, source.declared.language)) {
        promises_report.add({}, "wrong_language",
                            quoted(files.language) + " is the language of the source itself",
                            "delete this translation, or mend the language of the source");
    }

    std::optional<SourceText> text;
    std::optional<Prose> prose;
    if (files.text != nullptr) text = SourceText::create(*files.text, text_report);
    if (text) {
        translation.markdown = text->text();
        prose = parse_prose(*text, text_report);
    }
    if (files.promises == nullptr) return translation;
    const auto promises = SourceText::create(*files.promises, promises_report);
    if (!promises) return translation;
    const auto table = parse_document(*promises, promises_report);
    if (!table) return translation;
    const auto found = read_promises(*table, files, source, promises_report, translation);
    if (!prose) return translation;
    auto binding =
        bind({*text, *prose, found.quotes, files.language, text_report, promises_report});
    renumber(binding.sections, found.of_source);
    translation.sections = std::move(binding.sections);
    return translation;
}

}  // namespace avow::policy
