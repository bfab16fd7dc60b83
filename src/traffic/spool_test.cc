// SPDX-License-Identifier: Apache-2.0
#include "traffic/spool.hh"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/testing.hh"

namespace avow::traffic {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

class SpoolTest : public ::testing::Test {
  protected:
    void SetUp() override {
        char name[] = "/tmp/avow-spool-XXXXXX";
        folder_ = mkdtemp(name);
        open();
    }
    void TearDown() override {
        spool_.reset();
        std::filesystem::remove_all(folder_);
    }
    void open(std::uint64_t bytes = 1 << 20) {
        spool_.reset();
        auto spool =
            Spool::open(folder_, bytes, [this] { return "label " + std::to_string(++labels_); });
        ASSERT_THAT(spool, IsOk());
        spool_ = std::move(*spool);
    }
    std::filesystem::path only_file() const {
        std::filesystem::path found;
        for (const auto& item : std::filesystem::directory_iterator(folder_)) {
            if (item.path().extension() == ".rows") found = item.path();
        }
        return found;
    }

    std::filesystem::path folder_;
    int labels_ = 0;
    std::unique_ptr<Spool> spool_;
};

TEST_F(SpoolTest, WhatWasAppendedIsThereUntilItIsRemoved) {
    EXPECT_TRUE(spool_->is_empty());
    ASSERT_THAT(spool_->append("one"), IsOk());
    ASSERT_THAT(spool_->append("two"), IsOk());
    EXPECT_TRUE(spool_->closed().empty());
    open();
    ASSERT_THAT(spool_->append("three"), IsOk());
    spool_->cut();
    const auto numbers = spool_->closed();
    ASSERT_EQ(numbers.size(), 2u);
    ASSERT_GET(const auto first, spool_->read(numbers[0]));
    EXPECT_EQ(first.label, "label 1");
    EXPECT_EQ(first.records, (std::vector<std::string>{"one", "two"}));
    ASSERT_GET(const auto second, spool_->read(numbers[1]));
    EXPECT_EQ(second.records, (std::vector<std::string>{"three"}));
    ASSERT_THAT(spool_->remove(numbers[0]), IsOk());
    ASSERT_THAT(spool_->remove(numbers[1]), IsOk());
    EXPECT_TRUE(spool_->is_empty());
    EXPECT_EQ(spool_->bytes(), 0u);
}

TEST_F(SpoolTest, AtItsBoundNothingIsTaken) {
    open(100);
    ASSERT_THAT(spool_->append(std::string(60, 'x')), IsOk());
    EXPECT_THAT(spool_->append(std::string(60, 'y')), Fails(Code::unavailable));
    open(100);
    EXPECT_THAT(spool_->append(std::string(60, 'y')), Fails(Code::unavailable));
    ASSERT_THAT(spool_->remove(spool_->closed().at(0)), IsOk());
    EXPECT_THAT(spool_->append(std::string(60, 'y')), IsOk());
}

TEST_F(SpoolTest, AnEndThatIsNotWholeWasNeverTaken) {
    ASSERT_THAT(spool_->append("one"), IsOk());
    ASSERT_THAT(spool_->append("two, which is longer"), IsOk());
    spool_.reset();
    ASSERT_GET(const auto bytes, read_file(only_file()));
    const auto whole = read_segment(bytes);
    ASSERT_EQ(whole.records.size(), 2u);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto part = read_segment(std::string_view(bytes).substr(0, size));
        EXPECT_FALSE(part.damaged) << size;
        ASSERT_LE(part.records.size(), 1u) << size;
        if (!part.records.empty()) EXPECT_EQ(part.records[0], "one");
    }
    EXPECT_EQ(read_segment(bytes + std::string(5000, '\0')).records.size(), 2u);
}

// As a crash leaves it: the room behind the records is there, and the next start takes what was
// written.
TEST_F(SpoolTest, TheRoomThatAFileHasForMoreSaysNothing) {
    for (int i = 0; i < 100; ++i) {
        ASSERT_THAT(spool_->append(std::string(5000, 'x')), IsOk());
    }
    ASSERT_GET(const auto bytes, read_file(only_file()));
    EXPECT_GT(bytes.size(), spool_->bytes());
    const auto segment = read_segment(bytes);
    EXPECT_EQ(segment.records.size(), 100u);
    EXPECT_FALSE(segment.damaged);
    spool_->cut();
    ASSERT_GET(const auto closed, read_file(only_file()));
    EXPECT_EQ(closed.size(), spool_->bytes());
}

TEST_F(SpoolTest, ADamagedRecordIsNoticed) {
    ASSERT_THAT(spool_->append("one"), IsOk());
    ASSERT_THAT(spool_->append("two"), IsOk());
    spool_.reset();
    ASSERT_GET(auto bytes, read_file(only_file()));
    bytes[bytes.find("one")] ^= 1;
    const auto segment = read_segment(bytes);
    EXPECT_TRUE(segment.damaged);
    EXPECT_TRUE(segment.records.empty());
}

TEST_F(SpoolTest, ASecondHolderIsRefused) {
    const auto pid = fork();
    if (pid == 0) {
        const auto second = Spool::open(folder_, 100, [] { return std::string("x"); });
        _exit(!second && second.error().code() == Code::conflict ? 0 : 1);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace avow::traffic
