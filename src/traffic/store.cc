// SPDX-License-Identifier: Apache-2.0
#include "traffic/store.hh"

#include <algorithm>
#include <array>
#include <map>

#include "base/log.hh"
#include "base/text.hh"
#include "traffic/fold_rows.hh"
#include "traffic/siphash.hh"
#include "traffic/statements.hh"

namespace avow::traffic {
namespace {

constexpr std::size_t kToldMax = 4'000'000;

std::uint32_t span_of(const Sighting& sighting) {
    return static_cast<std::uint32_t>(sighting.hour / kHoursOfDay) / kSpanDays;
}

}  // namespace

std::span<const std::string_view> published_columns() {
    static constexpr std::string_view kPublished[] = {
        "words.kind",        "words.id",         "words.word",
        "words.span",        "views.site",       "views.hour",
        "views.page",        "views.name",       "views.source",
        "views.campaign",    "views.browser",    "views.system",
        "views.n",           "views.country",    "views.kind",
        "views.channel",     "views.device",     "views.origin",
        "views.bot",         "views.known",      "views.today",
        "views.week",        "views.month",      "views.year",
        "views.gap",         "views.depth",      "views.entry",
        "views.reload",      "edges.site",       "edges.day",
        "edges.from_page",   "edges.to_page",    "edges.n",
        "engagement.site",   "engagement.day",   "engagement.page",
        "engagement.bucket", "engagement.n",     "properties.site",
        "properties.day",    "properties.name",  "properties.property",
        "properties.n",      "imports.file",     "imports.bytes",
        "imports.lines",     "imports.rejected", "daily.site",
        "daily.day",         "daily.part",       "daily.value",
        "daily.n",           "daily.visits",     "daily.today",
        "daily.week",        "daily.month",      "daily.untold",
        "daily.reloads",     "rolled.day",       "delivered.turn",
        "delivered.mark"};
    return kPublished;
}

Result<std::unique_ptr<Store>> Store::create(Columns& columns) {
    std::unique_ptr<Store> store(new Store(columns));
    TRY_OK(store->load());
    return store;
}

Result<Store::Dictionaries> Store::read_words() {
    Dictionaries read(kWordKinds);
    TRY_OK(columns_.query(statements::read_words, {}, [&](const Cells& row) {
        auto& dictionary = read[static_cast<std::size_t>(row.integer(0))];
        const auto id = static_cast<WordId>(row.integer(1));
        dictionary.ids.emplace(row.text(2), id);
        dictionary.words.emplace(id, row.text(2));
        dictionary.next = std::max(dictionary.next, id + 1);
    }));
    return read;
}

Status Store::load() {
    auto words = read_words();
    // One that many share may be away for a while: words come by their hashes all the same.
    if (!words && columns_.is_shared() && words.error().code() == Code::unavailable) return {};
    if (!words) return words.error();
    dictionaries_ = std::move(*words);
    return read_imports();
}

Status Store::read_imports() {
    return columns_.query(statements::read_imports, {}, [&](const Cells& row) {
        ImportRow import{std::string(row.text(0)), static_cast<std::uint64_t>(row.integer(1)),
                         static_cast<std::uint64_t>(row.integer(2)),
                         static_cast<std::uint64_t>(row.integer(3))};
        imports_[import.file] = import;
    });
}

WordId Store::hash_of(WordKind kind, std::string_view word) {
    // Published: many programs must come to the same. Words that were made to have the hash of
    // another are told apart in intern().
    static constexpr ByteArray<16> kKey{'a', 'v', 'o', 'w', ' ', 't', 'r', 'a',
                                        'f', 'f', 'i', 'c', ' ', 'w', 'd', 's'};
    std::string text(1, static_cast<char>(kind));
    text += word;
    const auto hash = siphash(kKey, text) >> 1;
    return hash == kNoWord ? 1 : hash;
}

WordId Store::intern(WordKind kind, std::string_view word, std::uint32_t span, Batch& batch) {
    if (word.empty()) return kNoWord;
    auto& dictionary = dictionaries_[static_cast<std::size_t>(kind)];
    const bool shared = columns_.is_shared();
    const auto found = dictionary.ids.find(word);
    if (found != dictionary.ids.end()) {
        if (shared) tell(kind, span, found->second, word, batch);
        return found->second;
    }
    const auto id = shared ? hash_of(kind, word) : dictionary.next;
    const bool taken = dictionary.words.contains(id);
    if ((taken || dictionary.ids.size() >= kWordsMax) && word != kOtherWord) {
        return intern(kind, kOtherWord, span, batch);
    }
    dictionary.next = std::max(dictionary.next, id + 1);
    dictionary.ids.emplace(word, id);
    dictionary.words.emplace(id, word);
    tell(kind, span, id, word, batch);
    return id;
}

void Store::tell(WordKind kind, std::uint32_t span, WordId id, std::string_view word,
                 Batch& batch) {
    if (columns_.is_shared()) {
        if (told_.size() >= kToldMax) told_.clear();  // told twice is no harm
        if (!told_.emplace(kind, span, id).second) return;
    }
    batch.words.push_back({kind, span, id, std::string(word)});
}

void Store::add_view(const Sighting& sighting, WordId site, WordId page, Batch& batch) {
    ViewRow row{};
    const auto span = span_of(sighting);
    row.site = site;
    row.hour = static_cast<std::uint32_t>(sighting.hour);
    row.page = page;
    row.name = intern(WordKind::name, sighting.name, span, batch);
    row.source = intern(WordKind::source, sighting.source, span, batch);
    row.campaign = intern(WordKind::campaign, sighting.campaign, span, batch);
    row.browser = intern(WordKind::browser, sighting.browser, span, batch);
    row.system = intern(WordKind::system, sighting.system, span, batch);
    row.n = 1;
    row.country = sighting.country.code;
    row.kind = static_cast<std::uint8_t>(sighting.kind);
    row.channel = static_cast<std::uint8_t>(sighting.channel);
    row.device = static_cast<std::uint8_t>(sighting.device);
    row.origin = static_cast<std::uint8_t>(sighting.origin);
    row.bot = sighting.bot;
    if (sighting.telling) {
        row.known = 1;
        row.today = sighting.telling->today;
        row.week = sighting.telling->week;
        row.month = sighting.telling->month;
        row.year = sighting.telling->year;
        row.gap = static_cast<std::uint8_t>(sighting.telling->gap);
        row.depth = sighting.telling->depth;
    }
    row.entry = !sighting.from.has_value();
    row.reload = sighting.from == sighting.page;
    batch.views.push_back(row);
}

void Store::add(const Sighting& sighting, Batch& batch) {
    const auto span = span_of(sighting);
    const auto site = intern(WordKind::site, sighting.site, span, batch);
    const auto page = intern(WordKind::page, sighting.page, span, batch);
    const auto day = static_cast<std::uint32_t>(sighting.hour / kHoursOfDay);
    if (sighting.engaged) {
        if (sighting.bot) return;
        const auto& engaged = *sighting.engaged;
        batch.engagement.push_back({site, page, day, engaged.now, 1});
        if (engaged.was) batch.engagement.push_back({site, page, day, *engaged.was, -1});
        return;
    }
    add_view(sighting, site, page, batch);
    if (sighting.bot) return;
    if (sighting.kind == Kind::view) {
        const auto from = intern(WordKind::page, sighting.from.value_or(""), span, batch);
        batch.edges.push_back({site, from, page, day, 1});
    }
    const auto name = batch.views.back().name;
    for (const auto& property : sighting.properties) {
        batch.properties.push_back(
            {site, name, intern(WordKind::property, property, span, batch), day, 1});
    }
}

Status Store::append(std::span<const Sighting> sightings, std::optional<ImportRow> import) {
    const std::lock_guard appending(appending_);
    Batch batch;
    {
        const std::unique_lock lock(words_mutex_);
        for (const auto& sighting : sightings) add(sighting, batch);
    }
    fold_rows(batch.views);
    fold_rows(batch.edges);
    fold_rows(batch.engagement);
    fold_rows(batch.properties);
    batch.import = import;
    auto appended = columns_.append(batch);
    const std::unique_lock lock(words_mutex_);
    if (!appended) {
        // What the engine does not have, the dictionary must not promise.
        for (const auto& row : batch.words) {
            auto& dictionary = dictionaries_[static_cast<std::size_t>(row.kind)];
            dictionary.ids.erase(row.word);
            dictionary.words.erase(row.id);
            told_.erase({row.kind, row.span, row.id});
        }
        return appended;
    }
    if (import) imports_[import->file] = *import;
    return {};
}

std::optional<WordId> Store::find_word(WordKind kind, std::string_view word) const {
    if (word.empty()) return kNoWord;
    const std::shared_lock lock(words_mutex_);
    const auto& ids = dictionaries_[static_cast<std::size_t>(kind)].ids;
    const auto found = ids.find(word);
    if (found != ids.end()) return found->second;
    // Another program may have told it.
    if (columns_.is_shared()) return hash_of(kind, word);
    return std::nullopt;
}

std::string Store::word(WordKind kind, WordId id) {
    if (id == kNoWord) return {};
    const auto look = [&]() -> std::optional<std::string> {
        const std::shared_lock lock(words_mutex_);
        const auto& words = dictionaries_[static_cast<std::size_t>(kind)].words;
        const auto found = words.find(id);
        return found == words.end() ? std::nullopt : std::optional(found->second);
    };
    if (const auto found = look()) return *found;
    if (!columns_.is_shared()) return {};
    // Words are told before the rows that name them: it is there, told by another program.
    const std::lock_guard appending(appending_);
    if (const auto found = look()) return *found;
    if (const auto read = refresh_words(); !read) {
        log::warn("traffic_words_not_read", {{"cause", read.error().describe()}});
        return {};
    }
    const std::unique_lock lock(words_mutex_);
    return dictionaries_[static_cast<std::size_t>(kind)].words.try_emplace(id).first->second;
}

// The caller holds appending_: no word may be taken in between.
Status Store::refresh_words() {
    TRY(auto read, read_words());
    const std::unique_lock lock(words_mutex_);
    dictionaries_ = std::move(read);
    return {};
}

Result<std::optional<ImportRow>> Store::find_import(std::string_view file) {
    const auto look = [&]() -> std::optional<ImportRow> {
        const std::shared_lock lock(words_mutex_);
        const auto found = imports_.find(std::string(file));
        return found == imports_.end() ? std::nullopt : std::optional(found->second);
    };
    if (!columns_.is_shared()) return look();
    // Another program may have read it, and what waits to be told would not be seen.
    TRY_OK(columns_.settle());
    const std::lock_guard appending(appending_);
    const std::unique_lock lock(words_mutex_);
    TRY_OK(read_imports());
    const auto found = imports_.find(std::string(file));
    return found == imports_.end() ? std::optional<ImportRow>() : std::optional(found->second);
}

Status Store::forget_before(std::int64_t day) {
    // No append may use a word between its last row's end and its own.
    const std::lock_guard appending(appending_);
    std::vector<std::pair<WordKind, WordId>> unused;
    TRY_OK(columns_.forget_before(
        day, [&](WordKind kind, WordId id) { unused.emplace_back(kind, id); }));
    if (columns_.is_shared()) return refresh_words();
    const std::unique_lock lock(words_mutex_);
    for (const auto& [kind, id] : unused) {
        auto& dictionary = dictionaries_[static_cast<std::size_t>(kind)];
        const auto found = dictionary.words.find(id);
        if (found == dictionary.words.end()) continue;
        dictionary.ids.erase(found->second);
        dictionary.words.erase(found);
    }
    return {};
}

Status Store::fold(std::int64_t day) {
    const std::lock_guard appending(appending_);
    return columns_.fold(day);
}

Result<std::string> Store::dump() {
    // By table: which columns are words, and of what kind.
    using Kinds = std::map<std::size_t, WordKind>;
    const std::array<std::pair<std::string_view, Kinds>, 4> tables{{
        {statements::dump_views,
         {{2, WordKind::site},
          {3, WordKind::page},
          {4, WordKind::name},
          {5, WordKind::source},
          {6, WordKind::campaign},
          {7, WordKind::browser},
          {8, WordKind::system}}},
        {statements::dump_edges, {{1, WordKind::site}, {2, WordKind::page}, {3, WordKind::page}}},
        {statements::dump_engagement, {{1, WordKind::site}, {2, WordKind::page}}},
        {statements::dump_properties,
         {{1, WordKind::site}, {2, WordKind::name}, {3, WordKind::property}}},
    }};
    std::string text;
    for (const auto& [sql, kinds] : tables) {
        std::vector<std::vector<std::int64_t>> rows;
        TRY_OK(columns_.query(sql, {}, [&](const Cells& row) {
            rows.emplace_back();
            for (std::size_t i = 0; i < row.size(); ++i) rows.back().push_back(row.integer(i));
        }));
        std::vector<std::string> lines;
        for (const auto& row : rows) {
            std::vector<std::string> cells;
            for (std::size_t i = 0; i < row.size(); ++i) {
                const auto kind = kinds.find(i);
                cells.push_back(kind == kinds.end()
                                    ? std::to_string(row[i])
                                    : word(kind->second, static_cast<WordId>(row[i])));
            }
            lines.push_back(join(cells, "|"));
        }
        std::sort(lines.begin(), lines.end());
        for (const auto& line : lines) text += line + '\n';
        text += '\n';
    }
    return text;
}

}  // namespace avow::traffic
