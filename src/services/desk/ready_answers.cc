// SPDX-License-Identifier: Apache-2.0
#include "services/desk/ready_answers.hh"

#include <algorithm>
#include <array>

#include "services/desk/entry.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr std::array<std::string_view, 3> kPlaces{"name", "number", "organization"};

Error no_such_answer() {
    return {Code::not_found, "there is no such answer"};
}

Status check_places(const std::string& pointer, std::string_view text) {
    for (auto at = text.find('{'); at != text.npos; at = text.find('{', at + 1)) {
        const auto end = text.find('}', at);
        const auto place =
            end == text.npos ? std::string_view() : text.substr(at + 1, end - at - 1);
        if (std::find(kPlaces.begin(), kPlaces.end(), place) == kPlaces.end()) {
            return Error(Code::invalid, "the answer is not right")
                .at(pointer, "only {name}, {number} and {organization} may stand in braces");
        }
    }
    return {};
}

Status check(const ReadyTexts& texts) {
    if (texts.empty()) {
        return Error(Code::invalid, "the answer is not right")
            .at("/texts", "is in no language: write it in one");
    }
    for (const auto& [language, one] : texts) {
        const auto pointer = "/texts/" + language;
        TRY_OK(check_text(pointer + "/title", one.title, ReadyAnswers::kTitleMax));
        TRY_OK(check_text(pointer + "/text", one.text, ReadyAnswers::kTextMax));
        TRY_OK(check_places(pointer + "/text", one.text));
    }
    return {};
}

}  // namespace

Result<std::vector<ReadyAnswer>> ReadyAnswers::list() {
    std::vector<ReadyAnswer> answers;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        answers.clear();
        return reader.query(statements::list_ready_answers, {}, [&](const sql::Row& row) -> Status {
            const auto id = ReadyAnswerId::from_bytes(row.blob(0));
            if (!id) return Error(Code::corrupt, "a ready answer's row is damaged");
            if (answers.empty() || answers.back().id != *id) {
                answers.push_back({*id, {}, {row.integer(4)}});
            }
            answers.back().texts[std::string(row.text(1))] = {std::string(row.text(2)),
                                                              std::string(row.text(3))};
            return {};
        });
    }));
    return answers;
}

Status ReadyAnswers::write(sql::Writer& unit, const ReadyAnswer& answer) {
    for (const auto& [language, one] : answer.texts) {
        TRY_OK(unit.execute(
            statements::insert_ready_answer,
            {ByteView(answer.id.bytes()), std::string_view(language), std::string_view(one.title),
             std::string_view(one.text), answer.changed.ms}));
    }
    return {};
}

Result<ReadyAnswer> ReadyAnswers::add(ReadyTexts texts) {
    TRY_OK(check(texts));
    TRY(const auto known, list());
    if (known.size() >= kMax) {
        return Error(Code::conflict, "there are too many ready answers: remove some first");
    }
    const auto now = clock_.now();
    ReadyAnswer answer{ReadyAnswerId::make(now, random_), std::move(texts), now};
    TRY_OK(store_.write([&](sql::Writer& unit) { return write(unit, answer); }));
    return answer;
}

Result<ReadyAnswer> ReadyAnswers::replace(const ReadyAnswerId& id, ReadyTexts texts) {
    TRY_OK(check(texts));
    ReadyAnswer answer{id, std::move(texts), clock_.now()};
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows, unit.run(statements::delete_ready_answer, {ByteView(id.bytes())}));
        if (rows == 0) return no_such_answer();
        return write(unit, answer);
    }));
    return answer;
}

Status ReadyAnswers::remove(const ReadyAnswerId& id) {
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows, unit.run(statements::delete_ready_answer, {ByteView(id.bytes())}));
        return rows == 0 ? Status(no_such_answer()) : Status();
    });
}

}  // namespace avow::services
