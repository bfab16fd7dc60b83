// SPDX-License-Identifier: Apache-2.0
#include "crypto/key.hh"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/hash.hh"

namespace avow::crypto {
namespace {

static_assert(!std::is_copy_constructible_v<Key> && !std::is_copy_assignable_v<Key>);

TEST(Key, IsZeroedWhenFreed) {
    SeededRandom random(3);
    const std::uint8_t* memory = nullptr;
    {
        const Key key = Key::random(random);
        memory = key.bytes().data();
        ASSERT_NE(std::count(memory, memory + Key::kSize, 0), 32);
    }
    // The slot stays mapped: looking at it is what this test is for.
    EXPECT_EQ(std::count(memory, memory + Key::kSize, 0), 32);
}

TEST(Key, MovesWithoutACopyAndClonesIntoOne) {
    SeededRandom random(3);
    Key key = Key::random(random);
    const auto* memory = key.bytes().data();
    const Key moved = std::move(key);
    EXPECT_EQ(moved.bytes().data(), memory);
    const Key clone = moved.clone();
    EXPECT_NE(clone.bytes().data(), memory);
    EXPECT_TRUE(equal(clone.bytes(), moved.bytes()));
}

TEST(Key, AssignmentLeavesNoOldKeyBehind) {
    SeededRandom random(3);
    Key key = Key::random(random);
    const auto* memory = key.bytes().data();
    Key other = Key::random(random);
    key = std::move(other);
    EXPECT_EQ(std::count(memory, memory + Key::kSize, 0), 32);
}

TEST(Key, SlotsAreNeverSharedAmongThreads) {
    std::vector<std::vector<Key>> held(4);
    std::vector<std::thread> threads;
    for (auto& keys : held) {
        threads.emplace_back([&keys] {
            SystemRandom random;
            for (int n = 0; n < 3000; ++n) {
                keys.push_back(Key::random(random));
                if (n % 3 == 0) keys.pop_back();
            }
        });
    }
    for (auto& thread : threads) thread.join();
    std::set<const std::uint8_t*> slots;
    std::size_t count = 0;
    for (const auto& keys : held) {
        for (const auto& key : keys) slots.insert(key.bytes().data());
        count += keys.size();
    }
    EXPECT_EQ(slots.size(), count);
}

// The flags of the mapping that holds `address`, as /proc/self/smaps spells them.
std::string mapping_flags(const std::uint8_t* address) {
    std::ifstream maps("/proc/self/smaps");
    std::string line;
    bool inside = false;
    while (std::getline(maps, line)) {
        std::size_t from = 0;
        std::size_t until = 0;
        if (std::sscanf(line.c_str(), "%zx-%zx ", &from, &until) == 2) {
            const auto at = reinterpret_cast<std::size_t>(address);
            inside = from <= at && at < until;
        } else if (inside && line.starts_with("VmFlags:")) {
            return line;
        }
    }
    return {};
}

TEST(Key, LiesInMemoryThatCoreDumpsLeaveOut) {
    SeededRandom random(3);
    const Key key = Key::random(random);
    const auto flags = mapping_flags(key.bytes().data());
    if (flags.empty()) GTEST_SKIP() << "this kernel shows no mapping flags";
    EXPECT_NE(flags.find(" dd"), std::string::npos) << flags;
}

}  // namespace
}  // namespace avow::crypto
