// SPDX-License-Identifier: Apache-2.0
#include "mail/file_type.hh"

#include <gtest/gtest.h>

namespace avow::mail {
namespace {

using namespace std::string_view_literals;

TEST(FileType, IsWhatTheBytesSay) {
    EXPECT_EQ(file_type_of("%PDF-1.7\n"), "application/pdf");
    EXPECT_EQ(file_type_of("\x89PNG\r\n\x1a\n...."), "image/png");
    EXPECT_EQ(file_type_of("MZ\x90\0"sv), "application/vnd.microsoft.portable-executable");
    EXPECT_EQ(file_type_of("\0\0\0\x18"
                           "ftypmp42"sv),
              "video/mp4");
    EXPECT_EQ(file_type_of("Dear all,\nhello"), "text/plain");
    EXPECT_EQ(file_type_of("  <!DOCTYPE HTML><p>"), "text/html");
    EXPECT_EQ(file_type_of("<?xml version=\"1.0\"?><svg/>"), "image/svg+xml");
    EXPECT_EQ(file_type_of("\x01\x02\x03"), "application/octet-stream");
    EXPECT_EQ(file_type_of(""), "text/plain");
    std::string umlauts;
    while (umlauts.size() < 10'000) umlauts += "aä";
    EXPECT_EQ(file_type_of(umlauts), "text/plain");
    EXPECT_EQ(file_type_of("x" + umlauts), "text/plain");
}

TEST(FileType, OfAnArchiveIsWhatItsFirstEntriesSay) {
    const std::string head = "PK\x03\x04" + std::string(26, '.');
    EXPECT_EQ(file_type_of(head + "notes.txt"), "application/zip");
    EXPECT_EQ(file_type_of(head + "mimetypeapplication/vnd.oasis.opendocument.text"),
              "application/vnd.oasis.opendocument.text");
    EXPECT_EQ(file_type_of(head + "[Content_Types].xml....word/document.xml"),
              "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
}

TEST(FileName, LeadsNowhereAndEndsAsItIsReadToEnd) {
    EXPECT_EQ(file_name_of("../../etc/passwd", 200), "passwd");
    EXPECT_EQ(file_name_of("C:\\temp\\offer.pdf", 200), "offer.pdf");
    EXPECT_EQ(file_name_of("photo\xe2\x80\xaegpj.exe", 200), "photogpj.exe");
    EXPECT_EQ(file_name_of("a\r\nb\"c.txt", 200), "ab_c.txt");
    EXPECT_EQ(file_name_of("..", 200), "");
    EXPECT_EQ(file_name_of(".profile", 200), "profile");
    EXPECT_EQ(file_name_of("Straße.pdf", 8), "Stra.pdf");
    EXPECT_EQ(file_name_of("ää.abcdefghijklmn", 5), "ää.");
}

}  // namespace
}  // namespace avow::mail
