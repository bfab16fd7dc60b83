// SPDX-License-Identifier: Apache-2.0
// The customer's side of a named survey but for the answer itself: what is offered, a draft, not
// wanting to, taking an answer back.
#include <algorithm>
#include <map>

#include "base/fault.hh"
#include "base/log.hh"
#include "services/statements.hh"
#include "services/survey/checked.hh"
#include "services/survey/rows.hh"

namespace avow::services {
namespace {

constexpr int kOfferedAmong = 200;  // LIMIT: of the newest surveys

// A row that rests on no collection: a draft, or that they would rather not.
Status put_row(sql::Connection& store, const CustomerId& customer, const OwnAnswer& row,
               ByteView sealed) {
    return store.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows,
            unit.run(
                statements::put_survey_answer,
                {ByteView(customer.bytes()), ByteView(row.survey.bytes()),
                 ByteView(row.answer.bytes()), ByteView(row.collection.bytes()), name_of(row.state),
                 row.version, std::string_view(), row.at.ms, std::int64_t{0}, sealed}));
        if (rows == 1) return {};
        return Error(Code::conflict,
                     "you answered this survey already: take that answer back "
                     "first, then answer anew");
    });
}

OwnAnswer row_of(const SurveyId& survey, AnswerState state, std::int64_t version, Time at,
                 Random& random) {
    const auto answer = AnswerId::make(at, random);
    return {survey, answer,      *CollectionId::from_bytes(answer.bytes()), state, version, "",
            at,     std::nullopt};
}

}  // namespace

Result<Surveys::History> Surveys::history(sql::Reader& reader, const CustomerId& customer) {
    History history;
    const ByteView who(customer.bytes());
    Time newest{0};
    TRY_OK(reader.query(statements::list_survey_answers_of_customer, {who},
                        [&](const sql::Row& row) -> Status {
                            TRY(auto one, read_own_answer(row));
                            if (one.state != AnswerState::draft) newest = std::max(newest, one.at);
                            history.answers.push_back(std::move(one));
                            return {};
                        }));
    TRY_OK(reader.query(statements::list_survey_invitations, {who},
                        [&](const sql::Row& row) -> Status {
                            const auto survey = SurveyId::from_bytes(row.blob(0));
                            if (!survey)
                                return Error(Code::corrupt, "an invitation to a survey is damaged");
                            history.invitations.push_back({*survey, {row.integer(1)}});
                            newest = std::max(newest, history.invitations.back().at);
                            return {};
                        }));
    history.resting = newest.ms > 0 && clock_.now() - newest < options_.rest_ms;
    return history;
}

Result<std::vector<OwnAnswer>> Surveys::own(const CustomerId& customer) {
    std::vector<OwnAnswer> rows;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(auto found, history(reader, customer));
        rows = std::move(found.answers);
        return {};
    }));
    return rows;
}

Result<std::vector<Surveys::Invitation>> Surveys::invitations(const CustomerId& customer) {
    std::vector<Invitation> invitations;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(auto found, history(reader, customer));
        invitations = std::move(found.invitations);
        return {};
    }));
    return invitations;
}

Result<std::optional<OwnAnswer>> Surveys::own(const CustomerId& customer, const SurveyId& survey) {
    std::optional<OwnAnswer> found;
    Bytes sealed;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        found.reset();
        return reader.query(statements::find_survey_answer,
                            {ByteView(customer.bytes()), ByteView(survey.bytes())},
                            [&](const sql::Row& row) -> Status {
                                TRY(found, read_own_answer(row));
                                sealed = to_bytes(row.blob(7));
                                return {};
                            });
    }));
    if (!found) return found;
    if (found->state == AnswerState::draft) {
        TRY(found->content, gate_.open_own(customer, place_of_draft(survey), sealed));
    } else if (found->state == AnswerState::answered) {
        TRY(auto held, gate_.held(customer, customer_actor()));
        for (auto& collection : held) {
            if (collection.id != found->collection) continue;
            for (auto& field : collection.fields) {
                if (field.field == kAnswersField) found->content = std::move(field.value);
            }
        }
    }
    return found;
}

