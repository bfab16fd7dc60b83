// SPDX-License-Identifier: Apache-2.0
#include "translation/sheet.hh"

#include <algorithm>
#include <array>
#include <set>

#include "base/bytes.hh"
#include "base/locale.hh"
#include "base/text.hh"
#include "crypto/hash.hh"

namespace avow::translation {
namespace {

constexpr std::array<std::string_view, 6> kCategories{"zero", "one", "two", "few", "many", "other"};

struct Parted {
    std::string stem;
    std::string category;  // empty when it is no plural
};

// An id ends in a category only where its text is a plural: then "_other" stands beside it.
Parted parted(const Catalogue& catalogue, const std::string& id) {
    for (const auto category : kCategories) {
        const auto ending = "_" + std::string(category);
        if (!id.ends_with(ending)) continue;
        auto stem = id.substr(0, id.size() - ending.size());
        if (catalogue.contains(stem + "_other")) return {std::move(stem), std::string(category)};
    }
    return {id, ""};
}

std::string id_of(const std::string& stem, std::string_view category) {
    return category.empty() ? stem : stem + "_" + std::string(category);
}

// "{name}", each once.
std::set<std::string> places_of(std::string_view text) {
    std::set<std::string> places;
    for (auto open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
        const auto close = text.find('}', open);
        if (close == text.npos) break;
        places.emplace(text.substr(open, close - open + 1));
    }
    return places;
}

// Nothing when all is well. "none", "one" and "two" may be words of their own without the number.
std::string wrong_places(const Unit& unit, std::string_view category, std::string_view text) {
    auto wanted = places_of(unit.is_plural() ? unit.source.at("other") : unit.source.at(""));
    const auto found = places_of(text);
    const bool spoken = category == "zero" || category == "one" || category == "two";
    if (spoken && !found.contains("{count}")) wanted.erase("{count}");
    std::vector<std::string> faults;
    for (const auto& place : wanted) {
        if (!found.contains(place)) faults.push_back("lacks " + place);
    }
    for (const auto& place : found) {
        if (!wanted.contains(place)) faults.push_back("has " + place + ", which its source lacks");
    }
    return join(faults, "; ");
}

// A file may show the source once for each form of the language: then as source_form() says.
bool is_same_source(const Unit& own, const Unit& read) {
    return std::all_of(read.source.begin(), read.source.end(), [&](const auto& form) {
        return form.second == source_form(own, form.first);
    });
}

class Merging {
  public:
    Merging(const Sheet& read, const Catalogue& source, Merged& merged)
        : read_(read), merged_(merged) {
        for (auto& unit : sheet_of("", "en", source, {}, {}).units)
            known_.emplace(unit.id, std::move(unit));
    }

    void take(const Unit& unit) {
        const auto found = known_.find(unit.id);
        if (found == known_.end()) {
            std::vector<std::string> names;
            names.reserve(known_.size());
            for (const auto& one : known_) names.push_back(one.first);
            const auto near = nearest(unit.id, names);
            return wrong(unit, "the catalogue has no text \"" + unit.id + "\"" +
                                   (near ? "; did you mean \"" + *near + "\"?" : std::string()));
        }
        if (!seen_.insert(unit.id).second) return wrong(unit, unit.id + " stands here twice");
        if (unit.target.empty() || unit.unsure) return;
        const auto& own = found->second;
        if (own.is_plural() != unit.is_plural())
            return wrong(unit, unit.id + (own.is_plural() ? " is a plural" : " is no plural"));
        if (!is_same_source(own, unit)) return merged_.stale.push_back(unit.id);
        if (is_missing(unit, read_.language))
            return wrong(unit, unit.id + " lacks a form that the language has");
        if (unit.is_plural() && unit.target.size() > ordered_categories(read_.language).size())
            return wrong(unit, unit.id + " has a form that the language has not");
        if (!fits(unit)) return;
        keep(own, unit);
    }

