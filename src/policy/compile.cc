// SPDX-License-Identifier: Apache-2.0
#include "policy/compile.hh"

#include <algorithm>
#include <deque>
#include <map>
#include <numeric>
#include <tuple>

#include "policy/bind.hh"
#include "policy/translate.hh"

namespace avow::policy {
namespace {

enum class Part { text, promises };

struct FileName {
    Part part;
    std::string_view language;  // empty for the source
};

std::optional<std::string_view> between(std::string_view name, std::string_view front,
                                        std::string_view back) {
    if (!name.starts_with(front) || !name.ends_with(back)) return std::nullopt;
    if (name.size() < front.size() + back.size()) return std::nullopt;
    return name.substr(front.size(), name.size() - front.size() - back.size());
}

std::optional<FileName> parse_name(std::string_view name) {
    if (name == "privacy.md") return FileName{Part::text, {}};
    if (name == "promises.toml") return FileName{Part::promises, {}};
    if (const auto tag = between(name, "privacy.", ".md")) return FileName{Part::text, *tag};
    if (const auto tag = between(name, "promises.", ".toml")) return FileName{Part::promises, *tag};
    return std::nullopt;
}

struct PolicyFiles {
    TranslationFiles source;
    std::vector<TranslationFiles> translations;  // by language
};

PolicyFiles sort_files(const std::vector<SourceFile>& files) {
    std::map<std::string_view, TranslationFiles> by_language;
    for (const auto& file : files) {
        const auto name = parse_name(file.name);
        if (!name) continue;
        auto& group = by_language[name->language];
        group.language = name->language;
        auto& slot = name->part == Part::text ? group.text : group.promises;
        if (slot == nullptr) slot = &file;
    }
    PolicyFiles sorted;
    for (auto& [language, group] : by_language) {
        if (language.empty()) {
            sorted.source = group;
        } else {
            sorted.translations.push_back(group);
        }
    }
    return sorted;
}

class Compiler {
  public:
    explicit Compiler(const std::vector<SourceFile>& files) : files_(sort_files(files)) {}

    Compiled compile() {
        auto& text_report = report_for("privacy.md");
        auto& promises_report = report_for("promises.toml");
        read_source(text_report, promises_report);
        translate_all(promises_report);

        Compiled compiled;
        compiled.version = policy_.version;
        compiled.quotes_bound = binding_.bound;
        compiled.sentences_unbound = binding_.unbound;
        gather_findings(compiled);
        if (compiled.findings.empty()) compiled.policy = finish();
        return compiled;
    }

  private:
    Report& report_for(std::string name) { return reports_.emplace_back(std::move(name)); }

    void read_source(Report& text_report, Report& promises_report) {
        const auto missing = [](Report& report) {
            report.add({}, "missing_file", report.file() + " is missing",
                       "a policy is privacy.md and promises.toml in one folder");
        };
        if (files_.source.text == nullptr) missing(text_report);
        if (files_.source.promises == nullptr) missing(promises_report);
        std::optional<SourceText> text;
        std::optional<Prose> prose;
        if (files_.source.text != nullptr) {
            text = SourceText::create(*files_.source.text, text_report);
        }
        if (text) {
            policy_.markdown = text->text();
            prose = parse_prose(*text, text_report);
        }
        if (files_.source.promises != nullptr) read_promises(promises_report);
        if (!prose || !quotes_known_) return;
        binding_ = bind({*text, *prose, quotes_, policy_.language, text_report, promises_report});
    }

    void read_promises(Report& report) {
        const auto source = SourceText::create(*files_.source.promises, report);
        if (!source) return;
        const auto table = parse_document(*source, report);
        if (!table) return;
        TableReader root(*table, "the file", {}, report);
        check_schema(root);
        declare(root, policy_);
        quotes_ = read_quotes(root, policy_);
        quotes_known_ = true;
    }

    void translate_all(const Report& promises_report) {
        TranslationSource source{policy_, quotes_, {}, quotes_known_};
        for (const auto& quote : quotes_) {
            source.quote_places.push_back(promises_report.spelled(quote.place));
        }
        for (const auto& files : files_.translations) {
            if (policy_.translations.size() == kTranslationsMax) {
                report_for("privacy." + files.language + ".md")
                    .add({}, "too_many",
                         "more than " + std::to_string(kTranslationsMax) + " translations");
                break;
            }
            auto& text_report = report_for("privacy." + files.language + ".md");
            auto& own_report = report_for("promises." + files.language + ".toml");
            policy_.translations.push_back(translate(files, source, text_report, own_report));
        }
    }

    void gather_findings(Compiled& compiled) {
        for (auto& report : reports_) {
            auto& findings = report.findings();
            std::sort(findings.begin(), findings.end(), [](const auto& a, const auto& b) {
                return std::tie(a.line, a.column, a.code, a.message) <
                       std::tie(b.line, b.column, b.code, b.message);
            });
            compiled.findings_left_off += report.left_off();
            for (auto& finding : findings) {
                if (compiled.findings.size() < kFindingsMax) {
                    compiled.findings.push_back(std::move(finding));
                } else {
                    ++compiled.findings_left_off;
                }
            }
        }
    }

    // No findings: every quote has its place. Sentences stand in the order of the text.
    PolicyPtr finish() {
        std::vector<std::size_t> order(quotes_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(),
                  [&](auto a, auto b) { return *binding_.places[a] < *binding_.places[b]; });
        for (const auto i : order) {
            const auto& quote = quotes_[i];
            Sentence sentence;
            sentence.id = 's' + std::to_string(policy_.sentences.size() + 1);
            sentence.text = quote.words;
            sentence.kind = quote.kind;
            sentence.rule = quote.rule;
            sentence.line = binding_.places[i]->line;
            sentence.column = binding_.places[i]->column;
            sentence.purposes = quote.purposes;
            policy_.sentences.push_back(std::move(sentence));
        }
        std::vector<std::size_t> sentence_of(order.size());
        for (std::size_t i = 0; i < order.size(); ++i) sentence_of[order[i]] = i;
        policy_.sections = std::move(binding_.sections);
        renumber(policy_.sections, sentence_of);
        for (auto& translation : policy_.translations) {
            renumber(translation.sections, sentence_of);
            std::vector<std::string> sentences;
            for (const auto i : order) sentences.push_back(std::move(translation.sentences[i]));
            translation.sentences = std::move(sentences);
        }
        policy_.index();
        return std::make_shared<const Policy>(std::move(policy_));
    }

    PolicyFiles files_;
    std::deque<Report> reports_;  // source first; a deque, for references to them stay
    Policy policy_;
    std::vector<Quote> quotes_;
    bool quotes_known_ = false;
    Binding binding_;
};

}  // namespace

bool is_policy_file(std::string_view name) {
    return parse_name(name).has_value();
}

Compiled compile(const std::vector<SourceFile>& files) {
    return Compiler(files).compile();
}

}  // namespace avow::policy
