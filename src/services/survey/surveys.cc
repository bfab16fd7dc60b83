// SPDX-License-Identifier: Apache-2.0
// The makers' side: a survey, its versions and its states.
#include <algorithm>

#include <boost/json.hpp>

#include "base/json.hh"
#include "base/text.hh"
#include "services/statements.hh"
#include "services/survey/reading.hh"
#include "services/survey/rows.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

Status check_name(std::string_view name) {
    const Error wrong(Code::invalid, "the survey cannot be kept as it is");
    if (trimmed(name).empty()) return Error(wrong).at("/name", "is empty: give it a name");
    if (name.size() > kSurveyNameMax) {
        return Error(wrong).at(
            "/name", "longer than " + std::to_string(kSurveyNameMax) + " bytes: shorten it");
    }
    return {};
}

// The text that is kept of a definition that the server can check.
Result<std::string> checked_text(const bj::value& definition) {
    auto read = read_definition(definition);
    if (!read) {
        Error told(Code::invalid, read.error().words().value);
        for (const auto& place : read.error().inputs()) {
            told = std::move(told).at("/definition" + place.pointer, place.detail);
        }
        return told;
    }
    auto text = bj::serialize(definition);
    if (text.size() <= kDefinitionMax) return text;
    return Error(Code::too_large,
                 "a definition has at most " + std::to_string(kDefinitionMax) + " bytes");
}

}  // namespace

Result<std::unique_ptr<Surveys>> Surveys::create(sql::Connection& store, gate::Gate& gate,
                                                 Options options, const Clock& clock,
                                                 Random& random) {
    TRY_OK(store.migrate("survey", {statements::survey_schema_1, statements::survey_schema_2}));
    std::unique_ptr<Surveys> surveys(new Surveys(store, gate, options, clock, random));
    surveys->go_with_the_customer();
    return surveys;
}

void Surveys::go_with_the_customer() {
    const auto count = [](sql::Reader& reader, const CustomerId& customer) -> Result<std::int64_t> {
        std::int64_t answers = 0;
        TRY_OK(reader.query(statements::count_survey_answers_of_customer,
                            {ByteView(customer.bytes())}, [&](const sql::Row& row) -> Status {
                                answers = row.integer(0);
                                return {};
                            }));
        return answers;
    };
    const auto remove = [](sql::Writer& unit, const CustomerId& customer) -> Status {
        TRY_OK(unit.execute(statements::delete_survey_codes_of_customer,
                            {ByteView(customer.bytes())}));
        TRY_OK(unit.execute(statements::delete_survey_invitations_of_customer,
                            {ByteView(customer.bytes())}));
        return unit.execute(statements::delete_survey_answers_of_customer,
                            {ByteView(customer.bytes())});
    };
    const auto orphans = [](sql::Writer& unit, const CustomerId& customer) {
        return unit.execute(statements::delete_orphaned_survey_answers,
                            {ByteView(customer.bytes()), kAnswersField});
    };
    gate_.accompany({"surveys", count, remove, [](const CustomerId&) {}, orphans});
}

Result<Survey> Surveys::make(const NewSurvey& wanted, std::string_view author) {
    TRY_OK(check_name(wanted.name));
    const auto policy = gate_.policies().in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    const auto channel = policy->find_channel(kSurveyChannel);
    const auto field = policy->find_field(kAnswersField);
    if (!channel || !field || !(*policy)[*channel].fields[field->value]) {
        return Error(Code::invalid, "the policy in force does not collect answers to surveys")
            .at("/name", "the policy declares no channel `survey` with the field `answers`");
    }
    Places places("the survey cannot be kept as it is");
    if (wanted.purposes.empty()) places.add("/purposes", "at least one purpose is wanted");
    for (std::size_t i = 0; i < wanted.purposes.size(); ++i) {
        const auto purpose = policy->find_purpose(wanted.purposes[i]);
        const auto pointer = "/purposes/" + std::to_string(i);
        const auto first =
            std::find(wanted.purposes.begin(), wanted.purposes.end(), wanted.purposes[i]);
        if (!purpose || !(*policy)[*channel].purposes[purpose->value]) {
            places.add(pointer, "the policy does not state this purpose for surveys");
        } else if (first - wanted.purposes.begin() != static_cast<std::ptrdiff_t>(i)) {
            places.add(pointer, "is there already");
        }
    }
    TRY_OK(places.result());
    TRY(const auto text, checked_text(wanted.definition));
    const auto now = clock_.now();
    Survey survey{SurveyId::make(now, random_),
                  wanted.name,
                  wanted.mode,
                  wanted.purposes,
                  SurveyState::draft,
                  1,
                  now,
                  {},
                  {},
                  false};
    const auto purposes = join(wanted.purposes, " ");
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::insert_survey,
                            {ByteView(survey.id.bytes()), std::string_view(survey.name),
                             name_of(survey.mode), std::string_view(purposes), now.ms}));
        return unit.execute(
            statements::insert_survey_version,
            {ByteView(survey.id.bytes()), std::int64_t{1}, std::string_view(text), author, now.ms});
    }));
    return survey;
}

