// SPDX-License-Identifier: Apache-2.0
// Words that a house sorts its requests by, as "billing". The house's list is closed, so that
// nobody's name becomes one in passing: what stands on a request is of the list, or was.
// Thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hh"
#include "sql/connection.hh"

namespace avow::services {

inline constexpr std::size_t kTagMax = 40;         // LIMIT: bytes of one
inline constexpr std::size_t kTagsMax = 100;       // LIMIT: of a house
inline constexpr std::size_t kTagsOnRequest = 10;  // LIMIT: of one request

class DeskTags {
  public:
    DeskTags(sql::Connection& store, const Clock& clock) : store_(store), clock_(clock) {}

    Result<std::vector<std::string>> list();
    // As it is kept: folded. Making one that is there changes nothing. `invalid` when it is no
    // word.
    Result<std::string> make(std::string_view word);
    // It stays on the requests that have it.
    Status remove(std::string_view word);

  private:
    sql::Connection& store_;
    const Clock& clock_;
};

// `invalid` by pointer: a tag that is neither of the house's nor among `before`, or too many.
Status check_tags(sql::Reader& reader, std::span<const std::string> tags,
                  std::span<const std::string> before);

// As a row has them: |billing|order|, sorted, each once.
std::string row_of_tags(std::vector<std::string> tags);
std::vector<std::string> tags_of(std::string_view row);

}  // namespace avow::services
