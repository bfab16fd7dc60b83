// SPDX-License-Identifier: Apache-2.0
#include "vault/archive.hh"

#include <map>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.hh"
#include "base/testing.hh"

namespace avow::vault {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

class Archive : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_ =
            std::filesystem::temp_directory_path() / ("avow-archive-" + std::to_string(getpid()));
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path file() const { return folder_ / "a.avow"; }

    void write(const std::map<std::string, std::string>& files) {
        ASSERT_GET(auto writer, ArchiveWriter::create(file(), key_, random_));
        for (const auto& [name, content] : files) {
            ASSERT_THAT(writer.add_bytes(name, as_bytes(content)), IsOk());
        }
        EXPECT_FALSE(std::filesystem::exists(file())) << "it is there before it is whole";
        ASSERT_THAT(writer.finish(), IsOk());
    }
    Status read(std::map<std::string, std::string>& files, const crypto::Key& key) {
        std::string name;
        return read_archive(file(), key,
                            {[&](std::string_view found, std::uint64_t) -> Status {
                                 name = found;
                                 files[name];
                                 return {};
                             },
                             [&](ByteView content) -> Status {
                                 files[name] += as_text(content);
                                 return {};
                             },
                             [] { return Status(); }});
    }
    std::filesystem::path folder_;
    SeededRandom random_{11};
    crypto::Key key_ = crypto::Key::random(random_);
};

TEST_F(Archive, GivesBackFilesOfEverySize) {
    std::map<std::string, std::string> files{{"empty", ""}, {"one", "x"}};
    for (const std::size_t size : {(1u << 20) - 20, (1u << 20), (3u << 20) + 7}) {
        files["file" + std::to_string(size)] = std::string(size, static_cast<char>('a' + size % 7));
    }
    write(files);
    std::map<std::string, std::string> found;
    ASSERT_THAT(read(found, key_), IsOk());
    EXPECT_EQ(found, files);
}

TEST_F(Archive, HoldsNothingInClear) {
    write({{"a name to look for", std::string(1000, 'q')}});
    const auto content = read_file(file()).value();
    EXPECT_EQ(content.find("a name"), std::string::npos);
    EXPECT_EQ(content.find("qqqqqqqq"), std::string::npos);
}

TEST_F(Archive, AnyFlippedOrMissingByteIsNoticed) {
    write({{"file", std::string(300, 'x')}});
    const auto good = read_file(file()).value();
    std::map<std::string, std::string> found;
    for (std::size_t at = 0; at < good.size(); ++at) {
        auto changed = good;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        ASSERT_THAT(write_file_durably(file(), as_bytes(changed)), IsOk());
        EXPECT_FALSE(read(found, key_).has_value()) << at;
        ASSERT_THAT(write_file_durably(file(), as_bytes(good.substr(0, at))), IsOk());
        EXPECT_FALSE(read(found, key_).has_value()) << at;
    }
}

TEST_F(Archive, CutBetweenTwoChunksIsNoticed) {
    write({{"file", std::string((2u << 20) + 5, 'x')}});
    const auto good = read_file(file()).value();
    const std::size_t head = 15 + 16;
    const auto chunk = 4 + read_be32(as_bytes(good).subspan(head));
    std::map<std::string, std::string> found;
    for (const std::size_t chunks : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
        ASSERT_THAT(write_file_durably(file(), as_bytes(good.substr(0, head + chunks * chunk))),
                    IsOk());
        EXPECT_FALSE(read(found, key_).has_value()) << chunks;
    }
}

TEST_F(Archive, AnotherKeyIsDenied) {
    write({{"file", "x"}});
    std::map<std::string, std::string> found;
    EXPECT_THAT(read(found, crypto::Key::random(random_)), Fails(Code::denied));
}

}  // namespace
}  // namespace avow::vault