Result<std::vector<Survey>> Surveys::offered(const CustomerId& customer) {
    History known;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(known, history(reader, customer));
        return {};
    }));
    std::map<SurveyId, AnswerState> states;
    for (const auto& row : known.answers) states.emplace(row.survey, row.state);
    // Whoever was written to finds here what the letter asks for.
    const auto was_written_of = [&](const SurveyId& survey) {
        return std::any_of(known.invitations.begin(), known.invitations.end(),
                           [&](const auto& one) { return one.survey == survey; });
    };
    TRY(const auto standing, gate_.permissions(customer));
    // To offer a survey that rests on a permission is to invite: that wants the permission, too.
    const auto invited = [&](const std::string& purpose) {
        const auto wants = wants_permission(purpose);
        if (!wants || !*wants) return wants.has_value();
        return std::any_of(standing.begin(), standing.end(),
                           [&](const auto& one) { return one.purpose == purpose && one.granted; });
    };
    TRY(const auto all, list(std::nullopt, kOfferedAmong));
    std::vector<Survey> begun;
    std::optional<Survey> next;  // the one that waits longest
    for (const auto& survey : all) {
        if (survey.mode != SurveyMode::named || survey.state != SurveyState::open) continue;
        const auto state = states.find(survey.id);
        if (state != states.end()) {
            if (state->second == AnswerState::draft) begun.push_back(survey);
            continue;
        }
        if (std::none_of(survey.purposes.begin(), survey.purposes.end(), invited)) continue;
        if (known.resting && was_written_of(survey.id)) {
            begun.push_back(survey);
        } else {
            next = survey;
        }
    }
    if (begun.empty() && next && !known.resting) begun.push_back(std::move(*next));
    return begun;
}

Status Surveys::keep_draft(const CustomerId& customer, const SurveyId& id, std::int64_t version,
                           const Personal<std::string>& draft) {
    TRY(const auto survey, get(id));
    if (survey.mode != SurveyMode::named) return no_such_survey();
    const auto& text = draft.reveal(gate_.own_data_token());
    if (text.empty()) {
        return store_.write([&](sql::Writer& unit) {
            return unit.execute(statements::delete_survey_draft,
                                {ByteView(customer.bytes()), ByteView(id.bytes())});
        });
    }
    if (survey.state != SurveyState::open) {
        return Error(Code::conflict, "this survey is closed: nothing was kept");
    }
    if (text.size() > kSurveyAnswersMax) {
        return Error(Code::too_large, "answers have at most " + std::to_string(kSurveyAnswersMax) +
                                          " bytes in all: shorten them");
    }
    TRY(const auto sealed, gate_.seal_own(customer, place_of_draft(id), draft));
    return put_row(store_, customer, row_of(id, AnswerState::draft, version, clock_.now(), random_),
                   sealed);
}

Status Surveys::decline(const CustomerId& customer, const SurveyId& id) {
    TRY(const auto survey, get(id));
    if (survey.mode != SurveyMode::named) return no_such_survey();
    return put_row(store_, customer,
                   row_of(id, AnswerState::declined, survey.version, clock_.now(), random_), {});
}

Status Surveys::withdraw(const CustomerId& customer, const SurveyId& id) {
    TRY(const auto found, own(customer, id));
    if (!found ||
        (found->state != AnswerState::answered && found->state != AnswerState::withdrawn)) {
        return Error(Code::not_found, "there is no answer of yours to this survey");
    }
    TRY_OK(store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::withdraw_survey_answer,
                            {ByteView(customer.bytes()), ByteView(id.bytes()), ByteView()});
    }));
    fault_point("survey.withdrawn");
    return erase_withdrawn(customer, found->collection);
}

// The row goes with the data it rested on.
Status Surveys::erase_withdrawn(const CustomerId& customer, const CollectionId& collection) {
    const auto erased =
        gate_.erase(customer, {gate::Scope::Kind::collection, collection.text()}, customer_actor());
    // What a hold keeps is in no result all the same.
    if (!erased && erased.error().code() != Code::conflict &&
        erased.error().code() != Code::not_found) {
        return erased.error();
    }
    return {};
}

Status Surveys::resume() {
    std::vector<std::pair<CustomerId, CollectionId>> left;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        left.clear();
        return reader.query(statements::list_withdrawn_survey_answers, {},
                            [&](const sql::Row& row) -> Status {
                                const auto customer = CustomerId::from_bytes(row.blob(0));
                                const auto collection = CollectionId::from_bytes(row.blob(1));
                                if (!customer || !collection) {
                                    return Error(Code::corrupt, "a survey's answer is damaged");
                                }
                                left.emplace_back(*customer, *collection);
                                return {};
                            });
    }));
    for (const auto& [customer, collection] : left) TRY_OK(erase_withdrawn(customer, collection));
    if (!left.empty()) log::info("survey_withdrawals_resumed", {{"count", left.size()}});
    return {};
}

}  // namespace avow::services
