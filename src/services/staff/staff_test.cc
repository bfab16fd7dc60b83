// SPDX-License-Identifier: Apache-2.0
// Employees: how they come in, what keeps others out, and what they acknowledge.
#include "services/staff/staff.hh"

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/testing.hh"
#include "services/factors/base32.hh"
#include "services/factors/totp.hh"
#include "services/staff/tokens.hh"
#include "services/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

constexpr const char* kEmail = "grace@example.org";
constexpr const char* kPassword = "a sentence nobody would guess";

class StaffTest : public ::testing::Test {
  protected:
    StaffTest() { open(); }
    void open() {
        SeededRandom keys(9);
        staff.reset();
        staff = Staff::create(*house.store, *house.gate, staff_keys_from(crypto::Key::random(keys)),
                              common, house.clock, house.random)
                    .value();
    }
    Result<Invited> invite(const char* email = kEmail,
                           std::vector<std::string> roles = {"web", "agent"}) {
        return staff->invite({std::move(roles),
                              {Personal<std::string>("Grace"), Personal<std::string>(email)},
                              "fr"});
    }
    std::string read(const Personal<std::string>& value) {
        return value.reveal(staff->own_token());
    }
    std::string code_of(const Bytes& secret, std::int64_t drift = 0) {
        return totp_code(secret, totp_step(house.clock.now()) + drift);
    }
    Bytes secret_of(const Invited& invited) {
        const auto invitation = staff->find_invitation(invited.secret).value();
        return *from_base32(read(invitation.totp_secret), Base32::rfc4648);
    }
    Result<StaffSignedIn> join(const Invited& invited, const std::string& code,
                               const char* password = kPassword) {
        return staff->join({invited.secret, Personal<std::string>(password), code});
    }
    // Signed up and with the next code at hand.
    Bytes joined(const char* email = kEmail) {
        const auto invited = invite(email).value();
        id = invited.id;
        auto secret = secret_of(invited);
        const auto done = join(invited, code_of(secret)).value();
        session = done.session;
        device = done.device;
        recovery = done.recovery_codes;
        house.clock.advance(kTotpStepMs);
        return secret;
    }
    Result<StaffSignedIn> sign_in(const std::string& code, const char* password = kPassword,
                                  const char* email = kEmail, std::string from = "") {
        return staff->sign_in({Personal<std::string>(email), Personal<std::string>(password), code,
                               "", std::move(from)});
    }
    bool is_open(std::string_view asked) { return staff->find_session(asked).value().has_value(); }

    gate::testing::House house;
    std::string common = testing::list_of({"princess"});
    std::unique_ptr<Staff> staff;
    std::optional<EmployeeId> id;
    std::string session;
    std::string device;
    std::vector<std::string> recovery;
};

TEST_F(StaffTest, AnInvitationNamesEveryWrongPlaceAndTheNearestRole) {
    const auto wrong = invite("no address", {"wbe"});
    ASSERT_THAT(wrong, Fails(Code::invalid));
    EXPECT_EQ(wrong.error().inputs().at(0).pointer, "/roles");
    EXPECT_NE(wrong.error().inputs().at(0).detail.find("\"web\""), std::string::npos);
    EXPECT_THAT(invite("no address"), Fails(Code::invalid));
    EXPECT_THAT(invite(kEmail, {}), Fails(Code::invalid));
    EXPECT_EQ(house.count("select count(*) from employees"), 0);
}

TEST_F(StaffTest, NameAndAddressAreSealedAtRest) {
    joined();
    EXPECT_EQ(house.count("select count(*) from employees where instr(person, 'race') > 0"), 0);
    EXPECT_EQ(house.count("select count(*) from employees where length(totp) <= 20"), 0);
    EXPECT_EQ(house.count("select count(*) from employees where length(address_hash) <> 32"), 0);
    const auto listed = staff->list().value();
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(read(listed[0].person.email), kEmail);
    EXPECT_EQ(listed[0].roles, (std::vector<std::string>{"web", "agent"}));
}

TEST_F(StaffTest, AnInvitationWorksOnceAndForThreeDays) {
    const auto invited = invite().value();
    const auto secret = secret_of(invited);
    EXPECT_THAT(join(invited, "000000"), Fails(Code::invalid));
    EXPECT_THAT(join(invited, code_of(secret), "princess1234"), Fails(Code::invalid));
    EXPECT_THAT(join(invited, code_of(secret)), IsOk());
    EXPECT_THAT(join(invited, code_of(secret, 1)), Fails(Code::not_found));
    const auto late = invite("late@example.org").value();
    house.clock.advance(kInvitationLifeMs);
    EXPECT_THAT(staff->find_invitation(late.secret), Fails(Code::not_found));
}

TEST_F(StaffTest, ANewInvitationReplacesTheFormerOneAndNoActiveEmployee) {
    const auto first = invite().value();
    const auto second = invite("Grace@Example.org").value();
    EXPECT_EQ(first.id, second.id);
    EXPECT_THAT(staff->find_invitation(first.secret), Fails(Code::not_found));
    ASSERT_THAT(join(second, code_of(secret_of(second))), IsOk());
    EXPECT_THAT(invite(), Fails(Code::conflict));
}

TEST_F(StaffTest, ThePasswordAloneOpensNothing) {
    const auto secret = joined();
    const auto half = sign_in("");
    ASSERT_THAT(half, IsOk());
    EXPECT_EQ(half.value().session, "");
    EXPECT_EQ(house.count("select count(*) from staff_sessions"), 1);
    const auto whole = sign_in(code_of(secret));
    ASSERT_THAT(whole, IsOk());
    EXPECT_TRUE(is_open(whole.value().session));
}

