// SPDX-License-Identifier: Apache-2.0
// An answer in: checked as the browser checks it, then a collection with its row beside it.
#include <limits>

#include <boost/json.hpp>

#include "base/fault.hh"
#include "base/json.hh"
#include "services/statements.hh"
#include "services/survey/checked.hh"
#include "services/survey/rows.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

Error answered_already() {
    return {Code::conflict,
            "you answered this survey already: take that answer back first, then answer anew"};
}

// The gate tries a `conflict` again; these would find the same.
Error for_good(const Error& error) {
    return Error(Code::denied, error.words().value).caused_by("survey");
}

Error in_words_of_the_survey(const Error& error) {
    if (error.cause().value == "survey") return {Code::conflict, error.words().value};
    if (error.code() != Code::invalid) return error;
    Error told(Code::invalid, "the answers cannot be taken: nothing was kept");
    for (const auto& input : error.inputs()) {
        const bool field = input.pointer == "/fields/answers";
        told = std::move(told).at(field ? "/answers" : input.pointer, input.detail);
    }
    return told;
}

Error other_version(std::int64_t newest) {
    return {Code::conflict, "the survey was revised: read version " + std::to_string(newest) +
                                " of it and answer that one"};
}

}  // namespace

gate::Actor customer_actor() {
    return {gate::Actor::Kind::customer, "customer", "", false, false};
}

Result<Surveys::Checked> Surveys::check(const Survey& survey, const SurveyReply& reply) {
    if (survey.state != SurveyState::open) {
        return Error(Code::conflict, survey.state == SurveyState::closed
                                         ? "this survey is closed: nothing was kept"
                                         : "this survey is not open yet");
    }
    if (reply.version != survey.version) return other_version(survey.version);
    const auto token = gate_.own_data_token();
    const auto& text = reply.answers.reveal(token);
    if (text.size() > kSurveyAnswersMax) {
        return Error(Code::too_large, "answers have at most " + std::to_string(kSurveyAnswersMax) +
                                          " bytes in all: shorten them");
    }
    auto parsed = json::parse(text);
    if (!parsed) {
        return Error(Code::invalid, "the answers do not fit the survey: nothing was kept")
            .at("/answers", "is not right as JSON");
    }
    TRY(const auto asked, definition(survey.id, survey.version));
    auto answers = check_answers(*asked, *parsed);
    if (!answers) {
        Error told(Code::invalid, answers.error().words().value);
        for (const auto& place : answers.error().inputs()) {
            told = std::move(told).at("/answers" + place.pointer, place.detail);
        }
        return told;
    }
    if (answers->empty()) {
        return Error(Code::invalid, "the answers do not fit the survey: nothing was kept")
            .at("/answers", "holds no answer: answer at least one question");
    }
    const auto title = text_in(asked->title, reply.language);
    Checked checked;
    checked.marks = bj::serialize(marks_of(*asked, survey.version, day_of(clock_.now()), *answers));
    checked.kept =
        bj::serialize(bj::object{{"survey", survey.id.text()},
                                 {"version", survey.version},
                                 {"title", title.empty() ? std::string_view(survey.name) : title},
                                 {"answers", std::move(*answers)}});
    return checked;
}

Result<bool> Surveys::wants_permission(const std::string& purpose) const {
    const auto policy = gate_.policies().in_force();
    const auto index = policy == nullptr ? std::nullopt : policy->find_purpose(purpose);
    if (!index) {
        return Error(Code::invalid, "nothing can be said for this purpose")
            .at("/purpose", "the policy in force declares no such purpose");
    }
    return (*policy)[*index].basis == policy::Basis::permission;
}

// One purpose at least must stand, or the answer could be used for nothing.
Status Surveys::check_permitted(const Survey& survey, const SurveyReply& reply,
                                const std::optional<CustomerId>& customer) {
    std::string wanted;
    for (const auto& purpose : survey.purposes) {
        const auto wants = wants_permission(purpose);
        if (wants && !*wants) return {};
        wanted = purpose;
        for (const auto& choice : reply.permissions) {
            if (choice.purpose == purpose && choice.granted) return {};
        }
        if (!customer) continue;
        TRY(const auto standing, gate_.permissions(*customer));
        for (const auto& one : standing) {
            if (one.purpose == purpose && one.granted) return {};
        }
    }
    return Error(Code::invalid, "the answers cannot be taken: nothing was kept")
        .at("/permissions/" + wanted,
            "this survey may be used with your permission only: give "
            "it, or leave the survey");
}

Status Surveys::still_open(sql::Reader& reader, const Survey& survey) {
    std::string state;
    std::int64_t version = 0;
    TRY_OK(reader.query(statements::find_survey_to_answer, {ByteView(survey.id.bytes())},
                        [&](const sql::Row& row) -> Status {
                            state = row.text(0);
                            version = row.integer(1);
                            return {};
                        }));
    if (state != name_of(SurveyState::open)) {
        return for_good({Code::conflict, "this survey is closed: nothing was kept"});
    }
    if (version != survey.version) return for_good(other_version(version));
    return {};
}

Result<gate::Collected> Surveys::collect(const Survey& survey, SurveyReply& reply, Checked checked,
                                         const std::optional<CustomerId>& customer,
                                         const gate::Gate::Alongside& alongside) {
    const auto now = clock_.now();
    gate::Collection collection;
    collection.channel = kSurveyChannel;
    collection.fields.push_back(
        {std::string(kAnswersField), Personal<std::string>(std::move(checked.kept))});
    collection.purposes = survey.purposes;
    collection.permissions = std::move(reply.permissions);
    collection.policy_version = reply.policy_version;
    collection.evidence =
        "the survey " + survey.id.text() + ", version " + std::to_string(survey.version);
    collection.language = reply.language;
    collection.customer = customer;
    collection.id = CollectionId::make(now, random_);
    const auto id = AnswerId::make(now, random_);
    const Personal<std::string> marks(std::move(checked.marks));
    const auto policy = gate_.policies().in_force();
    const auto channel = policy == nullptr ? std::nullopt : policy->find_channel(kSurveyChannel);
    const auto over = channel ? (*policy)[*channel].retention.over_at(now) : std::nullopt;
    const auto kept_until = over ? over->ms : std::numeric_limits<std::int64_t>::max();
    auto collected = gate_.collect(
        collection, customer_actor(), [&](sql::Writer& unit, const CustomerId& who) -> Status {
            TRY_OK(still_open(unit, survey));
            TRY(const auto sealed, gate_.seal_countable(who, id.bytes(), marks));
            TRY(const auto rows,
                unit.run(statements::put_survey_answer,
                         {ByteView(who.bytes()), ByteView(survey.id.bytes()), ByteView(id.bytes()),
                          ByteView(collection.id->bytes()), name_of(AnswerState::answered),
                          survey.version, std::string_view(policy->version), now.ms, kept_until,
                          ByteView(sealed)}));
            if (rows != 1) return for_good(answered_already());
            fault_point("survey.half_written");
            return alongside ? alongside(unit, who) : Status();
        });
    if (!collected) return in_words_of_the_survey(collected.error());
    return collected;
}

Result<gate::Collected> Surveys::answer(const CustomerId& customer, const SurveyId& id,
                                        SurveyReply reply) {
    TRY(const auto survey, get(id));
    if (survey.mode != SurveyMode::named) return no_such_survey();
    TRY(const auto before, own(customer, id));
    if (before && before->state == AnswerState::answered) return answered_already();
    TRY(auto checked, check(survey, reply));
    TRY_OK(check_permitted(survey, reply, customer));
    return collect(survey, reply, std::move(checked), customer, {});
}

}  // namespace avow::services