Result<Survey> Surveys::revise(const SurveyId& id, std::int64_t seen, const std::string& name,
                               const bj::value& definition, std::string_view author) {
    TRY_OK(check_name(name));
    TRY(auto survey, get(id));
    TRY(const auto text, checked_text(definition));
    const auto now = clock_.now();
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows,
            unit.run(statements::revise_survey,
                     {ByteView(id.bytes()), seen, seen + 1, std::string_view(name)}));
        if (rows != 1) {
            return Error(Code::conflict,
                         "the survey is closed, or was revised meanwhile: read it again");
        }
        return unit.execute(
            statements::insert_survey_version,
            {ByteView(id.bytes()), seen + 1, std::string_view(text), author, now.ms});
    }));
    survey.name = name;
    survey.version = seen + 1;
    return survey;
}

Result<Survey> Surveys::change_state(const SurveyId& id, SurveyState state) {
    TRY(auto survey, get(id));
    if (survey.state == state) return survey;
    if (state == SurveyState::draft ||
        (state == SurveyState::closed && survey.state == SurveyState::draft)) {
        return Error(Code::conflict,
                     "a survey goes from draft to open, and from there to closed "
                     "and back");
    }
    const auto before = survey.state;
    const auto now = clock_.now();
    if (state == SurveyState::open) {
        survey.opened = survey.opened.value_or(now);
        survey.closed.reset();
    } else {
        survey.closed = now;
    }
    survey.state = state;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows, unit.run(statements::change_survey_state,
                                      {ByteView(id.bytes()), name_of(before), name_of(state),
                                       survey.opened->ms, survey.closed ? survey.closed->ms : 0}));
        if (rows == 1) return {};
        return Error(Code::conflict, "the survey changed meanwhile: read it again");
    }));
    return survey;
}

std::vector<std::string> Surveys::inviting_purposes(const Survey& survey) const {
    std::vector<std::string> inviting;
    const auto policy = gate_.policies().in_force();
    for (const auto& name : survey.purposes) {
        const auto purpose = policy == nullptr ? std::nullopt : policy->find_purpose(name);
        if (!purpose) continue;
        const auto& stated = (*policy)[*purpose];
        if (stated.basis == policy::Basis::permission && stated.contact == policy::Contact::yes)
            inviting.push_back(name);
    }
    return inviting;
}

Result<Survey> Surveys::ask_after_requests(const SurveyId& id, bool asked) {
    TRY(auto survey, get(id));
    if (asked && inviting_purposes(survey).empty()) {
        return Error(Code::invalid, "customers cannot be invited to this survey")
            .at("/asked",
                "the policy lets us write to people for none of its purposes: make one with a "
                "purpose that rests on a permission and has contact = true");
    }
    if (survey.after_requests == asked) return survey;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        if (asked) TRY_OK(unit.execute(statements::clear_survey_after_requests, {}));
        return unit.execute(statements::set_survey_after_requests,
                            {ByteView(id.bytes()), std::int64_t{asked}});
    }));
    survey.after_requests = asked;
    return survey;
}

Result<std::vector<Survey>> Surveys::list(const std::optional<SurveyId>& before, int limit) {
    ByteArray<16> end;
    end.fill(0xff);
    const auto first = before.value_or(*SurveyId::from_bytes(end));
    std::vector<Survey> surveys;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        surveys.clear();
        return reader.query(statements::list_surveys,
                            {ByteView(first.bytes()), std::int64_t{limit}},
                            [&](const sql::Row& row) -> Status {
                                TRY(auto survey, read_survey(row));
                                surveys.push_back(std::move(survey));
                                return {};
                            });
    }));
    return surveys;
}

Result<Survey> Surveys::find(sql::Reader& reader, const SurveyId& id) {
    std::optional<Survey> found;
    TRY_OK(reader.query(statements::find_survey, {ByteView(id.bytes())},
                        [&](const sql::Row& row) -> Status {
                            TRY(found, read_survey(row));
                            return {};
                        }));
    if (!found) return no_such_survey();
    return std::move(*found);
}

Result<Survey> Surveys::get(const SurveyId& id) {
    std::optional<Survey> found;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(found, find(reader, id));
        return {};
    }));
    return std::move(*found);
}

Result<std::vector<SurveyVersion>> Surveys::versions(const SurveyId& id) {
    std::vector<SurveyVersion> versions;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        versions.clear();
        return reader.query(
            statements::list_survey_versions, {ByteView(id.bytes())},
            [&](const sql::Row& row) -> Status {
                versions.push_back({row.integer(0), std::string(row.text(1)), {row.integer(2)}});
                return {};
            });
    }));
    return versions;
}

Result<bj::object> Surveys::definition_json(const SurveyId& id, std::int64_t version) {
    std::string text;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_survey_version, {ByteView(id.bytes()), version},
                            [&](const sql::Row& row) -> Status {
                                text = row.text(0);
                                return {};
                            });
    }));
    if (text.empty()) return Error(Code::not_found, "the survey has no such version");
    TRY(auto json, json::parse(text));
    if (!json.is_object()) return Error(Code::corrupt, "a survey's definition is damaged");
    return std::move(json.get_object());
}

Result<std::shared_ptr<const Definition>> Surveys::definition(const SurveyId& id,
                                                              std::int64_t version) {
    {
        const std::lock_guard lock(reading_);
        const auto found = definitions_.find({id, version});
        if (found != definitions_.end()) return found->second;
    }
    TRY(const auto json, definition_json(id, version));
    auto read = read_definition(json);
    if (!read) return Error(Code::corrupt, "a survey's definition cannot be read any more");
    auto shared = std::make_shared<const Definition>(std::move(*read));
    const std::lock_guard lock(reading_);
    definitions_.insert_or_assign({id, version}, shared);
    return shared;
}

}  // namespace avow::services
