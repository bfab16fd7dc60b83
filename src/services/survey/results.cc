// SPDX-License-Identifier: Apache-2.0
// What the answers say: the store tells which of them count at this moment, memory what they
// marked.
#include <algorithm>

#include <boost/json.hpp>

#include "base/json.hh"
#include "base/text.hh"
#include "services/statements.hh"
#include "services/survey/checked.hh"
#include "services/survey/rows.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

constexpr std::size_t kColumnsKept = 32;  // LIMIT: surveys whose marks are in memory

// Of {"v", "d", "m"}, before a definition can be found to read it by.
Result<std::int64_t> version_of(std::string_view marks) {
    TRY(const auto json, json::parse(marks));
    const auto* object = json.if_object();
    const auto* version = object == nullptr ? nullptr : object->if_contains("v");
    if (version != nullptr && version->is_int64()) return version->get_int64();
    return Error(Code::corrupt, "the marks of a survey's answer are damaged");
}

Result<std::string> member_of(std::string_view text, std::string_view member) {
    TRY(const auto json, json::parse(text));
    const auto* object = json.if_object();
    const auto* value = object == nullptr ? nullptr : object->if_contains(member);
    if (value != nullptr) return bj::serialize(*value);
    return Error(Code::corrupt, "an anonymous answer is damaged");
}

const std::string& after_none(const std::string& after) {
    static const std::string last(16, '\xff');
    return after.empty() ? last : after;
}

}  // namespace

// WALL: one query says whose answers the purpose covers now: not withdrawn, not over, permitted
// where it rests on a permission, not objected to where it does not.
Result<std::vector<Surveys::Standing>> Surveys::standing(const Survey& survey,
                                                         const std::string& purpose) {
    std::vector<Standing> standing;
    if (survey.mode == SurveyMode::anonymous) {
        TRY_OK(store_.read([&](sql::Reader& reader) {
            standing.clear();
            return reader.query(statements::list_anonymous_answers, {ByteView(survey.id.bytes())},
                                [&](const sql::Row& row) -> Status {
                                    auto& one = standing.emplace_back();
                                    std::copy_n(row.blob(0).begin(), 16, one.key.begin());
                                    return {};
                                });
        }));
        return standing;
    }
    TRY(const bool wants, wants_permission(purpose));
    TRY_OK(store_.read([&](sql::Reader& reader) {
        standing.clear();
        return reader.query(statements::list_standing_answers,
                            {ByteView(survey.id.bytes()), std::string_view(purpose),
                             clock_.now().ms, std::int64_t{wants}},
                            [&](const sql::Row& row) -> Status {
                                auto& one = standing.emplace_back();
                                one.customer = CustomerId::from_bytes(row.blob(1));
                                if (row.blob(0).size() != 16 || !one.customer) {
                                    return Error(Code::corrupt, "a survey's answer is damaged");
                                }
                                std::copy_n(row.blob(0).begin(), 16, one.key.begin());
                                return {};
                            });
    }));
    return standing;
}

// Where the standing answers' marks are in memory; those it has not seen are opened.
Result<std::vector<std::uint32_t>> Surveys::fetch_marks(const Survey& survey,
                                                        const std::vector<Standing>& standing,
                                                        const gate::CountingPass& pass,
                                                        MarkColumns& columns) {
    const auto token = gate_.token_of(pass);
    std::vector<std::uint32_t> rows;
    const auto add = [&](sql::Reader& reader, const Standing& one) -> Status {
        Bytes sealed;
        const auto take = [&](const sql::Row& row) -> Status {
            sealed = to_bytes(row.blob(0));
            return {};
        };
        const ByteView id(survey.id.bytes());
        if (one.customer) {
            TRY_OK(reader.query(statements::find_survey_marks,
                                {ByteView(one.customer->bytes()), id, ByteView(one.key)}, take));
        } else {
            TRY_OK(reader.query(statements::find_anonymous_answer, {id, ByteView(one.key)}, take));
        }
        if (sealed.empty()) return {};  // taken back this very moment
        auto opened = one.customer ? gate_.open_countable(pass, *one.customer, one.key, sealed)
                                   : gate_.open_for_house(pass, one.key, sealed);
        if (!opened && opened.error().code() == Code::not_found) return {};  // erased
        if (!opened) return opened.error();
        auto marks = opened->reveal(token);
        if (!one.customer) {
            TRY(marks, member_of(marks, "marks"));
        }
        TRY(const auto version, version_of(marks));
        TRY(const auto asked, definition(survey.id, version));
        TRY_OK(columns.add(one.key, marks, *asked));
        rows.push_back(static_cast<std::uint32_t>(columns.size() - 1));
        return {};
    };
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        rows.clear();
        rows.reserve(standing.size());
        for (const auto& one : standing) {
            if (const auto row = columns.find_row(one.key)) {
                rows.push_back(*row);
            } else {
                TRY_OK(add(reader, one));
            }
        }
        return {};
    }));
    return rows;
}

