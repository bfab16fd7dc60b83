// SPDX-License-Identifier: Apache-2.0
// Where sentences end, for what no quote covers. ICU breaks wrongly after "Inc." or 「。」, so this
// words findings and never decides whether a text is bound. Private to the room.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace avow::policy {

class SentenceCutter {
  public:
    explicit SentenceCutter(std::string_view language);
    ~SentenceCutter();
    SentenceCutter(const SentenceCutter&) = delete;
    SentenceCutter& operator=(const SentenceCutter&) = delete;

    // The sentences of `text`, as [begin, end) without white space around them.
    std::vector<std::pair<std::size_t, std::size_t>> cut(std::string_view text);

  private:
    struct Breaker;
    std::unique_ptr<Breaker> breaker_;  // null where ICU has none: then a text is one sentence
};

// Whether `text` ends as sentences do: a full stop or its like, perhaps in quotation marks.
bool ends_sentence(std::string_view text);

}  // namespace avow::policy
