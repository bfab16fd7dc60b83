// SPDX-License-Identifier: Apache-2.0
#include "policy/bind.hh"

#include <algorithm>
#include <span>

#include "policy/claims.hh"
#include "policy/sentences.hh"
#include "policy/similar.hh"

namespace avow::policy {
namespace {

// A stretch of the text that no quote covers.
struct Rest {
    std::size_t begin;
    std::size_t end;
    // The quote it was torn from, when it is a part of that quote's sentence.
    std::uint32_t torn_from = Claims::kNobody;
};

class Binder {
  public:
    explicit Binder(const TextAndQuotes& files)
        : files_(files), claims_(claim(files.prose, files.quotes)), cutter_(files.language) {}

    Binding bind() {
        find_lost();
        for (const auto& block : files_.prose.blocks) {
            if (!block.heading) find_rests(block);
        }
        remember_text();
        for (const auto& rest : rests_) report_rest(rest);
        Binding binding;
        binding.unbound = static_cast<std::uint32_t>(rests_.size());
        for (std::size_t i = 0; i < files_.quotes.size(); ++i) {
            binding.places.push_back(place_of_quote(i));
            if (binding.places.back()) ++binding.bound;
        }
        binding.sections = sections();
        return binding;
    }

  private:
    std::string_view words(std::size_t begin, std::size_t end) const {
        return std::string_view(files_.prose.text).substr(begin, end - begin);
    }
    Place place_of(std::size_t at) const {
        return files_.source.place_of(files_.prose.offsets[at]);
    }
    std::string spelled_quote(std::size_t quote) const {
        return files_.quotes_report.spelled(files_.quotes[quote].place);
    }

    std::vector<Section> sections() const;
    Paragraph paragraph_of(const Prose::Block& block) const;
    void find_lost();
    void find_rests(const Prose::Block& block);
    void cut_rest(const Prose::Block& block, std::size_t begin, std::size_t end);
    bool drifted_as_one(std::size_t first, std::size_t begin, std::size_t end) const;
    void remember_text();
    void report_rest(const Rest& rest);
    std::optional<Place> place_of_quote(std::size_t quote);
    std::string nearest_in_text(std::string_view lost) const;

