// SPDX-License-Identifier: Apache-2.0
// Whoever answers without telling who they are: by a code that they keep, or as nobody at all.
#include <boost/json.hpp>

#include "base/fault.hh"
#include "base/json.hh"
#include "services/factors/base32.hh"
#include "services/statements.hh"
#include "services/survey/checked.hh"
#include "services/survey/rows.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

constexpr std::size_t kTicketMax = 64;  // LIMIT: bytes
constexpr std::size_t kTicketLeast = 16;
constexpr std::string_view kTicketKeys = "survey ticket";
constexpr std::string_view kCodeKeys = "survey code";
constexpr std::size_t kCodeBytes = 15;  // 120 bits, four groups of six characters
constexpr std::size_t kCodeGroup = 6;
constexpr std::size_t kCodeTextMax = 100;  // LIMIT: bytes of one as it was typed

std::string spelled(ByteView bytes) {
    std::string code;
    for (const char c : base32(bytes, Base32::crockford)) {
        if (code.size() % (kCodeGroup + 1) == kCodeGroup) code += '-';
        code += c;
    }
    return code;
}

Error sent_already() {
    return {Code::conflict, "these answers were sent already: they are kept once"};
}

}  // namespace

Result<VisitorReceipt> Surveys::answer_as_visitor(const SurveyId& id, SurveyReply reply) {
    TRY(const auto survey, get(id));
    if (survey.mode == SurveyMode::named) return no_such_survey();
    if (reply.ticket.size() < kTicketLeast || reply.ticket.size() > kTicketMax) {
        return Error(Code::invalid, "the answers cannot be taken: nothing was kept")
            .at("/ticket", "16 to 64 characters are wanted, made anew for every answer");
    }
    TRY(auto checked, check(survey, reply));
    const auto policy = gate_.policies().in_force();
    if (policy == nullptr) return Error(Code::unavailable, "no policy is published yet");
    if (reply.policy_version != policy->version) {
        return Error(Code::conflict,
                     "the form shows another version of the policy than the one in "
                     "force, " +
                         policy->version + ": show that one and ask again");
    }
    const auto spent = gate_.blind(kTicketKeys, as_bytes(id.text() + " " + reply.ticket));
    const auto spend = [&](sql::Writer& unit) -> Status {
        auto written = unit.run(statements::insert_survey_ticket, {ByteView(spent)});
        if (written) return {};
        if (written.error().code() != Code::conflict) return written.error();
        return Error(Code::denied, sent_already().words().value).caused_by("survey");
    };
    if (survey.mode == SurveyMode::anonymous) {
        // WALL: no id that holds a time, no time finer than the day, no order, no permission.
        const auto key = random_.take<16>();
        TRY(auto kept, json::parse(checked.kept));
        TRY(auto marks, json::parse(checked.marks));
        const auto sealed = gate_.seal_for_house(
            key, as_bytes(bj::serialize(
                     bj::object{{"marks", std::move(marks)}, {"kept", std::move(kept)}})));
        const auto written = store_.write([&](sql::Writer& unit) -> Status {
            TRY_OK(still_open(unit, survey));
            TRY_OK(spend(unit));
            return unit.execute(statements::insert_anonymous_answer,
                                {ByteView(id.bytes()), ByteView(key), ByteView(sealed)});
        });
        if (written) return VisitorReceipt();
        if (written.error().cause().value != "survey") return written.error();
        return Error(Code::conflict, written.error().words().value);
    }
    TRY_OK(check_permitted(survey, reply, std::nullopt));
    const auto secret = random_.take<kCodeBytes>();
    VisitorReceipt receipt{spelled(secret)};
    const auto hash = gate_.blind(kCodeKeys, secret);
    TRY([[maybe_unused]] const auto collected,
        collect(survey, reply, std::move(checked), std::nullopt,
                [&](sql::Writer& unit, const CustomerId& customer) -> Status {
                    TRY_OK(spend(unit));
                    return unit.execute(
                        statements::insert_survey_code,
                        {ByteView(hash), ByteView(customer.bytes()), ByteView(id.bytes())});
                }));
    return receipt;
}

// Whoever is known by the code alone has nothing else here: all of it goes, with its key.
Status Surveys::withdraw_by_code(std::string_view code) {
    const auto secret = from_base32(code.substr(0, kCodeTextMax), Base32::crockford);
    const auto hash = gate_.blind(kCodeKeys, secret.value_or(Bytes()));
    std::optional<CustomerId> customer;
    std::optional<SurveyId> survey;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_survey_code, {ByteView(hash)},
                            [&](const sql::Row& row) -> Status {
                                customer = CustomerId::from_bytes(row.blob(0));
                                survey = SurveyId::from_bytes(row.blob(1));
                                return {};
                            });
    }));
    if (!customer || !survey) {
        return Error(Code::not_found,
                     "no answer belongs to this code: it is misspelled, or was taken back before");
    }
    TRY_OK(store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::withdraw_survey_answer,
                            {ByteView(customer->bytes()), ByteView(survey->bytes()), ByteView()});
    }));
    fault_point("survey.withdrawn");
    TRY([[maybe_unused]] const auto erased,
        gate_.erase(*customer, {gate::Scope::Kind::customer, ""}, customer_actor()));
    return {};
}

}  // namespace avow::services
