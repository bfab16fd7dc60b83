// SPDX-License-Identifier: Apache-2.0
// What is sealed of a letter, between its writing and its sending. Private to this folder.
#pragma once

#include <optional>
#include <string>

#include "base/personal.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "services/letters/letters.hh"

namespace avow::services {

struct LetterContent {
    std::optional<Personal<std::string>> to;
    std::optional<Personal<std::string>> link;
    std::optional<Time> ends;
    bool known = false;
    std::optional<Letter::Answer> answer;
    std::optional<Personal<std::string>> stop;  // the secret that takes the permission back
};

// `stop`: empty, there is none.
Personal<std::string> pack(const Letter& letter, const std::string& stop,
                           const PurposeToken& token);
Result<LetterContent> unpack(const Personal<std::string>& packed, const PurposeToken& token);

}  // namespace avow::services
