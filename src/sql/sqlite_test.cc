// SPDX-License-Identifier: Apache-2.0
// What is SQLite's alone.
#include "sql/sqlite.hh"

#include <atomic>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.hh"
#include "base/testing.hh"
#include "sql/sqlite_handle.hh"

namespace avow::sql {
namespace {

using testing::IsOk;

class Sqlite : public ::testing::Test {
  protected:
    void SetUp() override { std::filesystem::create_directory(folder_); }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::unique_ptr<Connection> open() {
        auto store = std::move(open_sqlite(file_, {})).value();
        EXPECT_THAT(store->migrate("test", {"create table things (id integer primary key, "
                                            "words blob not null)"}),
                    IsOk());
        return store;
    }
    static void add(Connection& store, std::string_view words) {
        ASSERT_THAT(store.write([&](Writer& unit) {
            return unit.execute("insert into things (words) values ($1)", {words});
        }),
                    IsOk());
    }
    static std::int64_t count(Connection& store) {
        std::int64_t counted = 0;
        EXPECT_THAT(store.read([&](Reader& reader) {
            return reader.query("select count(*) from things", {}, [&](const Row& row) -> Status {
                counted = row.integer(0);
                return {};
            });
        }),
                    IsOk());
        return counted;
    }
    std::uintmax_t log_bytes() const { return std::filesystem::file_size(file_.string() + "-wal"); }

    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("avow-sqlite-" + std::to_string(getpid()));
    const std::filesystem::path file_ = folder_ / "store.db";
};

TEST_F(Sqlite, AFileThatIsNoDatabaseIsCorrupt) {
    ASSERT_THAT(write_file_durably(file_, as_bytes(std::string(4096, 'x'))), IsOk());
    EXPECT_THAT(open_sqlite(file_, {}), testing::Fails(Code::corrupt));
}

TEST_F(Sqlite, WhoeverWroteReadsItAtOnceHoweverManyReadMeanwhile) {
    const auto store = open();
    std::atomic<bool> over{false};
    std::vector<std::thread> others;
    others.reserve(4);
    for (int i = 0; i < 4; ++i) {
        others.emplace_back([&] {
            std::int64_t seen = 0;
            while (!over) {
                const auto now = count(*store);
                EXPECT_GE(now, seen) << "a read went back in time";
                seen = now;
            }
        });
    }
    for (int written = 1; written <= 300; ++written) {
        add(*store, "a thing");
        EXPECT_EQ(count(*store), written);
    }
    over = true;
    for (auto& other : others) other.join();
}

TEST_F(Sqlite, WhatAnotherProgramWroteIsReadAtOnce) {
    const auto store = open();
    const auto other = std::move(open_sqlite(file_, {})).value();  // by the file, as a shell would
    for (int written = 1; written <= 50; ++written) {
        EXPECT_EQ(count(*store), written - 1);
        add(*other, "a thing");
        EXPECT_EQ(count(*store), written);
    }
}

TEST_F(Sqlite, AReadThatFailsHandsNothingOnToTheNext) {
    const auto store = open();
    add(*store, "a thing");
    const auto fails = [](Reader& reader) -> Status {
        TRY_OK(reader.query("select id from things", {}, [](const Row&) -> Status { return {}; }));
        return Error(Code::invalid, "it did not like what it read");
    };
    for (int i = 0; i < 20; ++i) EXPECT_THAT(store->read(fails), testing::Fails(Code::invalid));
    add(*store, "another");
    EXPECT_EQ(count(*store), 2);
}

TEST_F(Sqlite, SnapshotsThatWaitForTheNextReadHoldTheLogBackInNothing) {
    const auto store = open();
    const std::string words(40'000, 'w');  // ten pages
    for (int i = 0; i < 1'000; ++i) {
        add(*store, words);
        EXPECT_EQ(count(*store), i + 1);
    }
    constexpr std::uintmax_t kPages = 8'000;  // at which the log is begun anew
    // Ten thousand pages were written: a log that is never begun anew would hold them all.
    EXPECT_LT(log_bytes(), 2 * kPages * 4'096);
}

TEST_F(Sqlite, ATransactionLargerThanTheCacheReadsItsOwnPages) {
    const auto store = open();
    ASSERT_GET(const auto writer, SqliteHandle::create(file_, SqliteHandle::Access::read_write));
    ASSERT_THAT(writer->run_script("pragma synchronous=full; pragma cache_size=8; begin"), IsOk());
    constexpr int kRows = 400;
    for (int i = 0; i < kRows; ++i) {
        const std::string words(3'000, static_cast<char>('a' + i % 26));
        ASSERT_THAT(writer->execute("insert into things (words) values ($1)", {words}), IsOk());
    }
    const auto check = [&](SqliteHandle& handle) {
        int seen = 0;
        EXPECT_THAT(handle.query("select words from things order by id", {},
                                 [&](const Row& row) -> Status {
                                     const char letter = static_cast<char>('a' + seen++ % 26);
                                     EXPECT_EQ(row.text(0), std::string(3'000, letter));
                                     return {};
                                 }),
                    IsOk());
        EXPECT_EQ(seen, kRows);
    };
    EXPECT_GT(log_bytes(), 100u * 4'096) << "nothing left the cache before the commit";
    EXPECT_EQ(count(*store), 0);
    check(*writer);
    ASSERT_THAT(writer->run_script("commit"), IsOk());
    ASSERT_GET(const auto reader, SqliteHandle::create(file_, SqliteHandle::Access::read_only));
    check(*reader);
}

// A limit on the size of files, as a full disk, reached at every place of a commit's write.
class NoRoom {
  public:
    explicit NoRoom(std::uintmax_t bytes) {
        was_ = std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &limit_);
        const rlimit less{bytes, limit_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &less);
    }
    NoRoom(const NoRoom&) = delete;
    NoRoom& operator=(const NoRoom&) = delete;
    ~NoRoom() {
        setrlimit(RLIMIT_FSIZE, &limit_);
        std::signal(SIGXFSZ, was_);
    }

  private:
    rlimit limit_{};
    sighandler_t was_;
};

TEST_F(Sqlite, WhatTheDiskHasNoRoomForIsNotThereAndTheNextIs) {
    auto store = open();
    const std::string words(30'000, 'w');  // eight pages
    std::int64_t kept = 0;
    int refused = 0;
    for (int tenth = 0; tenth < 10; ++tenth) {
        {
            const NoRoom limit(log_bytes() + static_cast<std::uintmax_t>(tenth) * 3'500);
            const auto written = store->write([&](Writer& unit) {
                return unit.execute("insert into things (words) values ($1)", {words});
            });
            if (written) ++kept;
            if (!written) {
                EXPECT_THAT(written, testing::Fails(Code::unavailable));
                ++refused;
            }
            EXPECT_EQ(count(*store), kept);
        }
        add(*store, words);
        EXPECT_EQ(count(*store), ++kept);
    }
    EXPECT_GT(refused, 5);
    store.reset();
    EXPECT_EQ(count(*open()), kept);
}

TEST_F(Sqlite, TheLogIsEmptiedWhileSnapshotsWait) {
    const auto store = open();
    add(*store, "a thing");
    EXPECT_EQ(count(*store), 1);
    EXPECT_GT(log_bytes(), 0u);
    EXPECT_THAT(store->scrub(), IsOk());
    EXPECT_EQ(log_bytes(), 0u);
    EXPECT_EQ(count(*store), 1);
}

}  // namespace
}  // namespace avow::sql
