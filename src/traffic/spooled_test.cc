// SPDX-License-Identifier: Apache-2.0
#include "traffic/spooled.hh"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/testing.hh"
#include "traffic/store.hh"
#include "traffic/testing.hh"

namespace avow::traffic {
namespace {

namespace fs = std::filesystem;
using avow::testing::Fails;
using avow::testing::IsOk;

class SpooledTest : public ::testing::Test {
  protected:
    void TearDown() override { close(); }
    void close() {
        store_.reset();
        columns_.reset();
    }
    Status open(std::uint64_t bytes_max = 1u << 20) {
        close();
        TRY(auto engine, open_duckdb(place_.folder() / "traffic.db", {}));
        TRY(columns_, open_spooled(std::move(engine), {waiting(), bytes_max, false}, random_));
        TRY(store_, Store::create(*columns_));
        return {};
    }
    fs::path waiting() const { return place_.folder() / "waiting"; }
    std::vector<fs::path> files() const {
        std::vector<fs::path> found;
        for (const auto& item : fs::directory_iterator(waiting())) {
            if (item.path().extension() == ".rows") found.push_back(item.path());
        }
        return found;
    }
    Status view(const std::string& page) {
        Sighting sighting;
        sighting.site = "example.com";
        sighting.hour = 20'000 * 24;
        sighting.page = page;
        return store_->append(std::vector{sighting});
    }
    std::int64_t views() {
        std::int64_t sum = 0;
        EXPECT_THAT(columns_->query("select cast(sum(n) as bigint) from views", {},
                                    [&](const Cells& row) { sum = row.integer(0); }),
                    IsOk());
        return sum;
    }

    testing::Place place_{testing::Engine::spooled};
    SystemRandom random_;
    std::unique_ptr<Columns> columns_;
    std::unique_ptr<Store> store_;
};

TEST_F(SpooledTest, AQuestionSeesWhatWasTakenBeforeAndLeavesNothingWaiting) {
    ASSERT_THAT(open(), IsOk());
    ASSERT_THAT(view("/a"), IsOk());
    EXPECT_EQ(files().size(), 1u);
    EXPECT_EQ(views(), 1);
    EXPECT_TRUE(files().empty());
}

TEST_F(SpooledTest, AFileThatACrashBringsBackIsCountedOnce) {
    ASSERT_THAT(open(), IsOk());
    const auto aside = place_.folder() / "aside";
    fs::create_directories(aside);
    for (int i = 1; i <= 20; ++i) {
        ASSERT_THAT(view("/" + std::to_string(i)), IsOk());
        for (const auto& file : files()) {
            fs::copy_file(file, aside / ("0000000000001" + std::to_string(100 + i) + ".rows"));
        }
        EXPECT_EQ(views(), i);
        close();
        for (const auto& file : fs::directory_iterator(aside)) {
            fs::copy_file(file, waiting() / file.path().filename());
        }
        ASSERT_THAT(open(), IsOk());
        EXPECT_EQ(views(), i);
        EXPECT_TRUE(files().empty());
    }
}

TEST_F(SpooledTest, WhoeverIsKilledAfterTheAnswerHasLostNothing) {
    std::int64_t answered = 0;
    for (int round = 0; round < 10; ++round) {
        int pipes[2];
        ASSERT_EQ(pipe(pipes), 0);
        const auto child = fork();
        if (child == 0) {
            ::close(pipes[0]);
            if (!open()) _exit(1);
            for (int i = 0;; ++i) {
                if (!view("/" + std::to_string(round) + "/" + std::to_string(i % 7))) _exit(1);
                if (write(pipes[1], ".", 1) != 1) _exit(1);
                if (i % 10 == 9) [[maybe_unused]]
                    const auto brought = columns_->settle();
            }
        }
        ::close(pipes[1]);
        char byte = 0;
        for (int first = 0; first < 2; ++first) {
            ASSERT_EQ(read(pipes[0], &byte, 1), 1) << "could not append";
            ++answered;
        }
        usleep(static_cast<useconds_t>(round * 20'000));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        while (read(pipes[0], &byte, 1) == 1) ++answered;
        ::close(pipes[0]);
    }
    ASSERT_THAT(open(), IsOk());
    // Each killing may have left one that was kept and not answered.
    EXPECT_GE(views(), answered);
    EXPECT_LE(views(), answered + 10);
    // Words that only waited are known again: the same page has one word.
    const auto word = store_->find_word(WordKind::page, "/0/1");
    ASSERT_TRUE(word);
    EXPECT_EQ(store_->word(WordKind::page, *word), "/0/1");
}

TEST_F(SpooledTest, AtTheBoundNothingIsTakenAndNothingLost) {
    ASSERT_THAT(open(200), IsOk());
    ASSERT_THAT(view("/a"), IsOk());
    EXPECT_THAT(view("/b"), Fails(Code::unavailable));
    EXPECT_EQ(views(), 1);
    ASSERT_THAT(view("/b"), IsOk());
    EXPECT_EQ(views(), 2);
}

}  // namespace
}  // namespace avow::traffic
