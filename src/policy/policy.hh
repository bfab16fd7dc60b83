// SPDX-License-Identifier: Apache-2.0
// The compiled policy: an immutable value, shared by every thread. Purposes, fields and channels
// are small integers within one version; names are what is stored and compared between versions.
#pragma once

#include <array>
#include <bitset>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hh"

namespace avow::policy {

inline constexpr std::size_t kPurposesMax = 64;  // LIMIT: of each, in one policy
inline constexpr std::size_t kFieldsMax = 64;
inline constexpr std::size_t kChannelsMax = 64;
inline constexpr std::size_t kRecipientsMax = 64;

template <typename Tag>
struct Index {
    std::uint16_t value = 0;
    auto operator<=>(const Index&) const = default;
};
using PurposeIndex = Index<struct PurposeIndexTag>;
using FieldIndex = Index<struct FieldIndexTag>;
using ChannelIndex = Index<struct ChannelIndexTag>;
using SentenceIndex = Index<struct SentenceIndexTag>;

using PurposeSet = std::bitset<kPurposesMax>;
using FieldSet = std::bitset<kFieldsMax>;

enum class Basis { contract, legal_obligation, legitimate_interest, permission };
std::string_view name_of(Basis basis);

// Serving the purpose means writing to the customer unasked, or not.
enum class Contact { no, yes };

// Whether a browser's Global Privacy Control counts as an objection to the purpose.
enum class Signal { ignored, objects };

struct Purpose {
    std::string name;
    std::string label;  // in the language of the policy; see Policy::label_of for translations
    Basis basis = Basis::contract;
    Contact contact = Contact::no;
    Signal signal = Signal::ignored;
};

struct Field {
    std::string name;
    std::string label;
    std::string category;
};

// How long data of a channel is kept: a duration, until a permission is withdrawn, or until the
// account is closed.
struct Retention {
    enum class Kind { duration, until_withdrawn, until_closed };
    Kind kind = Kind::duration;
    std::uint32_t years = 0;  // of the calendar; exactly one of the four is not zero
    std::uint32_t months = 0;
    std::uint32_t weeks = 0;
    std::uint32_t days = 0;
    std::string words;  // as the file writes it: "2 years"

    // The instant from which data collected at `collected` is over; nothing when an event ends it.
    // Years and months are the calendar's, in UTC. A day that its month lacks becomes the month's
    // last: two years after 29 February 2024 is 28 February 2026, never longer than promised.
    std::optional<Time> over_at(Time collected) const;
};

struct Channel {
    std::string name;
    std::string label;
    FieldSet fields;
    PurposeSet purposes;
    Retention retention;
};

struct Recipient {
    std::string name;
    std::string label;
    std::string when;
};

enum class SentenceKind { promise, attested, statement };
std::string_view name_of(SentenceKind kind);

struct Sentence {
    std::string id;    // "s1" … in the order of the text, the same in every translation
    std::string text;  // as quoted in promises.toml, white space folded
    SentenceKind kind = SentenceKind::statement;
    std::string rule;        // the rule or safeguard; empty for a statement
    std::uint32_t line = 0;  // in privacy.md, from 1
    std::uint32_t column = 0;
    PurposeSet purposes;  // those the promise is about; empty when it is about all
};

// A paragraph, list item or table cell, as the sentences it says.
struct Paragraph {
    std::vector<SentenceIndex> sentences;
    bool list_item = false;
};

// A heading and what stands below it: how readers see the text. Level 0 is what stands above the
// first heading.
struct Section {
    std::string heading;
    int level = 0;
    std::vector<Paragraph> paragraphs;
};

// The rules that decisions cite: looked up once, when the policy is compiled.
enum class CitedRule { stated_purpose, new_purpose, permission, declared_channel, guidelines };
inline constexpr std::size_t kCitedRules = 5;
std::string_view name_of(CitedRule rule);

// The text in another language, bound to the same sentences.
struct Translation {
    std::string language;  // BCP 47
    std::string markdown;  // the whole text
    std::string title;
    std::vector<std::string> sentences;  // by SentenceIndex
    std::vector<Section> sections;       // of the translated text
    std::vector<std::string>
        purpose_labels;  // by PurposeIndex; the source's label where none is given
    std::vector<std::string> field_labels;
    std::vector<std::string> channel_labels;
};

class Policy {
  public:
    std::string title;
    std::string organization;
    std::string contact;
    std::string address;       // of the organization, postal; empty: not stated
    std::string jurisdiction;  // whose law it is under, as ISO 3166 writes it; empty: not stated
    std::string version;
    std::string effective;  // YYYY-MM-DD
    std::string language;
    std::uint32_t notice_period_days = 30;  // after a notice of a new use, before it is used
    std::string markdown;                   // privacy.md as it stands
    std::vector<Purpose> purposes;
    std::vector<Field> fields;
    std::vector<Channel> channels;
    std::vector<Recipient> recipients;
    std::vector<Sentence> sentences;
    std::vector<Section> sections;          // of privacy.md, in its order
    std::vector<Translation> translations;  // without the source language

    std::optional<PurposeIndex> find_purpose(std::string_view name) const;
    std::optional<FieldIndex> find_field(std::string_view name) const;
    std::optional<ChannelIndex> find_channel(std::string_view name) const;
    const Purpose& operator[](PurposeIndex i) const { return purposes[i.value]; }
    const Field& operator[](FieldIndex i) const { return fields[i.value]; }
    const Channel& operator[](ChannelIndex i) const { return channels[i.value]; }
    const Sentence& operator[](SentenceIndex i) const { return sentences[i.value]; }

    // The sentence of `rule` that speaks of `purpose`: the one whose promise names it, else the one
    // that shares most words with its label, else the rule's first. Nothing if no sentence has the
    // rule.
    std::optional<SentenceIndex> sentence_for(std::string_view rule,
                                              std::optional<PurposeIndex> purpose) const;

    // The same for a rule that decisions cite: one look into a table once index() has run.
    std::optional<SentenceIndex> sentence_for(CitedRule rule,
                                              std::optional<PurposeIndex> purpose) const;

    // The purposes that mean writing to the customer unasked.
    PurposeSet contact_purposes() const;
    // Those that a browser's Global Privacy Control objects to.
    PurposeSet signalled_purposes() const;

    // Purposes a role may use data for (api.md): `marketer` those with contact = true, `researcher`
    // those stated by a channel that collects a field of category "survey", `agent` those that
    // write to nobody, ask no permission and are not research; none for any other word.
    PurposeSet purposes_of_role(std::string_view role) const;

    // Nearest language we have for a BCP 47 tag (RFC 4647 lookup, then another region of the same
    // language and script); null, which is the source text, if none is nearer than the source.
    const Translation* find_translation(std::string_view language) const;

    // Fills the tables that decisions read. compile() calls it once, when every member stands;
    // without it the answers are the same and slower.
    void index();

  private:
    std::optional<SentenceIndex> search_sentence(std::string_view rule,
                                                 std::optional<PurposeIndex> purpose) const;

    static constexpr std::uint16_t kNoSentence = 0xffff;
    bool indexed_ = false;
    PurposeSet contact_purposes_;
    // By rule, then by purpose; the last column is for no purpose.
    std::array<std::array<std::uint16_t, kPurposesMax + 1>, kCitedRules> cited_{};
};

using PolicyPtr = std::shared_ptr<const Policy>;  // shared: requests outlive a publication

}  // namespace avow::policy
