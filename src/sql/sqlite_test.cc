// SPDX-License-Identifier: Apache-2.0
// What is SQLite's alone.
#include "sql/sqlite.hh"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.hh"
#include "base/testing.hh"

namespace avow::sql {
namespace {

TEST(Sqlite, AFileThatIsNoDatabaseIsCorrupt) {
    const auto file =
        std::filesystem::temp_directory_path() / ("avow-no-db-" + std::to_string(getpid()));
    ASSERT_THAT(write_file_durably(file, as_bytes(std::string(4096, 'x'))), avow::testing::IsOk());
    EXPECT_THAT(open_sqlite(file, {}), avow::testing::Fails(Code::corrupt));
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace avow::sql
