// SPDX-License-Identifier: Apache-2.0
#include "vault/erasure_journal.hh"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.hh"
#include "base/testing.hh"

namespace avow::vault {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

class Journal : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_ =
            std::filesystem::temp_directory_path() / ("avow-journal-" + std::to_string(getpid()));
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    ErasureRecord make() {
        ErasureRecord record{EntryId::make({5}, random_),
                             CustomerId::make({5}, random_),
                             {77},
                             false,
                             {},
                             "email name",
                             random_.take<32>(),
                             R"({"a":"ü"})",
                             "line"};
        record.data.push_back(DatumId::make({5}, random_));
        return record;
    }
    std::filesystem::path file() const { return folder_ / "erasures" / "journal"; }
    std::filesystem::path folder_;
    SeededRandom random_{3};
};

TEST_F(Journal, WhatWasWrittenIsReadInItsOrder) {
    ASSERT_GET(auto journal, ErasureJournal::create(file()));
    const auto first = make();
    const auto second = make();
    ASSERT_THAT(journal->append(first), IsOk());
    ASSERT_THAT(journal->append(second), IsOk());
    ASSERT_GET(journal, ErasureJournal::create(file()));
    ASSERT_GET(const auto records, journal->read());
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].entry, first.entry);
    EXPECT_EQ(records[1].customer, second.customer);
    EXPECT_EQ(records[0].data, first.data);
    EXPECT_EQ(records[0].salt, first.salt);
    EXPECT_EQ(records[0].details, first.details);
    EXPECT_EQ(records[0].at, first.at);
    EXPECT_EQ(records[0].fields, first.fields);
}

TEST_F(Journal, ATornRecordIsDroppedAndTheNextOneStandsWhole) {
    ASSERT_GET(auto journal, ErasureJournal::create(file()));
    ASSERT_THAT(journal->append(make()), IsOk());
    const auto whole = read_file(file()).value();
    for (std::size_t torn = 1; torn < whole.size(); torn += 37) {
        ASSERT_THAT(write_file_durably(file(), as_bytes(whole + whole.substr(0, torn))), IsOk());
        ASSERT_GET(journal, ErasureJournal::create(file()));
        ASSERT_THAT(journal->append(make()), IsOk());
        ASSERT_GET(const auto records, journal->read());
        EXPECT_EQ(records.size(), 2u);
    }
}

TEST_F(Journal, AnyFlippedByteIsNamed) {
    ASSERT_GET(auto journal, ErasureJournal::create(file()));
    ASSERT_THAT(journal->append(make()), IsOk());
    ASSERT_THAT(journal->append(make()), IsOk());
    const auto whole = read_file(file()).value();
    const auto first = whole.find('\n');
    for (std::size_t at = 0; at < first; ++at) {
        auto changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        ASSERT_THAT(write_file_durably(file(), as_bytes(changed)), IsOk());
        ASSERT_GET(journal, ErasureJournal::create(file()));
        EXPECT_THAT(journal->read(), Fails(Code::corrupt)) << at;
    }
}

TEST_F(Journal, ARecordTakenOutOfTheMiddleIsNamed) {
    {
        ASSERT_GET(auto journal, ErasureJournal::create(file()));
        ASSERT_THAT(journal->append(make()), IsOk());
    }
    ASSERT_GET(auto journal, ErasureJournal::create(file()));
    ASSERT_THAT(journal->append(make()), IsOk());
    ASSERT_THAT(journal->append(make()), IsOk());
    const auto whole = read_file(file()).value();
    const auto first = whole.find('\n') + 1;
    const auto second = whole.find('\n', first) + 1;
    for (const auto& cut : {whole.substr(first), whole.substr(0, first) + whole.substr(second)}) {
        ASSERT_THAT(write_file_durably(file(), as_bytes(cut)), IsOk());
        ASSERT_GET(journal, ErasureJournal::create(file()));
        EXPECT_THAT(journal->read(), Fails(Code::corrupt));
    }
}

}  // namespace
}  // namespace avow::vault
