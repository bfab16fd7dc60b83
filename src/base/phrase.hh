// SPDX-License-Identifier: Apache-2.0
// Something said to people before its language is known: the id of a catalogue entry
// (web/words/<language>), and what stands in its places.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.hh"

namespace avow {

// A text stands as it is; a number is written, and chooses the plural, as the language wants; of an
// instant readers see the day.
using PhraseValue = std::variant<std::string, std::int64_t, Time>;
using PhraseArguments = std::vector<std::pair<std::string, PhraseValue>>;

struct Phrase {
    std::string id;
    PhraseArguments arguments;

    Phrase() = default;
    explicit Phrase(std::string id_) : id(std::move(id_)) {}
    Phrase(std::string id_, PhraseArguments arguments_)
        : id(std::move(id_)), arguments(std::move(arguments_)) {}
};

}  // namespace avow
