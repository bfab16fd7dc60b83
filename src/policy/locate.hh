// SPDX-License-Identifier: Apache-2.0
// Finds rendered words again in the Markdown they came from. Private to the room.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace avow::policy {

// cmark gives a place for each run of text, but none inside it: an entity, an escape or an indent
// shifts all that follows. So each run is searched in the source, from where the last one ended.
// Where markup misleads it the place is off by some characters, the words never are.
class Locator {
  public:
    explicit Locator(std::string_view source) : source_(source) {}

    // The next runs stand between these bytes.
    void enter(std::size_t begin, std::size_t end);
    // Appends, for each byte of `run`, the byte of the source it came from.
    void locate(std::string_view run, std::vector<std::uint32_t>& offsets);
    // The address and title of a link or an image, after its text.
    void skip_link_tail();

  private:
    void walk(std::string_view run, std::vector<std::uint32_t>& offsets);
    std::size_t width_of_entity() const;

    std::string_view source_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
};

}  // namespace avow::policy
