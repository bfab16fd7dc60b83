// SPDX-License-Identifier: Apache-2.0
#include "traffic/store.hh"

#include <algorithm>
#include <tuple>

#include "base/text.hh"
#include "traffic/statements.hh"

namespace avow::traffic {
namespace {

constexpr std::int64_t kHoursOfDay = 24;

auto key_of(const ViewRow& row) {
    return std::tie(row.site, row.hour, row.page, row.kind, row.name, row.source, row.campaign,
                    row.browser, row.system, row.country, row.channel, row.device, row.origin,
                    row.bot, row.known, row.today, row.week, row.month, row.year, row.gap,
                    row.depth, row.entry, row.reload);
}
auto key_of(const EdgeRow& row) {
    return std::tie(row.site, row.day, row.from_page, row.to_page);
}
auto key_of(const EngagementRow& row) {
    return std::tie(row.site, row.day, row.page, row.bucket);
}
auto key_of(const PropertyRow& row) {
    return std::tie(row.site, row.day, row.name, row.property);
}

// Sorted, and equal rows as one: the order of arrival is gone.
template <typename Row>
void fold_rows(std::vector<Row>& rows) {
    std::sort(rows.begin(), rows.end(),
              [](const Row& a, const Row& b) { return key_of(a) < key_of(b); });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (kept > 0 && key_of(rows[kept - 1]) == key_of(rows[i])) {
            rows[kept - 1].n += rows[i].n;
        } else {
            rows[kept++] = rows[i];
        }
    }
    rows.resize(kept);
    std::erase_if(rows, [](const Row& row) { return row.n == 0; });
}

}  // namespace

std::span<const std::string_view> published_columns() {
    static constexpr std::string_view kPublished[] = {
        "words.kind",          "words.id",        "words.word",      "views.site",
        "views.hour",          "views.page",      "views.name",      "views.source",
        "views.campaign",      "views.browser",   "views.system",    "views.n",
        "views.country",       "views.kind",      "views.channel",   "views.device",
        "views.origin",        "views.bot",       "views.known",     "views.today",
        "views.week",          "views.month",     "views.year",      "views.gap",
        "views.depth",         "views.entry",     "views.reload",    "edges.site",
        "edges.day",           "edges.from_page", "edges.to_page",   "edges.n",
        "engagement.site",     "engagement.day",  "engagement.page", "engagement.bucket",
        "engagement.n",        "properties.site", "properties.day",  "properties.name",
        "properties.property", "properties.n",    "imports.file",    "imports.bytes",
        "imports.lines",       "imports.rejected"};
    return kPublished;
}

Result<std::unique_ptr<Store>> Store::create(Columns& columns) {
    std::unique_ptr<Store> store(new Store(columns));
    TRY_OK(store->load());
    return store;
}

Status Store::load() {
    TRY_OK(columns_.query(statements::read_words, {}, [&](const Cells& row) {
        auto& dictionary = dictionaries_[static_cast<std::size_t>(row.integer(0))];
        const auto id = static_cast<std::uint32_t>(row.integer(1));
        dictionary.ids.emplace(row.text(2), id);
        dictionary.words.emplace(id, row.text(2));
        dictionary.next = std::max(dictionary.next, id + 1);
    }));
    return columns_.query(statements::read_imports, {}, [&](const Cells& row) {
        ImportRow import{std::string(row.text(0)), static_cast<std::uint64_t>(row.integer(1)),
                         static_cast<std::uint64_t>(row.integer(2)),
                         static_cast<std::uint64_t>(row.integer(3))};
        imports_[import.file] = import;
    });
}

std::uint32_t Store::intern(WordKind kind, std::string_view word, Batch& batch) {
    if (word.empty()) return kNoWord;
    auto& dictionary = dictionaries_[static_cast<std::size_t>(kind)];
    if (const auto found = dictionary.ids.find(std::string(word)); found != dictionary.ids.end()) {
        return found->second;
    }
    if (dictionary.ids.size() >= kWordsMax && word != kOtherWord) {
        return intern(kind, kOtherWord, batch);
    }
    const auto id = dictionary.next++;
    dictionary.ids.emplace(word, id);
    dictionary.words.emplace(id, word);
    batch.words.push_back({kind, id, std::string(word)});
    return id;
}

