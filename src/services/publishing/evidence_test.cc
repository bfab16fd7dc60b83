// SPDX-License-Identifier: Apache-2.0
// Every probe that measures can say no.
#include "services/publishing/evidence.hh"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/testing.hh"
#include "services/account/accounts.hh"
#include "services/testing.hh"

namespace avow::services {
namespace {

using avow::testing::IsOk;
using gate::testing::House;
using gate::testing::kPromises;
using gate::testing::replaced;

class EvidenceTest : public ::testing::Test {
  protected:
    EvidenceTest() {
        accounts =
            Accounts::create(*house.store, *house.gate, *letters, common, house.clock, house.random)
                .value();
        const auto signed_in =
            accounts->sign_up({Personal<std::string>("ada@example.org"),
                               Personal<std::string>("a sentence nobody would guess"),
                               std::nullopt,
                               "en",
                               "1",
                               {},
                               {}});
        EXPECT_THAT(signed_in, IsOk());
    }
    // Measured by a book of its own: nothing is remembered.
    Evidence measure(std::string_view rule) {
        EvidenceBook book(
            *house.store, *house.gate, *accounts, house.clock,
            {[this] { return certificate_ends; },
             [this](std::string_view path) { return visit(path); }, [this] { return traffic; }});
        for (auto& found : book.measure()) {
            if (found.rule == rule) return found;
        }
        ADD_FAILURE() << "no evidence for " << rule;
        return {};
    }
    Keeping keeping(std::string_view rule) { return measure(rule).keeping; }
    Outside::Page visit(std::string_view) const { return page; }

