// SPDX-License-Identifier: Apache-2.0
// What is counted of an answer: its closed questions, its day and its version. Texts are no marks.
// MarkColumns holds those of one survey in memory, a number a question, so that any result of them
// is one pass. Which of them count at the moment is the store's to say, not theirs.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/json/object.hpp>

#include "base/bytes.hh"
#include "services/survey/definition.hh"

namespace avow::services {

using MarkKey = ByteArray<16>;  // of the answer: its id, or the random key of an anonymous one
inline constexpr std::size_t kMarkBitsMax = 63;  // LIMIT: values of one question over all versions

// JSON {"v", "d", "m": {question: value}}.
boost::json::object marks_of(const Definition& definition, std::int64_t version, std::int64_t day,
                             const boost::json::object& answers);

struct MarkColumn {
    std::string question;
    QuestionType type = QuestionType::radiogroup;
    std::vector<std::string> values;   // of choices, as they were met; a cell is their bits
    std::vector<std::uint64_t> cells;  // of a number or rating: the bits of a double
};

class MarkColumns {
  public:
    static constexpr std::uint64_t kNothing = ~std::uint64_t{0};  // was not answered, nor a number

    // Where an answer stands; nothing: it was not added yet.
    std::optional<std::uint32_t> find_row(const MarkKey& key) const {
        const auto found = rows_.find(key);
        if (found == rows_.end()) return std::nullopt;
        return found->second;
    }
    // Adds one answer's marks; what is not as marks_of() made it is `corrupt`.
    Status add(const MarkKey& key, std::string_view marks, const Definition& definition);
    std::size_t size() const { return days_.size(); }
    std::int32_t day(std::uint32_t row) const { return days_[row]; }
    std::int32_t version(std::uint32_t row) const { return versions_[row]; }
    const MarkColumn* find(std::string_view question) const;

  private:
    struct Hash {
        std::size_t operator()(const MarkKey& key) const {
            return static_cast<std::size_t>(read_be64(ByteView(key).subspan(8)));
        }
    };
    MarkColumn& column(const Question& question);

    std::unordered_map<MarkKey, std::uint32_t, Hash> rows_;
    std::vector<std::int32_t> days_;
    std::vector<std::int32_t> versions_;
    std::vector<MarkColumn> columns_;
};

}  // namespace avow::services