  private:
    void wrong(const Unit& unit, std::string words) {
        merged_.wrong.push_back({unit.line, std::move(words)});
    }

    bool fits(const Unit& unit) {
        bool all = true;
        for (const auto& [category, text] : unit.target) {
            const auto faults = wrong_places(unit, category, text);
            if (faults.empty()) continue;
            wrong(unit, id_of(unit.id, category) + " " + faults);
            all = false;
        }
        return all;
    }

    void keep(const Unit& own, const Unit& unit) {
        for (const auto& [category, text] : unit.target)
            merged_.catalogue[id_of(unit.id, category)] = text;
        merged_.sources[unit.id] = digest_of(own);
        ++merged_.taken;
    }

    const Sheet& read_;
    Merged& merged_;
    std::map<std::string, Unit, std::less<>> known_;
    std::set<std::string> seen_;
};

}  // namespace

bool is_language(std::string_view text) {
    return !text.empty() && text.size() <= 35 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
}

bool is_id(std::string_view text) {
    return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
                                std::string_view::npos;
}

std::vector<std::string> ordered_categories(std::string_view language) {
    const auto has = plural_categories(language);
    std::vector<std::string> ordered;
    for (const auto category : kCategories) {
        if (std::find(has.begin(), has.end(), category) != has.end())
            ordered.emplace_back(category);
    }
    return ordered;
}

const std::string& source_form(const Unit& unit, std::string_view category) {
    const auto found = unit.source.find(category);
    return found != unit.source.end() ? found->second : unit.source.find("other")->second;
}

std::string digest_of(const Unit& unit) {
    std::string all;
    for (const auto& [category, text] : unit.source) all += category + '\n' + text + '\n';
    return hex(crypto::sha256(as_bytes(all))).substr(0, 32);
}

Sheet sheet_of(std::string name, std::string language, const Catalogue& source,
               const Catalogue& target, const Sources& sources) {
    Sheet sheet{std::move(name), std::move(language), {}};
    const auto categories = ordered_categories(sheet.language);
    std::map<std::string, Unit> by_id;
    for (const auto& [id, text] : source) {
        const auto [stem, category] = parted(source, id);
        auto& unit = by_id[stem];
        unit.id = stem;
        unit.source[category] = text;
    }
    const auto copy = [&](Unit& unit, const std::string& category) {
        const auto found = target.find(id_of(unit.id, category));
        if (found != target.end()) unit.target[category] = found->second;
    };
    for (auto& [id, unit] : by_id) {
        if (!unit.is_plural()) copy(unit, "");
        if (unit.is_plural()) {
            for (const auto& category : categories) copy(unit, category);
        }
        const auto known = sources.find(id);
        unit.stale =
            !unit.target.empty() && known != sources.end() && known->second != digest_of(unit);
        sheet.units.push_back(std::move(unit));
    }
    return sheet;
}

bool is_missing(const Unit& unit, std::string_view language) {
    const auto lacks = [&](const std::string& category) {
        const auto found = unit.target.find(category);
        return found == unit.target.end() || found->second.empty();
    };
    if (!unit.is_plural()) return lacks("");
    const auto categories = ordered_categories(language);
    return std::any_of(categories.begin(), categories.end(), lacks);
}

Standing standing_of(const Sheet& sheet) {
    Standing standing;
    for (const auto& unit : sheet.units) {
        if (is_missing(unit, sheet.language))
            ++standing.missing;
        else if (unit.stale)
            ++standing.stale;
        else
            ++standing.translated;
    }
    return standing;
}

Merged merge(const Sheet& read, const Catalogue& source, const Catalogue& target,
             const Sources& sources) {
    Merged merged{target, sources, {}, {}, 0};
    Merging merging(read, source, merged);
    for (const auto& unit : read.units) merging.take(unit);
    return merged;
}

}  // namespace avow::translation
