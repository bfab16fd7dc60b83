// SPDX-License-Identifier: Apache-2.0
#include "app/catalogue.hh"

#include <algorithm>
#include <set>

#include <toml++/toml.h>

#include "api/words.hh"
#include "base/file.hh"

namespace avow::app {
namespace {

constexpr std::size_t kProductsMax = 100;  // LIMIT
constexpr std::size_t kNameMax = 64;       // LIMIT: bytes; it stands in addresses
constexpr std::size_t kTextMax = 2000;     // LIMIT: bytes

class Reading {
  public:
    explicit Reading(std::string_view name) : name_(name) {}

    Error wrong(const toml::source_region& at, const std::string& words) const {
        return {Code::invalid, name_ + ":" + std::to_string(at.begin.line) + ":" +
                                   std::to_string(at.begin.column) + ": " + words};
    }

    Result<std::string> text(const toml::table& table, std::string_view key) const {
        const auto* node = table.get(key);
        const auto value = node != nullptr ? node->value<std::string>() : std::nullopt;
        if (!value || value->empty() || value->size() > kTextMax) {
            return wrong(node != nullptr ? node->source() : table.source(),
                         "`" + std::string(key) + "` must be a text of 1 to 2000 bytes");
        }
        return *value;
    }

    // One text, or one for each language; English is what a reader of another gets.
    Result<std::map<std::string, std::string>> texts(const toml::table& table,
                                                     std::string_view key) const {
        const auto* node = table.get(key);
        if (node == nullptr || !node->is_table()) {
            TRY(auto only, text(table, key));
            return std::map<std::string, std::string>{{"en", std::move(only)}};
        }
        std::map<std::string, std::string> all;
        for (const auto& [language, value] : *node->as_table()) {
            const std::string tag(language.str());
            if (std::find(api::kLanguages.begin(), api::kLanguages.end(), tag) ==
                api::kLanguages.end())
                return wrong(value.source(), "`" + tag + "` is no language of the portal");
            TRY(all[tag], text(*node->as_table(), tag));
        }
        if (!all.contains("en")) {
            return wrong(node->source(), "`" + std::string(key) + "` wants a text in `en`");
        }
        return all;
    }

    Result<services::Product> product(const toml::table& table) const {
        for (const auto& [key, value] : table) {
            static const std::set<std::string_view> kKnown{"name", "company", "label", "text"};
            if (!kKnown.contains(key.str()))
                return wrong(value.source(), "`" + std::string(key.str()) +
                                                 "` is not known here: name, company, label, text");
        }
        services::Product product;
        TRY(product.name, text(table, "name"));
        const auto fits = [](char c) {
            return c == '-' || c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        };
        if (product.name.size() > kNameMax ||
            !std::all_of(product.name.begin(), product.name.end(), fits)) {
            return wrong(table.source(), "`name` is 1 to 64 of a-z, 0-9, - and _");
        }
        TRY(product.company, text(table, "company"));
        TRY(product.labels, texts(table, "label"));
        TRY(product.texts, texts(table, "text"));
        return product;
    }

  private:
    std::string name_;
};

}  // namespace

Result<std::vector<services::Product>> parse_catalogue(std::string_view text,
                                                       std::string_view name) {
    const Reading reading(name);
    toml::table root;
    try {
        root = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return reading.wrong(error.source(), std::string(error.description()));
    }
    for (const auto& [key, value] : root) {
        if (key.str() != "services") {
            return reading.wrong(value.source(),
                                 "`" + std::string(key.str()) + "` is not known here: services");
        }
    }
    std::vector<services::Product> products;
    const auto* all = root["services"].as_array();
    if (all == nullptr) return reading.wrong(root.source(), "[[services]] is wanted");
    for (const auto& one : *all) {
        const auto* table = one.as_table();
        if (table == nullptr)
            return reading.wrong(one.source(), "[[services]] is a list of tables");
        TRY(auto product, reading.product(*table));
        const bool twice = std::any_of(products.begin(), products.end(), [&](const auto& known) {
            return known.name == product.name;
        });
        if (twice) return reading.wrong(one.source(), "`" + product.name + "` is there twice");
        products.push_back(std::move(product));
        if (products.size() > kProductsMax)
            return reading.wrong(one.source(), "more than 100 services");
    }
    return products;
}

Result<std::vector<services::Product>> read_catalogue(const std::filesystem::path& folder) {
    const auto file = folder / "services.toml";
    if (!std::filesystem::exists(file)) return std::vector<services::Product>();
    TRY(const auto text, read_file(file));
    return parse_catalogue(text, "services.toml");
}

}  // namespace avow::app