    House house;
    std::unique_ptr<Letters> letters =
        Letters::create(*house.store, *house.gate, {"portal.example", ""}, house.clock,
                        house.random)
            .value();
    std::string common = testing::list_of({"1234567890987654321", "password"});
    std::unique_ptr<Accounts> accounts;
    Time certificate_ends = house.clock.now() + 90 * kDayMs;
    Outside::Page page{200, false};
    std::optional<Outside::Traffic> traffic = Outside::Traffic{46, 46, true, 352, 9, 9};
};

TEST_F(EvidenceTest, AHouseInOrderKeepsWhatItMeasures) {
    for (const auto* rule : {"collection.declared-channel", "storage.encrypted",
                             "use.stated-purpose", "use.new-purpose", "contact.permission",
                             "staff.guidelines", "transport.tls", "access.portal", "access.profile",
                             "browsing.anonymous", "traffic.cookie", "traffic.browser-and-country",
                             "traffic.patterns", "disclosure.legal-process", "policy.versions"}) {
        EXPECT_EQ(keeping(rule), Keeping::kept) << rule << ": " << measure(rule).words.id;
    }
    EXPECT_EQ(keeping("password.strength-and-age"), Keeping::kept);
    EXPECT_EQ(keeping("access.by-email"), Keeping::at_risk);
    EXPECT_EQ(measure("policy.versions").figure, "1/1");
    EXPECT_EQ(measure("disclosure.legal-process").figure, "0/0");
}

TEST_F(EvidenceTest, AValueInClearBreaksTheSealing) {
    house.tamper("update data set sealed = cast('ada@example.org' as blob)");
    EXPECT_EQ(keeping("storage.encrypted"), Keeping::broken);
}

TEST_F(EvidenceTest, AVersionWithOtherWordsOrWithoutARowIsNotAsPublished) {
    house.publish(replaced(kPromises, "version = \"1\"", "version = \"2\""));
    ASSERT_THAT(house.ledger->flush(), IsOk());
    ASSERT_EQ(measure("policy.versions").figure, "2/2");
    house.tamper("update policies set files = replace(files, 'serve', 'sell') where version = '1'");
    EXPECT_EQ(keeping("policy.versions"), Keeping::broken);
    EXPECT_EQ(measure("policy.versions").figure, "1/2");
    house.tamper("delete from policies where version = '2'");
    EXPECT_EQ(measure("policy.versions").figure, "0/2");
}

TEST_F(EvidenceTest, AVersionWhoseEntryIsAnothersIsNotAsPublished) {
    house.publish(replaced(kPromises, "version = \"1\"", "version = \"2\""));
    ASSERT_THAT(house.ledger->flush(), IsOk());
    // Row and details agree with each other, but not with the ledger.
    house.tamper(
        "update policies set details = replace(details, '2023-11-14', '2023-11-13') where version "
        "= '1'");
    EXPECT_EQ(measure("policy.versions").figure, "1/2");
}

TEST_F(EvidenceTest, ADisclosureWithoutTwoApprovalsBreaksThePromise) {
    house.tamper("update acts set kind = 'disclosed'");
    const auto found = measure("disclosure.legal-process");
    EXPECT_EQ(found.keeping, Keeping::broken);
    EXPECT_EQ(found.figure, "0/1");
}

TEST_F(EvidenceTest, AWeaklyKeptPasswordBreaksThePromise) {
    house.tamper("update accounts set password = replace(password, 'm=65536', 'm=8')");
    EXPECT_EQ(keeping("password.strength-and-age"), Keeping::broken);
}

TEST_F(EvidenceTest, APasswordThatIsGuessedFirstAndTakenBreaksThePromise) {
    common = testing::list_of({"princess"});
    accounts =
        Accounts::create(*house.store, *house.gate, *letters, common, house.clock, house.random)
            .value();
    const auto found = measure("password.strength-and-age");
    EXPECT_EQ(found.keeping, Keeping::broken);
    EXPECT_EQ(found.words.id, "evidence_password_weak");
}

TEST_F(EvidenceTest, AnotherAddressThanTheOneThatIsReadBreaksThePromise) {
    house.publish(replaced(replaced(kPromises, "version = \"1\"", "version = \"2\""),
                           "contact = \"privacy@", "contact = \"elsewhere@"));
    EXPECT_EQ(keeping("access.by-email"), Keeping::broken);
}

TEST_F(EvidenceTest, PagesThatSetCookiesOrDoNotOpenBreakTheirPromises) {
    page = {200, true};
    for (const auto* rule : {"access.profile", "browsing.anonymous", "traffic.cookie"}) {
        EXPECT_EQ(keeping(rule), Keeping::broken) << rule;
    }
    page = {404, false};
    for (const auto* rule : {"access.portal", "access.profile", "browsing.anonymous"}) {
        EXPECT_EQ(keeping(rule), Keeping::broken) << rule;
    }
}

TEST_F(EvidenceTest, TrafficThatKeepsOrShowsMoreThanPublishedBreaksItsPromise) {
    const auto broken = [&](auto Outside::Traffic::* what, auto value, std::string_view rule) {
        const auto before = *traffic;
        (*traffic).*what = value;
        EXPECT_EQ(keeping(rule), Keeping::broken) << rule;
        traffic = before;
        EXPECT_EQ(keeping(rule), Keeping::kept) << rule;
    };
    broken(&Outside::Traffic::columns, 47, "browsing.anonymous");
    broken(&Outside::Traffic::columns, 47, "traffic.browser-and-country");
    broken(&Outside::Traffic::leaves_nobody, false, "browsing.anonymous");
    broken(&Outside::Traffic::cookie_values, 353, "traffic.cookie");
    broken(&Outside::Traffic::large_rows, 8, "traffic.patterns");
    traffic.reset();
    for (const auto* rule : {"browsing.anonymous", "traffic.cookie", "traffic.patterns"}) {
        EXPECT_EQ(keeping(rule), Keeping::at_risk) << rule;
    }
}

TEST_F(EvidenceTest, ACertificateNearItsEndIsAtRiskAndAfterItBroken) {
    certificate_ends = house.clock.now() + 3 * kDayMs;
    EXPECT_EQ(keeping("transport.tls"), Keeping::at_risk);
    certificate_ends = house.clock.now();
    EXPECT_EQ(keeping("transport.tls"), Keeping::broken);
}

TEST_F(EvidenceTest, AStatusKeepsItsDateUntilItChanges) {
    EvidenceBook book(
        *house.store, *house.gate, *accounts, house.clock,
        {[this] { return certificate_ends; }, [this](std::string_view path) { return visit(path); },
         [this] { return traffic; }});
    const auto since = [&] {
        const auto all = book.measure();
        return std::ranges::find(all, "access.profile", &Evidence::rule)->since;
    };
    const auto published = since();
    house.clock.advance(kMinuteMs);
    EXPECT_EQ(since(), published);
    page = {404, false};
    house.clock.advance(kMinuteMs);
    EXPECT_EQ(since(), house.clock.now());
}

}  // namespace
}  // namespace avow::services
