// SPDX-License-Identifier: Apache-2.0
#include "services/receipts/receipt.hh"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using gate::testing::by_portal;
using gate::testing::kAgent;
using gate::testing::kCustomer;

class ReceiptTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto collection = by_portal({{"email", "ada@example.org"}, {"name", "Ada Zyxmarker"}});
        collection.evidence = "a form";
        ASSERT_GET(collected, house.gate->collect(collection, kAgent));
        ASSERT_GET(permitted, house.gate->permit(collected.customer, {"offers", true, "en"},
                                                 "switch on the page", kCustomer));
    }
    Result<std::string> receipt(const EntryId& entry) {
        return receipt_of(*house.gate, *house.ledger, collected.customer, entry);
    }
    ledger::VerifierKey key() {
        return ledger::parse_verifier_key(house.ledger->verifier_key()).value();
    }
    boost::json::object opened(const EntryId& entry) {
        return open_receipt(receipt(entry).value(), key()).value();
    }

    gate::testing::House house;
    gate::Collected collected{CustomerId::make({}, house.random),
                              CollectionId::make({}, house.random),
                              {EntryId::make({}, house.random), {}, "", ""},
                              false};
    gate::Permitted permitted;
};

TEST_F(ReceiptTest, APermissionSaysWhatWasAgreedToAndWhen) {
    const auto told = opened(permitted.receipt->entry);
    EXPECT_EQ(told.at("pii_principal_id").as_string(), collected.customer.text());
    EXPECT_EQ(told.at("privacy_notice").at("version").as_string(), "1");
    EXPECT_EQ(told.at("privacy_notice").at("sha256").as_string(),
              ledger::text_digest(gate::testing::kText));
    const auto& processing = told.at("pii_processing").at(0);
    EXPECT_EQ(processing.at("purpose").as_string(), "offers");
    EXPECT_EQ(processing.at("lawful_basis").as_string(), "permission");
    EXPECT_EQ(processing.at("statement").as_string(), "We send you offers if you said yes.");
    const auto& event = told.at("events").at(0);
    EXPECT_EQ(event.at("event_type").as_string(), "consent");
    EXPECT_EQ(event.at("event_state").as_string(), "given");
    EXPECT_EQ(event.at("event_time").as_string(), rfc3339(permitted.since));
    EXPECT_EQ(event.at("expression_method").as_string(), "switch on the page");
    EXPECT_EQ(told.at("kantara").at("consentReceiptID").as_string(),
              permitted.receipt->entry.text());
}

TEST_F(ReceiptTest, ACollectionNamesItsFieldsAndNoValue) {
    const auto text = receipt(collected.receipt.entry);
    ASSERT_THAT(text, IsOk());
    EXPECT_EQ(text->find("Zyxmarker"), text->npos);
    EXPECT_EQ(text->find("ada@example.org"), text->npos);
    const auto told = opened(collected.receipt.entry);
    EXPECT_EQ(told.at("pii_processing").as_array().size(), 2u);
    EXPECT_EQ(told.at("pii_processing").at(0).at("pii_information").as_array().size(), 2u);
    EXPECT_EQ(told.at("events").at(0).at("event_type").as_string(), "collection");
}

TEST_F(ReceiptTest, AnObjectionAndAWithdrawalAreCalledWhatTheyAre) {
    const auto event = [&](const char* purpose, bool granted) {
        const auto said =
            house.gate->permit(collected.customer, {purpose, granted}, std::nullopt, kCustomer);
        const auto told = opened(said.value().receipt->entry);
        const auto& one = told.at("events").at(0);
        return std::string(one.at("event_type").as_string()) + " " +
               std::string(one.at("event_state").as_string());
    };
    EXPECT_EQ(event("offers", false), "consent withdrawn");
    EXPECT_EQ(event("improvement", false), "objection raised");
    EXPECT_EQ(event("improvement", true), "objection lifted");
}

TEST_F(ReceiptTest, TheSameEntryGivesTheSameBytesEvenAfterANewerPolicy) {
    const auto first = receipt(permitted.receipt->entry).value();
    house.publish(gate::testing::replaced(
        gate::testing::replaced(gate::testing::kPromises, "version = \"1\"", "version = \"2\""),
        "label = \"Offers\"", "label = \"Bargains\""));
    house.reopen();
    EXPECT_EQ(receipt(permitted.receipt->entry).value(), first);
}

TEST_F(ReceiptTest, EveryAlteredByteIsRefused) {
    const auto good = receipt(permitted.receipt->entry).value();
    const auto own = key();
    ASSERT_THAT(open_receipt(good, own), IsOk());
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const int bit : {0x01, 0x20, 0x80}) {
            auto bad = good;
            bad[at] = static_cast<char>(bad[at] ^ bit);
            ASSERT_FALSE(open_receipt(bad, own)) << "byte " << at << " bit " << bit;
        }
        auto shorter = good;
        shorter.erase(at, 1);
        ASSERT_FALSE(open_receipt(shorter, own)) << "without byte " << at;
    }
    for (const auto* more : {"\n", " ", "x"}) {
        EXPECT_FALSE(open_receipt(good + more, own)) << more;
        EXPECT_FALSE(open_receipt(more + good, own)) << more;
    }
    // A second signature, even one of our own, makes it another file.
    EXPECT_FALSE(open_receipt(good + good.substr(good.rfind("\n\n") + 2), own));
}

TEST_F(ReceiptTest, ACheckpointIsNoReceiptAndAReceiptNoCheckpoint) {
    ASSERT_THAT(house.ledger->flush(), IsOk());
    const auto checkpoint = house.ledger->checkpoint().note;
    ASSERT_THAT(ledger::open_checkpoint(checkpoint, key()), IsOk());
    EXPECT_THAT(open_receipt(checkpoint, key()), Fails(Code::invalid));
    const auto good = receipt(permitted.receipt->entry).value();
    EXPECT_THAT(ledger::open_checkpoint(good, key()), Fails(Code::invalid));
}

TEST_F(ReceiptTest, AnotherKeyAndAnothersEntryOpenNothing) {
    const auto good = receipt(permitted.receipt->entry).value();
    auto other = key();
    other.key = crypto::SigningKey(crypto::Key::random(house.random)).public_key();
    EXPECT_THAT(open_receipt(good, other), Fails(Code::corrupt));
    const auto bob = house.gate->collect(by_portal({{"email", "bob@example.org"}}), kAgent);
    EXPECT_THAT(
        receipt_of(*house.gate, *house.ledger, bob.value().customer, permitted.receipt->entry),
        Fails(Code::not_found));
    const auto use = gate::testing::use_of(collected.customer, {"email"}, "service");
    const auto used = house.gate->use(std::span(&use, 1), kAgent).front().value().entry;
    EXPECT_THAT(receipt(used), Fails(Code::not_found)) << "nobody agreed to a use";
}

}  // namespace
}  // namespace avow::services
