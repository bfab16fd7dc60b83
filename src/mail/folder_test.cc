// SPDX-License-Identifier: Apache-2.0
#include "mail/folder.hh"

#include <gtest/gtest.h>

#include "base/file.hh"
#include "base/testing.hh"

namespace avow::mail {
namespace {

namespace fs = std::filesystem;

TEST(Folder, KeepsEachMessageOnceForItsOwnerAlone) {
    std::string pattern = (fs::temp_directory_path() / "avow-mail-XXXXXX").string();
    const fs::path top = mkdtemp(pattern.data());
    Folder folder(top / "mail");
    ASSERT_THAT(folder.prepare(), avow::testing::IsOk());
    for (const auto* text : {"first\r\n", "again\r\n"}) {
        const auto delivery = folder.send({"a@b.org", "c@d.org", text, "let_1@b.org"});
        EXPECT_EQ(delivery.outcome, Delivery::Outcome::delivered);
    }
    const auto file = top / "mail" / "new" / "let_1@b.org.eml";
    EXPECT_EQ(read_file(file).value(), "again\r\n");
    EXPECT_EQ(std::distance(fs::directory_iterator(top / "mail" / "new"), {}), 1);
    EXPECT_EQ(fs::status(top / "mail").permissions(), fs::perms::owner_all);
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    fs::remove_all(top / "mail" / "new");
    EXPECT_EQ(folder.send({"a@b.org", "c@d.org", "x", "let_2@b.org"}).outcome,
              Delivery::Outcome::later);
    fs::remove_all(top);
}

}  // namespace
}  // namespace avow::mail