void Store::add_view(const Sighting& sighting, std::uint32_t site, std::uint32_t page,
                     Batch& batch) {
    ViewRow row{};
    row.site = site;
    row.hour = static_cast<std::uint32_t>(sighting.hour);
    row.page = page;
    row.name = intern(WordKind::name, sighting.name, batch);
    row.source = intern(WordKind::source, sighting.source, batch);
    row.campaign = intern(WordKind::campaign, sighting.campaign, batch);
    row.browser = intern(WordKind::browser, sighting.browser, batch);
    row.system = intern(WordKind::system, sighting.system, batch);
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
    const auto site = intern(WordKind::site, sighting.site, batch);
    const auto page = intern(WordKind::page, sighting.page, batch);
    const auto day = static_cast<std::uint32_t>(sighting.hour / kHoursOfDay);
    if (sighting.engaged) {
        if (sighting.bot) return;
        const auto& engaged = *sighting.engaged;
        batch.engagement.push_back({site, day, page, engaged.now, 1});
        if (engaged.was) batch.engagement.push_back({site, day, page, *engaged.was, -1});
        return;
    }
    add_view(sighting, site, page, batch);
    if (sighting.bot) return;
    if (sighting.kind == Kind::view) {
        const auto from = intern(WordKind::page, sighting.from.value_or(""), batch);
        batch.edges.push_back({site, day, from, page, 1});
    }
    const auto name = batch.views.back().name;
    for (const auto& property : sighting.properties) {
        batch.properties.push_back(
            {site, day, name, intern(WordKind::property, property, batch), 1});
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
        }
        return appended;
    }
    if (import) imports_[import->file] = *import;
    return {};
}

std::optional<std::uint32_t> Store::find_word(WordKind kind, std::string_view word) const {
    if (word.empty()) return kNoWord;
    const std::shared_lock lock(words_mutex_);
    const auto& ids = dictionaries_[static_cast<std::size_t>(kind)].ids;
    const auto found = ids.find(std::string(word));
    return found == ids.end() ? std::nullopt : std::optional(found->second);
}

std::string Store::word(WordKind kind, std::uint32_t id) const {
    const std::shared_lock lock(words_mutex_);
    const auto& words = dictionaries_[static_cast<std::size_t>(kind)].words;
    const auto found = words.find(id);
    return found == words.end() ? std::string() : found->second;
}

std::optional<ImportRow> Store::find_import(std::string_view file) const {
    const std::shared_lock lock(words_mutex_);
    const auto found = imports_.find(std::string(file));
    return found == imports_.end() ? std::nullopt : std::optional(found->second);
}

void Store::forget_words(const std::vector<WordRow>& words) {
    const std::unique_lock lock(words_mutex_);
    for (const auto& row : words) {
        auto& dictionary = dictionaries_[static_cast<std::size_t>(row.kind)];
        dictionary.ids.erase(row.word);
        dictionary.words.erase(row.id);
    }
}

Status Store::forget_before(std::int64_t day) {
    // No append may use a word between its last row's end and its own.
    const std::lock_guard appending(appending_);
    TRY_OK(columns_.change(statements::delete_before, {day, day * kHoursOfDay}));
    std::vector<WordRow> unused;
    TRY_OK(columns_.query(statements::delete_unused_words, {}, [&](const Cells& row) {
        unused.push_back({static_cast<WordKind>(row.integer(0)),
                          static_cast<std::uint32_t>(row.integer(1)), std::string(row.text(2))});
    }));
    forget_words(unused);
    return columns_.tidy();
}

Status Store::fold(std::int64_t day) {
    const std::lock_guard appending(appending_);
    TRY_OK(
        columns_.change(statements::fold_day, {day * kHoursOfDay, (day + 1) * kHoursOfDay, day}));
    return columns_.tidy();
}

Result<std::vector<std::string>> Store::kept_columns() {
    std::vector<std::string> kept;
    TRY_OK(columns_.query(statements::read_columns, {}, [&](const Cells& row) {
        kept.push_back(std::string(row.text(0)) + "." + std::string(row.text(1)));
    }));
    return kept;
}

Result<std::string> Store::dump() {
    std::string text;
    for (const auto sql : {statements::dump_views, statements::dump_edges,
                           statements::dump_engagement, statements::dump_properties}) {
        TRY_OK(columns_.query(sql, {}, [&](const Cells& row) {
            text += row.text(0);
            text += '\n';
        }));
        text += '\n';
    }
    return text;
}

}  // namespace avow::traffic
