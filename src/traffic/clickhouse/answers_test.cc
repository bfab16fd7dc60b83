// SPDX-License-Identifier: Apache-2.0
#include "traffic/clickhouse/answers.hh"

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "traffic/clickhouse/client.hh"
#include "traffic/clickhouse/delivery.hh"
#include "traffic/clickhouse/tables.hh"
#include "traffic/row_bytes.hh"

namespace avow::traffic::clickhouse {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

TEST(Answers, AreReadWholeOrNotAtAll) {
    const std::string chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=1\r\n, y\r\n"
        "0\r\n\r\n";
    ASSERT_GET(const auto answer, read_answer(chunked));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello, y");
    for (std::size_t size = 0; size + 5 < chunked.size(); ++size) {
        EXPECT_THAT(read_answer(chunked.substr(0, size)), Fails(Code::unavailable)) << size;
    }
    ASSERT_GET(const auto measured,
               read_answer("HTTP/1.1 500 No\r\ncontent-length: 3\r\n\r\nnope"));
    EXPECT_EQ(measured.status, 500);
    EXPECT_EQ(measured.body, "nop");
    EXPECT_THAT(read_answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"),
                Fails(Code::unavailable));
    EXPECT_THAT(read_answer("SSH-2.0-x\r\n\r\n"), Fails(Code::unavailable));
}

TEST(Answers, RowsAreReadAsTheyWereWritten) {
    std::vector<std::string> texts;
    std::vector<std::int64_t> numbers;
    const auto read = [&](std::string_view rows) {
        return each_row(rows, [&](const Cells& row) {
            numbers.push_back(row.integer(0));
            texts.emplace_back(row.text(1));
        });
    };
    EXPECT_TRUE(read("-5\ta\\tb\\n\\\\\\'\n9223372036854775807\t\\N\n"));
    EXPECT_EQ(numbers, (std::vector<std::int64_t>{-5, 9223372036854775807}));
    EXPECT_EQ(texts, (std::vector<std::string>{"a\tb\n\\'", ""}));
    EXPECT_FALSE(read("1\tcut short"));
    EXPECT_FALSE(read("1\tx\\\n"));
}

TEST(Answers, ServersAreNamedByTheirAddress) {
    ASSERT_GET(const auto two, parse_addresses("http://db1, http://[::1]:9000/"));
    EXPECT_EQ(two, (std::vector<Address>{{"db1", "8123"}, {"::1", "9000"}}));
    EXPECT_EQ(two[1].text(), "[::1]:9000");
    for (const auto* wrong : {"", "db1:8123", "https://db1", "http://", "http://a b", "http://a:x",
                              "http://a:123456", "http://[::1", "http://u@h", "http://a/path"}) {
        EXPECT_THAT(parse_addresses(wrong), Fails(Code::invalid)) << wrong;
    }
}

TEST(Rows, AreReadBackAsTheyWere) {
    Batch batch;
    batch.words = {{WordKind::page, 3, 77, std::string(300, 'x')}};
    batch.views.resize(2);
    batch.views[1].reload = 9;
    batch.edges = {{1, 2, 3, 4, 5}};
    batch.engagement = {{1, 2, 3, 4, -5}};
    batch.import = ImportRow{"file", 1, 2, 3};
    const auto bytes = written(batch);
    Batch read;
    std::vector<ImportRow> imports;
    ASSERT_TRUE(read_into(bytes, imports, read));
    EXPECT_EQ(read.words[0].word, batch.words[0].word);
    EXPECT_EQ(read.views[1].reload, 9);
    EXPECT_EQ(read.engagement[0].n, -5);
    EXPECT_EQ(imports.at(0).file, "file");
    EXPECT_EQ(written(read).size() + 29, bytes.size());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        Batch part;
        EXPECT_FALSE(read_into(std::string_view(bytes).substr(0, size), imports, part)) << size;
    }
}

// A crash between two inserts repeats them: only the same ones are known again.
TEST(Delivery, ASegmentAlwaysMakesTheSameInserts) {
    Batch batch;
    for (std::uint32_t i = 0; i < 50; ++i) batch.edges.push_back({1, i % 7, i, 20'000 + i % 3, 1});
    const Segment segment{"", {written(batch), written(batch)}, false};
    const Label label{"db:1", 4711};
    ASSERT_GET(const auto first, inserts_of(segment, label, "avow", "two"));
    ASSERT_GET(const auto second, inserts_of(segment, label, "avow", "two"));
    ASSERT_EQ(first.size(), 3u);
    for (std::size_t i = 0; i < first.size(); ++i) {
        EXPECT_EQ(first[i].body, second[i].body);
        EXPECT_EQ(first[i].parameters, second[i].parameters);
    }
    ASSERT_GET(const auto read, [&]() -> Result<Label> {
        const auto found = label_from(text_of(label));
        return found ? Result<Label>(*found) : Error(Code::invalid, "no label");
    }());
    EXPECT_EQ(read.server, "db:1");
    EXPECT_EQ(read.mark, 4711u);
    EXPECT_FALSE(label_from("nonsense"));
    EXPECT_THAT(inserts_of({"", {"nonsense"}, false}, label, "avow", ""), Fails(Code::corrupt));
}

TEST(Tables, OnlyNumbersStandInAStatement) {
    EXPECT_EQ(with_numbers("a = $1 and b = $2 and $9", {5, -7}), "a = 5 and b = -7 and $9");
    EXPECT_TRUE(is_name("avow_2"));
    for (const auto* wrong : {"", "a b", "a;", "a'", "é"}) EXPECT_FALSE(is_name(wrong));
}

}  // namespace
}  // namespace avow::traffic::clickhouse
