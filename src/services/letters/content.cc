// SPDX-License-Identifier: Apache-2.0
#include "services/letters/content.hh"

#include <boost/json.hpp>

#include "base/json.hh"

namespace avow::services {

namespace bj = boost::json;

namespace {

Result<std::optional<Letter::Answer>> answer_of(const bj::object& packed) {
    const auto text = [&](const char* name) {
        const auto* value = packed.if_contains(name);
        return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                      : std::string();
    };
    if (text("text").empty()) return Error(Code::corrupt, "a letter's content is damaged");
    return std::optional(Letter::Answer{Personal<std::string>(text("subject")),
                                        Personal<std::string>(text("text")), text("reply_to"),
                                        Personal<std::string>(text("in_reply_to")),
                                        Personal<std::string>(text("page"))});
}

}  // namespace

Personal<std::string> pack(const Letter& letter, const std::string& stop,
                           const PurposeToken& token) {
    bj::object packed;
    if (letter.to) packed["to"] = letter.to->reveal(token);
    if (letter.link) packed["link"] = letter.link->reveal(token);
    if (letter.ends) packed["ends"] = letter.ends->ms;
    packed["known"] = letter.known;
    if (!stop.empty()) packed["stop"] = stop;
    if (letter.answer) {
        const auto& answer = *letter.answer;
        packed["answer"] = {{"subject", answer.subject.reveal(token)},
                            {"text", answer.text.reveal(token)},
                            {"reply_to", answer.reply_to},
                            {"in_reply_to", answer.in_reply_to.reveal(token)},
                            {"page", answer.page.reveal(token)}};
    }
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
        } else if (name == "known" && value.is_bool()) {
            content.known = value.get_bool();
        } else if (name == "stop" && value.is_string()) {
            content.stop.emplace(std::string(value.get_string()));
        } else if (name == "answer" && value.is_object()) {
            TRY(content.answer, answer_of(value.get_object()));
        } else {
            return Error(Code::corrupt, "a letter's content is damaged");
        }
    }
    return content;
}

}  // namespace avow::services