TEST_F(StaffTest, ACodeIsTakenOnceEvenAtJoining) {
    const auto invited = invite().value();
    const auto secret = secret_of(invited);
    const auto code = code_of(secret);
    ASSERT_THAT(join(invited, code), IsOk());
    EXPECT_THAT(sign_in(code), Fails(Code::invalid));
    const auto next = code_of(secret, 1);
    EXPECT_THAT(sign_in(next), IsOk());
    EXPECT_THAT(sign_in(next), Fails(Code::invalid));
}

TEST_F(StaffTest, ARecoveryCodeStandsInForTheAuthenticatorOnce) {
    joined();
    ASSERT_EQ(recovery.size(), 10u);
    EXPECT_THAT(sign_in(recovery[3]), IsOk());
    EXPECT_THAT(sign_in(recovery[3]), Fails(Code::invalid));
    EXPECT_EQ(staff->recovery_codes_left(*id).value(), 9);
}

TEST_F(StaffTest, AnUnknownAddressAndAWrongPasswordAreTheSameAnswer) {
    joined();
    const auto invited_only = invite("new@example.org");
    ASSERT_THAT(invited_only, IsOk());
    const auto wrong = sign_in("", "not the password at all");
    for (const auto* email : {"nobody@example.org", "new@example.org"}) {
        const auto unknown = sign_in("", kPassword, email);
        ASSERT_THAT(unknown, Fails(Code::denied));
        EXPECT_EQ(unknown.error().words().value, wrong.error().words().value);
    }
}

TEST_F(StaffTest, WhoGuessesWaitsAndAKnownBrowserDoesNot) {
    const auto secret = joined();
    for (int i = 0; i < Throttle::kFreeOfAccount; ++i) {
        EXPECT_THAT(sign_in("", "guess after guess"), Fails(Code::denied));
    }
    EXPECT_THAT(sign_in(code_of(secret)), Fails(Code::too_often));
    EXPECT_THAT(sign_in(code_of(secret), kPassword, kEmail, device), IsOk());
}

TEST_F(StaffTest, WhoHasThePasswordGuessesFewCodes) {
    const auto secret = joined();
    for (int i = 0; i < Throttle::kFreeOfAccount; ++i) {
        EXPECT_THAT(sign_in("12345" + std::to_string(i)), Fails(Code::invalid));
    }
    EXPECT_THAT(sign_in(code_of(secret)), Fails(Code::too_often));
}

TEST_F(StaffTest, ASessionEndsWhenIdleWhenOldAndAtOnceWhenDisabled) {
    joined();
    EXPECT_TRUE(is_open(session));
    house.clock.advance(kStaffIdleMs + 1);
    EXPECT_FALSE(is_open(session));
    const auto again = sign_in(recovery[0]).value().session;
    for (std::int64_t passed = 0; passed < kStaffLifeMs; passed += kStaffIdleMs) {
        EXPECT_TRUE(is_open(again));
        house.clock.advance(kStaffIdleMs);
    }
    house.clock.advance(1);
    EXPECT_FALSE(is_open(again));
    const auto last = sign_in(recovery[1]).value().session;
    EXPECT_TRUE(is_open(last));
    ASSERT_THAT(staff->disable(*id), IsOk());
    EXPECT_FALSE(is_open(last));
    EXPECT_THAT(sign_in(recovery[2]), Fails(Code::denied));
    EXPECT_THAT(staff->disable(*id), Fails(Code::not_found));
}

TEST_F(StaffTest, AChangedPasswordEndsEveryOtherSession) {
    const auto secret = joined();
    const auto other = sign_in(code_of(secret)).value().session;
    const auto wanted = "another sentence nobody guesses";
    EXPECT_THAT(staff->change_password(*id, session, Personal<std::string>("wrong"),
                                       Personal<std::string>(wanted)),
                Fails(Code::denied));
    const auto changed = staff->change_password(*id, session, Personal<std::string>(kPassword),
                                                Personal<std::string>(wanted));
    ASSERT_THAT(changed, IsOk());
    EXPECT_FALSE(is_open(session));
    EXPECT_FALSE(is_open(other));
    EXPECT_TRUE(is_open(changed.value().session));
    EXPECT_THAT(sign_in("", kPassword), Fails(Code::denied));
}

TEST_F(StaffTest, GuidelinesAreAcknowledgedWordByWordAndAnewForEachVersion) {
    joined();
    EXPECT_FALSE(staff->find_session(session).value()->acknowledged);
    const auto text = guidelines_of(*house.policies->in_force(), "fr");
    EXPECT_EQ(text.language, "en");  // it is not translated
    EXPECT_THAT(staff->acknowledge(*id, {text.version, text.language, "another digest"}),
                Fails(Code::conflict));
    EXPECT_THAT(staff->acknowledge(*id, {"0", text.language, text.digest}), Fails(Code::conflict));
    EXPECT_EQ(house.count("select count(*) from house_acts where kind = 'acknowledged'"), 0);
    for (int twice = 0; twice < 2; ++twice) {
        EXPECT_THAT(staff->acknowledge(*id, {text.version, text.language, text.digest}), IsOk());
    }
    EXPECT_EQ(house.count("select count(*) from house_acts where kind = 'acknowledged' and "
                          "instr(details, '\"employee\":\"emp_') > 0"),
              1);
    EXPECT_TRUE(staff->find_session(session).value()->acknowledged);
    house.publish(
        gate::testing::replaced(gate::testing::kPromises, "version = \"1\"", "version = \"2\""));
    EXPECT_FALSE(staff->find_session(session).value()->acknowledged);
}

TEST_F(StaffTest, TokensAndEmployeesShareOneSchema) {
    EXPECT_THAT(Tokens::create(*house.store, house.clock, house.random), IsOk());
    open();
    EXPECT_THAT(invite(), IsOk());
}

}  // namespace
}  // namespace avow::services
