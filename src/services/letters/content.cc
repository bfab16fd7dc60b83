// SPDX-License-Identifier: Apache-2.0
#include "services/letters/content.hh"

#include <boost/json.hpp>

#include "base/json.hh"

namespace avow::services {

namespace bj = boost::json;

Personal<std::string> pack(const Letter& letter, const PurposeToken& token) {
    bj::object packed;
    if (letter.to) packed["to"] = letter.to->reveal(token);
    if (letter.link) packed["link"] = letter.link->reveal(token);
    if (letter.ends) packed["ends"] = letter.ends->ms;
    return Personal<std::string>(json::canonical(packed));
}

Result<LetterContent> unpack(const Personal<std::string>& packed, const PurposeToken& token) {
    TRY(const auto parsed, json::parse(packed.reveal(token)));
    const auto* object = parsed.if_object();
    if (object == nullptr) return Error(Code::corrupt, "a letter's content is damaged");
    LetterContent content;
    for (const auto& [name, value] : *object) {
        if (name == "to" && value.is_string()) {
            content.to.emplace(std::string(value.get_string()));
        } else if (name == "link" && value.is_string()) {
            content.link.emplace(std::string(value.get_string()));
        } else if (name == "ends" && value.is_int64()) {
            content.ends = Time{value.get_int64()};
        } else {
            return Error(Code::corrupt, "a letter's content is damaged");
        }
    }
    return content;
}

}  // namespace avow::services
