// SPDX-License-Identifier: Apache-2.0
#include "translation/catalogue.hh"

#include <boost/json.hpp>

#include "base/json.hh"

namespace avow::translation {

Result<Catalogue> read_catalogue(std::string_view json) {
    TRY(const auto parsed, json::parse(json));
    const auto* entries = parsed.if_object();
    if (entries == nullptr) return Error(Code::invalid, "a catalogue is an object of id and text");
    Catalogue catalogue;
    for (const auto& [id, text] : *entries) {
        if (!text.is_string())
            return Error(Code::invalid, "the id " + std::string(id) + " has no text");
        catalogue.emplace(id, std::string(text.get_string()));
    }
    return catalogue;
}

std::string spell(const Catalogue& catalogue) {
    if (catalogue.empty()) return "{}\n";
    std::string text = "{\n";
    for (const auto& [id, words] : catalogue) {
        if (text.size() > 2) text += ",\n";
        text += "  " + json::canonical(boost::json::value(id)) + ": " +
                json::canonical(boost::json::value(words));
    }
    return text + "\n}\n";
}

}  // namespace avow::translation
