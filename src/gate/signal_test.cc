// SPDX-License-Identifier: Apache-2.0
// Global Privacy Control as the gate heeds it.
#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/gate.hh"
#include "gate/retention.hh"
#include "gate/testing.hh"

namespace avow::gate {
namespace {

using avow::testing::IsOk;
using policy::Because;
using testing::by_portal;
using testing::kAgent;
using testing::kCustomer;
using testing::kMarketer;
using testing::use_of;

class SignalTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_GET(const auto made,
                   house.gate->collect(by_portal({{"email", "ada@example.org"}}), kAgent));
        customer = made.customer;
    }
    Because because(const char* purpose, const Actor& actor) {
        const auto request = use_of(*customer, {"email"}, purpose);
        const auto used = house.gate->use(std::span(&request, 1), actor);
        return used.front().value().fields.at(0).decision.because;
    }
    void say(bool granted, bool signalled = false) {
        ASSERT_THAT(house.gate->permit(*customer, {"offers", granted, "", signalled}, std::nullopt,
                                       kCustomer),
                    IsOk());
    }
    void heed() { ASSERT_THAT(house.gate->heed_signal(*customer), IsOk()); }
    std::string said(const char* purpose = "offers") {
        const auto standing = house.gate->permissions(*customer).value();
        for (const auto& one : standing) {
            if (one.purpose == purpose) return std::string(name_of(one.said));
        }
        return "nothing";
    }
    std::int64_t withdrawn() {
        return house.count("select count(*) from acts where kind = 'withdrawn'");
    }

    testing::House house;
    std::optional<CustomerId> customer;
};

TEST_F(SignalTest, ObjectsToInterestsAndOffersAndToNothingThatServes) {
    EXPECT_EQ(because("improvement", kAgent), Because::stated_at_collection);
    heed();
    EXPECT_EQ(because("improvement", kAgent), Because::objected);
    EXPECT_EQ(said("improvement"), "signal_alone");
    EXPECT_EQ(said("offers"), "signal_alone");
    EXPECT_EQ(said("service"), "nothing");
    EXPECT_EQ(because("service", kAgent), Because::stated_at_collection);
    EXPECT_EQ(because("offers", kMarketer), Because::objected);
}

TEST_F(SignalTest, IsRecordedOnceHoweverOftenItComes) {
    for (int i = 0; i < 5; ++i) heed();
    EXPECT_EQ(withdrawn(), 2);
    house.reopen();
    heed();
    EXPECT_EQ(withdrawn(), 2);
}

TEST_F(SignalTest, AnEarlierYesIsWithheldUntilTheCustomerAnswers) {
    say(true);
    EXPECT_EQ(because("offers", kMarketer), Because::permission_given);
    heed();
    EXPECT_EQ(said(), "yes_overruled");
    EXPECT_EQ(because("offers", kMarketer), Because::objected);
    say(true);
    EXPECT_EQ(said(), "yes_after_signal");
    EXPECT_EQ(because("offers", kMarketer), Because::permission_given);
    heed();
    EXPECT_EQ(said(), "yes_after_signal") << "the answer is remembered";
    say(false);
    EXPECT_EQ(said(), "no");
    EXPECT_EQ(because("offers", kMarketer), Because::no_permission);
    heed();
    EXPECT_EQ(said(), "no");
}

TEST_F(SignalTest, AYesSaidByThatVeryBrowserIsMeant) {
    say(true, true);
    heed();
    EXPECT_EQ(said(), "yes_after_signal");
    EXPECT_EQ(because("offers", kMarketer), Because::permission_given);
}

TEST_F(SignalTest, AFormThatSaysYesDoesNotAnswerIt) {
    heed();
    auto form = by_portal({{"email", "ada@example.org"}});
    form.permissions.push_back({"offers", true});
    ASSERT_THAT(house.gate->collect(form, kAgent), IsOk());
    EXPECT_EQ(said(), "yes_overruled");
    EXPECT_EQ(because("offers", kMarketer), Because::objected);
}

TEST_F(SignalTest, ErasesNothing) {
    house.publish(testing::replaced(
        testing::replaced(testing::kPromises, "version = \"1\"", "version = \"2\""),
        "purposes = [\"service\"]\nretain = \"1 year\"",
        "purposes = [\"offers\"]\nretain = \"until withdrawn\""));
    Collection letter;
    letter.channel = "letter";
    letter.fields.push_back({"name", Personal<std::string>("Ada")});
    letter.permissions.push_back({"offers", true});
    letter.customer = customer;
    ASSERT_THAT(house.gate->collect(letter, kAgent), IsOk());
    heed();
    EXPECT_EQ(said(), "yes_overruled");
    const auto request = use_of(*customer, {"name"}, "offers");
    const auto why = [&] {
        return house.gate->use(std::span(&request, 1), kMarketer)
            .front()
            .value()
            .fields.at(0)
            .decision.because;
    };
    EXPECT_EQ(why(), Because::objected) << "and not retention_over";
    say(false);
    EXPECT_EQ(why(), Because::retention_over);
}

TEST_F(SignalTest, AByteOfWhatWasSaidCannotBeBent) {
    say(true);
    heed();
    house.reopen();
    house.tamper("update permissions set granted = 4 where purpose = 'offers'");
    EXPECT_FALSE(house.gate->permissions(*customer));
}

TEST_F(SignalTest, APolicyMayHoldAPurposeOutOfIt) {
    house.publish(testing::replaced(
        testing::replaced(testing::kPromises, "version = \"1\"", "version = \"2\""),
        "contact = true", "contact = true\nprivacy_signal = false"));
    heed();
    EXPECT_EQ(said("offers"), "nothing");
    EXPECT_EQ(said("improvement"), "signal_alone");
}

}  // namespace
}  // namespace avow::gate
