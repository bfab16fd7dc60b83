// SPDX-License-Identifier: Apache-2.0
#include "vault/key_file.hh"

#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.hh"
#include "base/testing.hh"

namespace avow::vault {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

class Keys : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_ =
            std::filesystem::temp_directory_path() / ("avow-keys-" + std::to_string(getpid()));
        std::filesystem::create_directories(folder_);
        open(OpenFile::IfAbsent::create);
    }
    void TearDown() override {
        keys_.reset();
        std::filesystem::remove_all(folder_);
    }
    void open(OpenFile::IfAbsent if_absent = OpenFile::IfAbsent::refuse) {
        keys_.reset();
        ASSERT_GET(keys_, KeyFile::create(folder_ / "keyring.avow", if_absent, random_));
    }
    WrappedKey make(std::uint32_t epoch = 20260101) {
        WrappedKey key{CustomerId::make({1}, random_), epoch, Bytes(KeyFile::kWrappedSize)};
        random_.fill(key.wrapped);
        return key;
    }
    bool file_holds(ByteView bytes) {
        const auto content = read_file(folder_ / "keyring.avow").value();
        return content.find(as_text(bytes)) != std::string::npos;
    }
    std::filesystem::path folder_;
    SeededRandom random_{7};
    std::unique_ptr<KeyFile> keys_;
};

TEST_F(Keys, AKeyIsFoundAgainAfterTheFileWasOpenedAnew) {
    const auto key = make();
    ASSERT_THAT(keys_->put({key}), IsOk());
    const auto id = keys_->id();
    open();
    EXPECT_EQ(keys_->id(), id);
    ASSERT_GET(const auto found, keys_->find(key.customer));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->wrapped, key.wrapped);
    EXPECT_EQ(found->epoch, key.epoch);
}

TEST_F(Keys, OfAnErasedKeyTheFileKeepsNoByteAndTheOthersStay) {
    std::vector<WrappedKey> all;
    for (int i = 0; i < 500; ++i) all.push_back(make());
    ASSERT_THAT(keys_->put(all), IsOk());
    ASSERT_TRUE(file_holds(all[250].wrapped));
    ASSERT_GET(const bool held, keys_->erase(all[250].customer));
    EXPECT_TRUE(held);
    EXPECT_FALSE(file_holds(ByteView(all[250].wrapped).first(8)));
    EXPECT_FALSE(file_holds(all[250].customer.bytes()));
    open();
    EXPECT_FALSE(keys_->holds(all[250].customer));
    EXPECT_TRUE(keys_->holds(all[249].customer));
    EXPECT_EQ(keys_->count_by_epoch().at(20260101), 499u);
    ASSERT_GET(const bool again, keys_->erase(all[250].customer));
    EXPECT_FALSE(again);
}

TEST_F(Keys, AFreedSlotIsUsedAgain) {
    const auto first = make();
    const auto second = make();
    ASSERT_THAT(keys_->put({first}), IsOk());
    ASSERT_THAT(keys_->erase(first.customer), IsOk());
    ASSERT_THAT(keys_->put({second}), IsOk());
    EXPECT_EQ(keys_->slots(), 1u);
}

TEST_F(Keys, ASecondKeyForACustomerIsAConflict) {
    const auto key = make();
    ASSERT_THAT(keys_->put({key}), IsOk());
    EXPECT_THAT(keys_->put({key}), Fails(Code::conflict));
}

TEST_F(Keys, AFlippedByteIsCountedAndOpensNothingAndTheOthersOpen) {
    const auto good = make();
    const auto bad = make();
    ASSERT_THAT(keys_->put({good, bad}), IsOk());
    {
        std::fstream file(folder_ / "keyring.avow",
                          std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(KeyFile::kHeaderSize + KeyFile::kSlotSize + 60));
        file.put(static_cast<char>(bad.wrapped[36] ^ 1));
    }
    EXPECT_THAT(keys_->find(bad.customer), Fails(Code::corrupt));
    open();
    EXPECT_EQ(keys_->damaged(), 1u);
    EXPECT_FALSE(keys_->holds(bad.customer));
    EXPECT_TRUE(keys_->holds(good.customer));
}

TEST_F(Keys, AFileThatIsNoKeyringIsRefused) {
    ASSERT_THAT(write_file_durably(folder_ / "other", as_bytes(std::string(5000, 'x'))), IsOk());
    EXPECT_THAT(KeyFile::create(folder_ / "other", OpenFile::IfAbsent::refuse, random_),
                Fails(Code::corrupt));
    EXPECT_THAT(KeyFile::create(folder_ / "none", OpenFile::IfAbsent::refuse, random_),
                Fails(Code::not_found));
}

TEST_F(Keys, KeysPutByManyAtOnceWhileOthersAreErasedAreAllThere) {
    std::vector<std::vector<WrappedKey>> by_thread(8);
    for (auto& keys : by_thread) {
        for (int i = 0; i < 40; ++i) keys.push_back(make());
    }
    std::vector<std::thread> threads;
    for (auto& keys : by_thread) {
        threads.emplace_back([&] {
            for (std::size_t i = 0; i < keys.size(); ++i) {
                EXPECT_THAT(keys_->put({keys[i]}), IsOk());
                if (i % 4 == 3) {
                    EXPECT_THAT(keys_->erase(keys[i - 1].customer), IsOk());
                }
            }
        });
    }
    for (auto& thread : threads) thread.join();
    open();
    for (const auto& keys : by_thread) {
        for (std::size_t i = 0; i < keys.size(); ++i) {
            EXPECT_EQ(keys_->holds(keys[i].customer), i % 4 != 2) << i;
        }
    }
}

TEST_F(Keys, RewritingChangesOnlyWhatTheCallerSays) {
    const auto old = make(20260101);
    const auto current = make(20260201);
    ASSERT_THAT(keys_->put({old, current}), IsOk());
    ASSERT_THAT(keys_->rewrite(0, 10,
                               [](WrappedKey& key) -> Result<bool> {
                                   if (key.epoch == 20260201) return false;
                                   key.epoch = 20260201;
                                   key.wrapped.assign(KeyFile::kWrappedSize, 9);
                                   return true;
                               }),
                IsOk());
    ASSERT_THAT(keys_->sync(), IsOk());
    open();
    EXPECT_EQ(keys_->count_by_epoch(), (std::map<std::uint32_t, std::uint64_t>{{20260201, 2}}));
    EXPECT_FALSE(file_holds(old.wrapped));
    EXPECT_TRUE(file_holds(current.wrapped));
}

}  // namespace
}  // namespace avow::vault
