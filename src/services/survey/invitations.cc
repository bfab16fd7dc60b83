// SPDX-License-Identifier: Apache-2.0
#include "services/survey/invitations.hh"

#include <algorithm>

#include "base/fault.hh"
#include "services/statements.hh"
#include "services/survey/rows.hh"

namespace avow::services {

struct Invitations::Weighed {
    Inviting invited = Inviting::no_survey;
    std::optional<Survey> survey;
    std::string purpose;
    std::string language = "en";  // of the letter
};

std::string_view name_of(Inviting invited) {
    switch (invited) {
        case Inviting::asked:
            return "asked";
        case Inviting::no_survey:
            return "no_survey";
        case Inviting::no_permission:
            return "no_permission";
        case Inviting::no_address:
            return "no_address";
        case Inviting::no_account:
            return "no_account";
        case Inviting::answered:
            return "answered";
        case Inviting::resting:
            return "resting";
    }
    return {};
}

Result<Invitations::Weighed> Invitations::weigh(sql::Reader& reader, const CustomerId& customer) {
    Weighed weighed;
    TRY_OK(reader.query(statements::find_survey_after_requests, {},
                        [&](const sql::Row& row) -> Status {
                            TRY(weighed.survey, read_survey(row));
                            return {};
                        }));
    if (!weighed.survey || weighed.survey->state != SurveyState::open) return weighed;
    const auto& survey = *weighed.survey;
    const auto decided = [&](Inviting invited) {
        weighed.invited = invited;
        return weighed;
    };
    const auto purposes = surveys_.inviting_purposes(survey);
    if (purposes.empty()) return weighed;
    bool permits = false;  // one of them, which something else forbids
    for (const auto& purpose : purposes) {
        TRY(const auto decision, gate_.decide_letter(reader, customer, purpose));
        if (decision.answer == policy::Answer::allowed) {
            weighed.purpose = purpose;
            break;
        }
        permits = permits || (decision.because != policy::Because::no_permission &&
                              decision.because != policy::Because::objected);
    }
    if (weighed.purpose.empty())
        return decided(permits ? Inviting::no_address : Inviting::no_permission);
    TRY(const bool may_write, letters_.may_write(reader, customer));
    if (!may_write) return decided(Inviting::no_address);
    bool has_account = false;
    TRY_OK(reader.query(statements::find_account, {ByteView(customer.bytes())},
                        [&](const sql::Row& row) -> Status {
                            has_account = true;
                            weighed.language = row.text(2);
                            return {};
                        }));
    const bool named = survey.mode == SurveyMode::named;
    if (named && !has_account) return decided(Inviting::no_account);
    TRY(const auto known, surveys_.history(reader, customer));
    const bool answered =
        std::any_of(known.answers.begin(), known.answers.end(), [&](const OwnAnswer& one) {
            return one.survey == survey.id && one.state != AnswerState::draft;
        });
    if (answered) return decided(Inviting::answered);
    return decided(known.resting ? Inviting::resting : Inviting::asked);
}

Result<Inviting> Invitations::look(sql::Reader& reader, const CustomerId& customer) {
    TRY(const auto weighed, weigh(reader, customer));
    return weighed.invited;
}

Result<Inviting> Invitations::invite(sql::Writer& unit, const CustomerId& customer) {
    TRY(auto weighed, weigh(unit, customer));
    if (weighed.invited != Inviting::asked) return weighed.invited;
    const auto& survey = *weighed.survey;
    const auto now = clock_.now();
    // Two requests that are done at once invite once.
    TRY(const auto rows, unit.run(statements::put_survey_invitation,
                                  {ByteView(customer.bytes()), ByteView(survey.id.bytes()), now.ms,
                                   now.ms - surveys_.options_.rest_ms}));
    if (rows != 1) return Inviting::resting;
    fault_point("survey.invited");
    Letter letter{.kind = LetterKind::survey_invitation,
                  .language = std::move(weighed.language),
                  .link = Personal<std::string>(
                      (survey.mode == SurveyMode::named ? "/account/surveys#" : "/surveys#") +
                      survey.id.text()),
                  .purpose = std::move(weighed.purpose)};
    TRY_OK(letters_.write(unit, customer, letter));
    return Inviting::asked;
}

}  // namespace avow::services
