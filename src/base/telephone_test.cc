// SPDX-License-Identifier: Apache-2.0
#include "base/telephone.hh"

#include <gtest/gtest.h>

namespace avow {
namespace {

TEST(Telephone, WhatPeopleWriteBetweenTheDigitsIsLeftOut) {
    EXPECT_EQ(e164("+44 (20) 7946-0000"), "+442079460000");
    EXPECT_EQ(e164(" +49.30/12345678 "), "+493012345678");
    EXPECT_EQ(e164("+493012345678"), "+493012345678");
}

TEST(Telephone, WhatIsNoNumberWithItsCountryIsNone) {
    for (const auto* written :
         {"", "+", "030 12345678", "0044 20 7946 0000", "+0123456789", "+123456",
          "+1234567890123456", "+44 20 7946 000x", "++4420794600", "+44 20 7946 0000 ext 7"}) {
        EXPECT_EQ(e164(written), std::nullopt) << written;
    }
}

}  // namespace
}  // namespace avow