Result<Results> Surveys::results(const ResultsQuestion& question, const gate::Actor& actor) {
    TRY(const auto survey, get(question.survey));
    if (std::find(survey.purposes.begin(), survey.purposes.end(), question.purpose) ==
        survey.purposes.end()) {
        return Error(Code::invalid, "the results cannot be told")
            .at("/purpose", "the survey was not answered for this purpose");
    }
    TRY(const auto asked, definition(survey.id, question.version.value_or(survey.version)));
    const auto* down = asked->find(question.rows);
    const auto* across = asked->find(question.columns);
    const bool cross = !question.rows.empty() || !question.columns.empty();
    if (cross && (down == nullptr || across == nullptr)) {
        return Error(Code::invalid, "the cross-tab cannot be made")
            .at(down == nullptr ? "/rows" : "/columns", "this version asks no such question");
    }
    TRY(const auto standing, this->standing(survey, question.purpose));
    TRY(const auto pass,
        gate_.begin_counting({survey.id.text(), question.purpose, standing.size()}, actor));
    const std::lock_guard lock(counting_);
    if (columns_.size() > kColumnsKept && !columns_.contains(survey.id)) columns_.clear();
    auto& slot = columns_[survey.id];
    // What went stays in memory until it is most of it.
    if (slot == nullptr || slot->size() > 2 * standing.size() + 1000) {
        slot = std::make_unique<MarkColumns>();
    }
    TRY(auto rows, fetch_marks(survey, standing, pass, *slot));
    std::erase_if(rows, [&](std::uint32_t row) {
        return (question.version && slot->version(row) != *question.version) ||
               (question.from_day && slot->day(row) < *question.from_day) ||
               (question.to_day && slot->day(row) > *question.to_day);
    });
    Results results;
    results.answers = rows.size();
    if (rows.size() < kFewestTold) {
        results.withheld = rows.size();
        return results;
    }
    for (const auto& one : asked->questions) {
        if (!one.is_text()) results.questions.push_back(result_of(one, *slot, rows, kFewestTold));
    }
    if (cross) {
        TRY(results.cross, cross_tab(*down, *across, *slot, rows, kFewestTold));
    }
    return results;
}

Result<ReadPage> Surveys::read(const SurveyId& id, const std::string& purpose,
                               const std::string& after, std::size_t limit,
                               const gate::Actor& actor) {
    TRY(const auto survey, get(id));
    if (survey.mode == SurveyMode::anonymous) {
        return read_anonymous(survey, purpose, after, limit, actor);
    }
    TRY(const bool wants, wants_permission(purpose));
    auto first = *AnswerId::from_bytes(as_bytes(after_none("")));
    if (!after.empty()) {
        const auto parsed = AnswerId::parse(after);
        if (!parsed) {
            return Error(Code::invalid, "cursor must be the `next` of an earlier answer");
        }
        first = *parsed;
    }
    ReadPage page;
    std::vector<gate::UseRequest> uses;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        page = {};
        uses.clear();
        return reader.query(
            statements::read_answers_to_survey,
            {ByteView(id.bytes()), std::string_view(purpose), clock_.now().ms, std::int64_t{wants},
             ByteView(first.bytes()), static_cast<std::int64_t>(limit) + 1},
            [&](const sql::Row& row) -> Status {
                const auto answer = AnswerId::from_bytes(row.blob(0));
                const auto collection = CollectionId::from_bytes(row.blob(2));
                gate::UseRequest use;
                use.customer = CustomerId::from_bytes(row.blob(1));
                if (!answer || !collection || !use.customer) {
                    return Error(Code::corrupt, "a survey's answer is damaged");
                }
                use.fields = {std::string(kAnswersField)};
                use.purpose = purpose;
                use.reason = "answers to a survey were read one after another";
                use.from = {*collection};
                uses.push_back(std::move(use));
                page.answers.push_back(
                    {answer->text(), row.integer(3), day_of({row.integer(4)}), {}, std::nullopt});
                return {};
            });
    }));
    if (page.answers.size() > limit) {
        page.answers.pop_back();
        uses.pop_back();
        page.next = page.answers.back().answer;
    }
    auto used = gate_.use(uses, actor);
    for (std::size_t i = 0; i < used.size(); ++i) {
        if (!used[i] && used[i].error().code() == Code::not_found) {
            page.answers[i].decision.because = policy::Because::erased;
            continue;
        }
        if (!used[i]) return used[i].error();
        auto& field = used[i]->fields.front();
        page.answers[i].decision = field.decision;
        page.answers[i].content = std::move(field.value);
        page.token = gate_.token_of(*used[i]);
    }
    return page;
}

Result<ReadPage> Surveys::read_anonymous(const Survey& survey, const std::string& purpose,
                                         const std::string& after, std::size_t limit,
                                         const gate::Actor& actor) {
    Bytes from(16, 0);
    if (!after.empty()) {
        const auto parsed = from_base64url(after);
        if (!parsed || parsed->size() != 16) {
            return Error(Code::invalid, "cursor must be the `next` of an earlier answer");
        }
        from = *parsed;
    }
    std::vector<std::pair<Bytes, Bytes>> rows;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        rows.clear();
        return reader.query(
            statements::read_anonymous_answers,
            {ByteView(survey.id.bytes()), ByteView(from), static_cast<std::int64_t>(limit) + 1},
            [&](const sql::Row& row) -> Status {
                rows.emplace_back(to_bytes(row.blob(0)), to_bytes(row.blob(1)));
                return {};
            });
    }));
    ReadPage page;
    const bool more = rows.size() > limit;
    if (more) rows.pop_back();
    TRY(const auto pass, gate_.begin_counting({survey.id.text(), purpose, rows.size()}, actor));
    const auto token = gate_.token_of(pass);
    page.token = token;
    for (const auto& [key, sealed] : rows) {
        TRY(const auto opened, gate_.open_for_house(pass, key, sealed));
        TRY(auto kept, member_of(opened.reveal(token), "kept"));
        TRY(const auto marks, json::parse(opened.reveal(token)));
        const auto& mark = marks.as_object().at("marks").as_object();
        ReadAnswer one{base64url(key),
                       mark.at("v").as_int64(),
                       mark.at("d").as_int64(),
                       {},
                       Personal<std::string>(std::move(kept))};
        one.decision.answer = policy::Answer::allowed;
        one.decision.because = policy::Because::stated_at_collection;
        page.answers.push_back(std::move(one));
    }
    if (more) page.next = page.answers.back().answer;
    return page;
}

}  // namespace avow::services
