// SPDX-License-Identifier: Apache-2.0
#include "services/mailbox/mailbox.hh"

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

class MailboxTest : public ::testing::Test {
  protected:
    std::unique_ptr<Mailboxes> node(const char* name) {
        return std::move(Mailboxes::create(*house.store, name, house.clock)).value();
    }
    gate::testing::House house;
};

TEST_F(MailboxTest, IsReadByOneNodeUntilItsLeaseLapses) {
    const auto first = node("first");
    const auto second = node("second");
    ASSERT_GET(auto reach, first->claim("desk@mx/INBOX"));
    EXPECT_EQ(reach.done, 0u);
    EXPECT_THAT(second->claim("desk@mx/INBOX"), Fails(Code::conflict));
    EXPECT_THAT(second->claim("desk@mx/Other"), IsOk());
    EXPECT_THAT(first->claim("desk@mx/INBOX"), IsOk()) << "as after a crash";

    house.clock.advance(kMailboxLeaseMs - 1);
    ASSERT_THAT(first->note("desk@mx/INBOX", {7, 4'000'000'000u, 4'000'000'001u, 2, 3}), IsOk());
    house.clock.advance(kMailboxLeaseMs - 1);
    EXPECT_THAT(second->claim("desk@mx/INBOX"), Fails(Code::conflict));
    house.clock.advance(2);
    ASSERT_GET(reach, second->claim("desk@mx/INBOX"));
    EXPECT_EQ(reach.validity, 7u);
    EXPECT_EQ(reach.done, 4'000'000'000u);
    EXPECT_EQ(reach.begun, 4'000'000'001u);
    EXPECT_EQ(reach.tries, 2);
    EXPECT_EQ(reach.set_aside, 3);
    EXPECT_THAT(first->note("desk@mx/INBOX", {}), Fails(Code::conflict));
    ASSERT_GET(reach, second->claim("desk@mx/INBOX"));
    EXPECT_EQ(reach.validity, 7u) << "who lost the lease writes nothing";

    ASSERT_THAT(first->release("desk@mx/INBOX"), IsOk());
    EXPECT_THAT(first->claim("desk@mx/INBOX"), Fails(Code::conflict)) << "not theirs to give up";
    ASSERT_THAT(second->release("desk@mx/INBOX"), IsOk());
    EXPECT_THAT(first->claim("desk@mx/INBOX"), IsOk());
}

}  // namespace
}  // namespace avow::services