    const TextAndQuotes& files_;
    const Claims claims_;
    SentenceCutter cutter_;
    std::vector<Rest> rests_;
    std::vector<std::size_t> lost_;  // quotes that the text does not say
    std::vector<Likeness> lost_words_;
    std::vector<std::size_t> said_at_;  // all sentences of the text, the uncovered ones first
    std::vector<std::string_view> said_;
    std::vector<Likeness> said_words_;
};

Paragraph Binder::paragraph_of(const Prose::Block& block) const {
    Paragraph paragraph;
    paragraph.list_item = block.list_item;
    for (auto at = block.begin; at < block.end; ++at) {
        const auto owner = claims_.owner[at];
        if (owner == Claims::kNobody || (at > block.begin && owner == claims_.owner[at - 1]))
            continue;
        paragraph.sentences.push_back({static_cast<std::uint16_t>(owner)});
    }
    return paragraph;
}

std::vector<Section> Binder::sections() const {
    std::vector<Section> sections;
    auto heading = files_.prose.headings.begin();
    for (std::size_t i = 0; i <= files_.prose.blocks.size(); ++i) {
        for (; heading != files_.prose.headings.end() && heading->before == i; ++heading) {
            sections.push_back({heading->words, heading->level, {}});
        }
        if (i == files_.prose.blocks.size()) break;
        auto paragraph = paragraph_of(files_.prose.blocks[i]);
        if (paragraph.sentences.empty()) continue;
        if (sections.empty()) sections.emplace_back();
        sections.back().paragraphs.push_back(std::move(paragraph));
    }
    return sections;
}

void Binder::find_rests(const Prose::Block& block) {
    const auto& text = files_.prose.text;
    const auto free = [&](std::size_t at) { return claims_.owner[at] == Claims::kNobody; };
    for (auto at = block.begin; at < block.end;) {
        if (!free(at)) {
            ++at;
            continue;
        }
        auto end = at;
        while (end < block.end && free(end)) ++end;
        auto begin = at;
        at = end;
        while (begin < end && text[begin] == ' ') ++begin;
        while (begin < end && text[end - 1] == ' ') --end;
        if (begin < end) cut_rest(block, begin, end);
    }
}

void Binder::cut_rest(const Prose::Block& block, std::size_t begin, std::size_t end) {
    const auto first = rests_.size();
    for (const auto& [from, to] : cutter_.cut(words(begin, end))) {
        rests_.push_back({begin + from, begin + to});
    }
    if (rests_.size() == first) return;
    if (rests_.size() - first > 1 && first < kFindingsMax && drifted_as_one(first, begin, end)) {
        rests_.resize(first);
        rests_.push_back({begin, end});
    }
    const auto& text = files_.prose.text;
    if (begin > block.begin && !ends_sentence(words(block.begin, begin))) {
        rests_[first].torn_from = claims_.owner[text[begin - 1] == ' ' ? begin - 2 : begin - 1];
    }
    if (end < block.end && !ends_sentence(words(begin, end))) {
        auto& last = rests_.back();
        if (last.torn_from == Claims::kNobody) {
            last.torn_from = claims_.owner[text[end] == ' ' ? end + 1 : end];
        }
    }
}

// ICU may cut in two what one quote said whole.
bool Binder::drifted_as_one(std::size_t first, std::size_t begin, std::size_t end) const {
    const Likeness whole(words(begin, end));
    const auto near = most_alike(whole, lost_words_);
    if (!near) return false;
    const auto likeness = whole.to(lost_words_[*near]);
    const auto parts = std::span(rests_).subspan(first);
    return parts.size() <= kFindingsMax && std::ranges::none_of(parts, [&](const auto& rest) {
               const Likeness part(words(rest.begin, rest.end));
               const auto of_part = most_alike(part, lost_words_);
               return of_part && part.to(lost_words_[*of_part]) >= likeness;
           });
}

void Binder::find_lost() {
    for (std::size_t i = 0; i < files_.quotes.size(); ++i) {
        if (claims_.of_quote[i].kind != Claim::Kind::not_found) continue;
        lost_.push_back(i);
        lost_words_.emplace_back(files_.quotes[i].words);
    }
}

void Binder::remember_text() {
    if (lost_.empty()) return;
    const auto remember = [&](std::size_t begin, std::size_t end) {
        if (said_.size() == 2 * kQuotesMax) return;
        said_at_.push_back(begin);
        said_.push_back(words(begin, end));
        said_words_.emplace_back(said_.back());
    };
    for (const auto& rest : rests_) remember(rest.begin, rest.end);
    for (std::size_t i = 0; i < files_.quotes.size(); ++i) {
        const auto& claimed = claims_.of_quote[i];
        if (claimed.kind != Claim::Kind::bound) continue;
        remember(claimed.first, claimed.first + files_.quotes[i].words.size());
    }
}

void Binder::report_rest(const Rest& rest) {
    auto& report = files_.text_report;
    if (report.full()) {
        report.leave_off();
        return;
    }
    const auto said = words(rest.begin, rest.end);
    const auto drifted = most_alike(Likeness(said), lost_words_);
    if (rest.torn_from != Claims::kNobody && !drifted) {
        report.add(place_of(rest.begin), "partial_quote",
                   "no quote covers " + quoted(said) + ", a part of a sentence quoted at " +
                       spelled_quote(rest.torn_from),
                   "quote the whole sentence; the quote has only " +
                       quoted(files_.quotes[rest.torn_from].words));
        return;
    }
    auto suggestion = "quote it in " + files_.quotes_report.file();
    if (drifted) {
        const auto quote = lost_[*drifted];
        suggestion = "did it drift? the nearest quote is at " + spelled_quote(quote) + ": " +
                     quoted(files_.quotes[quote].words);
    }
    report.add(place_of(rest.begin), "unbound_sentence",
               "no quote covers this sentence: " + quoted(said), std::move(suggestion));
}

std::string Binder::nearest_in_text(std::string_view lost) const {
    const auto near = most_alike(Likeness(lost), said_words_);
    if (!near) return "no sentence of the text is like it: delete the quote, or mend it";
    return "the nearest sentence is at " + files_.text_report.spelled(place_of(said_at_[*near])) +
           ": " + quoted(said_[*near]);
}

std::optional<Place> Binder::place_of_quote(std::size_t quote) {
    const auto& [words, place, kind, rule, purposes] = files_.quotes[quote];
    const auto& claimed = claims_.of_quote[quote];
    auto& report = files_.quotes_report;
    switch (claimed.kind) {
        case Claim::Kind::bound:
            return place_of(claimed.first);
        case Claim::Kind::twice:
            report.add(place, "quoted_twice", "this sentence is quoted twice: " + quoted(words),
                       "it is quoted at " + spelled_quote(claimed.other) + "; delete one");
            break;
        case Claim::Kind::overlapping:
            report.add(place, "overlapping_quotes",
                       "this quote overlaps the one at " + spelled_quote(claimed.other) + ": " +
                           quoted(words),
                       "no word may be quoted twice; the other is " +
                           quoted(files_.quotes[claimed.other].words));
            break;
        case Claim::Kind::not_found:
            if (report.full()) {
                report.leave_off();
                break;
            }
            report.add(place, "quote_not_found",
                       files_.text_report.file() + " does not say " + quoted(words),
                       nearest_in_text(words));
            break;
    }
    return std::nullopt;
}

}  // namespace

Binding bind(const TextAndQuotes& files) {
    return Binder(files).bind();
}

void renumber(std::vector<Section>& sections, const std::vector<std::size_t>& sentence_of) {
    for (auto& section : sections) {
        for (auto& paragraph : section.paragraphs) {
            for (auto& sentence : paragraph.sentences) {
                sentence.value = static_cast<std::uint16_t>(sentence_of[sentence.value]);
            }
        }
    }
}

}  // namespace avow::policy
