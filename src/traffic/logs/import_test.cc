// SPDX-License-Identifier: Apache-2.0
#include "traffic/logs/import.hh"

#include <fstream>
#include <random>

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/file.hh"
#include "base/testing.hh"

namespace avow::traffic {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

constexpr const char* kFirefox =
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

std::string combined(const std::string& target, int second, const std::string& more = "-") {
    const auto two = std::to_string(second % 60);
    return "203.0.113.77 - - [15/Jan/2026:08:30:" + (two.size() == 1 ? "0" + two : two) +
           " +0100] \"GET " + target + " HTTP/1.1\" 200 512 \"" + more + "\" \"" + kFirefox +
           "\"\n";
}

class ImportTest : public ::testing::Test {
  protected:
    void SetUp() override {
        char name[] = "/tmp/avow-import-XXXXXX";
        folder_ = mkdtemp(name);
        Options options;
        options.folder = folder_ / "traffic";
        options.sites = {{"example.com", {}}, {"shop.example", {}}};
        auto traffic = Traffic::create(std::move(options), clock_, random_);
        ASSERT_THAT(traffic, IsOk());
        traffic_ = std::move(*traffic);
    }
    void TearDown() override {
        traffic_.reset();
        std::filesystem::remove_all(folder_);
    }
    std::filesystem::path write(const std::string& name, const std::string& content) {
        std::ofstream(folder_ / name, std::ios::binary) << content;
        return folder_ / name;
    }
    Imported import(const std::filesystem::path& path, ImportOptions options = {}) {
        auto told = import_log(*traffic_, path, options, [](double, const Imported&) {});
        EXPECT_THAT(told, IsOk());
        return told.value_or(Imported());
    }
    std::int64_t views() {
        Question question;
        question.report = "summary";
        question.site = "example.com";
        question.from = 20'000;
        question.to = 21'000;
        auto report = traffic_->answer(question);
        EXPECT_THAT(report, IsOk());
        return std::get<std::int64_t>(report->totals["views"]);
    }

    std::filesystem::path folder_;
    ManualClock clock_{{1'768'500'000'000}};  // 2026-01-15
    SeededRandom random_{3};
    std::unique_ptr<Traffic> traffic_;
};

TEST_F(ImportTest, ALogReadTwiceOrGrownCountsOnce) {
    std::string log;
    for (int i = 0; i < 50; ++i) log += combined("/a", i);
    EXPECT_EQ(import(write("access.log", log)).kept, 50u);
    EXPECT_EQ(import(folder_ / "access.log").kept, 0u);
    log += combined("/b", 1) + combined("/b", 2) + "203.0.113.77 - - [15/Jan/2026:08:30";
    const auto grown = import(write("access.log.1", log));
    EXPECT_EQ(grown.before, 50u);
    EXPECT_EQ(grown.kept, 2u);  // the last line is not written yet
    EXPECT_EQ(views(), 52);
}

TEST_F(ImportTest, CompressedLogsAreTheSameLogs) {
    std::string log;
    for (int i = 0; i < 40'000; ++i) log += combined("/page/" + std::to_string(i % 50), i);
    auto* file = gzopen((folder_ / "log.gz").c_str(), "wb");
    gzwrite(file, log.data(), static_cast<unsigned>(log.size()));
    gzclose(file);
    EXPECT_EQ(import(folder_ / "log.gz").kept, 40'000u);
    std::string packed(ZSTD_compressBound(log.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), log.data(), log.size(), 1));
    EXPECT_EQ(import(write("log.zst", packed)).kept, 0u);
    EXPECT_EQ(import(write("log", log)).kept, 0u);
    EXPECT_EQ(views(), 40'000);
    EXPECT_THAT(import_log(*traffic_, write("cut.zst", packed.substr(0, packed.size() / 2)), {},
                           [](double, const Imported&) {}),
                Fails(Code::corrupt));
}

TEST_F(ImportTest, EveryFormatIsRecognised) {
    const std::string agent = kFirefox;
    const std::vector<std::pair<std::string, std::string>> logs{
        {"combined", combined("/a", 1)},
        {"vhost", "example.com:443 " + combined("/a", 2)},
        {"common",
         "192.0.2.1 - ada lovelace [15/Jan/2026:08:30:03 +0000] \"GET /a HTTP/1.1\" 200 5\n"},
        {"caddy",
         R"({"ts":1768463400.5,"request":{"client_ip":"192.0.2.1","method":"GET","host":"example.com","uri":"/a","headers":{"User-Agent":[")" +
             agent + R"("]}},"status":200,"size":7})" + "\n"},
        {"cloudfront",
         "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) "
         "cs-uri-stem sc-status cs(Referer) cs(User-Agent) "
         "cs-uri-query\n2026-01-15\t08:30:00\tFRA\t9\t"
         "192.0.2.1\tGET\texample.com\t/a\t200\t-\tMozilla/"
         "5.0%20(X11;%20Linux%20x86_64;%20rv:128.0)"
         "%20Gecko/20100101%20Firefox/128.0\t-\n"},
        {"w3c",
         "#Software: x\n#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status "
         "cs(User-Agent)\n2026-01-15 08:30:00 192.0.2.1 GET /a q=1 200 "
         "Mozilla/5.0+(X11;+Linux+x86_64;+rv:128.0)+Gecko/20100101+Firefox/128.0\n"}};
    std::int64_t people = 0;
    for (const auto& [format, log] : logs) {
        const auto told = import(write(format, log));
        EXPECT_EQ(told.format, format);
        EXPECT_EQ(told.kept, 1u) << format;
        EXPECT_EQ(told.rejected, 0u) << format;
        if (format != "common") ++people;  // without a user agent it may be anything
    }
    EXPECT_EQ(views(), people);
}

TEST_F(ImportTest, RejectsAreCountedWithLineAndReason) {
    const auto log =
        combined("/a", 1) + "nonsense\n" + combined("/style.css", 2) +
        "203.0.113.77 - - [99/Jan/2026:08:30:00 +0100] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"\n" +
        "203.0.113.77 - - [15/Jan/2026:08:30:00 +0100] \"POST / HTTP/1.1\" 200 1 \"-\" \"x\"\n" +
        "\xff\xfe\n";
    const auto told = import(write("log", log));
    EXPECT_EQ(told.kept, 1u);
    EXPECT_EQ(told.skipped, 2u);
    EXPECT_EQ(told.rejected, 3u);
    ASSERT_EQ(told.rejects.size(), 3u);
    EXPECT_EQ(told.rejects[0].line, 2u);
    EXPECT_EQ(told.rejects[1].reason, "the time is not as 10/Oct/2000:13:55:36 -0700");
    for (const auto& reject : told.rejects) EXPECT_EQ(reject.reason.find("203"), std::string::npos);
}

TEST_F(ImportTest, WhatIsNoLogIsRefused) {
    EXPECT_THAT(import_log(*traffic_, folder_ / "absent", {}, [](double, const Imported&) {}),
                Fails(Code::not_found));
    EXPECT_THAT(
        import_log(*traffic_, write("x", "hello\nworld\n"), {}, [](double, const Imported&) {}),
        Fails(Code::invalid));
    EXPECT_EQ(import(write("empty", "")).lines, 0u);
}

TEST_F(ImportTest, NoAddressOfALogIsInTheStore) {
    import(write("log", combined("/a", 1, "https://example.com/b")));
    traffic_.reset();
    for (const auto& item : std::filesystem::recursive_directory_iterator(folder_ / "traffic")) {
        if (!item.is_regular_file()) continue;
        const auto content = read_file(item.path());
        ASSERT_THAT(content, IsOk());
        EXPECT_EQ(content->find("203.0.113.77"), std::string::npos);
        EXPECT_EQ(content->find("rv:128"), std::string::npos);
    }
}

TEST(LogLines, NoBytesBreakTheReaders) {
    std::mt19937 dice(5);
    const std::string seed =
        combined("/a", 1) + R"({"ts":1,"request":{"uri":"/","headers":{}},"status":200})";
    for (int round = 0; round < 20'000; ++round) {
        std::string line = seed.substr(dice() % seed.size());
        for (auto changes = dice() % 5; changes > 0; --changes) {
            if (!line.empty()) line[dice() % line.size()] = static_cast<char>(dice());
        }
        for (const auto format : {LogFormat::common, LogFormat::combined, LogFormat::vhost,
                                  LogFormat::caddy, LogFormat::cloudfront, LogFormat::w3c}) {
            LogReader reader(format);
            [[maybe_unused]] const auto fields =
                reader.read("#Fields: date time c-ip cs-uri-stem sc-status");
            [[maybe_unused]] const auto read = reader.read(line);
        }
    }
}

}  // namespace
}  // namespace avow::traffic
