// SPDX-License-Identifier: Apache-2.0
#include "mail/imap.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.hh"
#include "base/testing.hh"
#include "mail/testing.hh"

namespace avow::mail {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ScriptedServer;
using ::testing::StartsWith;

// ---- the reader

// All responses of these bytes, fed in pieces; "!" where they stop to be IMAP.
std::string spelled(const ImapValue& value) {
    if (value.kind == ImapValue::Kind::atom) return value.text;
    if (value.kind == ImapValue::Kind::string) return "'" + value.text + "'";
    std::string all = "(";
    for (const auto& item : value.items) (all += all.size() > 1 ? " " : "") += spelled(item);
    return all + ")";
}
std::string heard(std::string_view bytes, std::size_t piece = 1'000'000) {
    ImapReader reader(1'000);
    std::string all;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        reader.feed(bytes.substr(at, piece));
        while (true) {
            const auto response = reader.next();
            if (!response) return all + "!";
            if (!*response) break;
            const auto& one = **response;
            all += one.kind == ImapResponse::Kind::more ? "+" : one.tag;
            if (!one.status.empty()) all += ":" + one.status;
            for (const auto& value : one.code) all += " [" + spelled(value) + "]";
            for (const auto& value : one.values) all += " " + spelled(value);
            all += one.is_cut ? " cut; " : "; ";
        }
    }
    return all;
}

TEST(ImapReader, ReadsWhatServersSay) {
    EXPECT_EQ(heard("* OK [CAPABILITY IMAP4rev1 SASL-IR] ready\r\n"),
              "*:OK [CAPABILITY] [IMAP4rev1] [SASL-IR]; ");
    EXPECT_EQ(heard("* 5 EXISTS\r\na1 no [TRYCREATE] x\r\n+ idling\r\n"),
              "* 5 EXISTS; a1:NO [TRYCREATE]; +; ");
    EXPECT_EQ(heard("* LIST (\\HasNoChildren) \"/\" \"A \\\"b\\\\\"\r\n"),
              "* LIST (\\HasNoChildren) '/' 'A \"b\\'; ");
    EXPECT_EQ(heard("* 1 FETCH (UID 7 BODY[HEADER.FIELDS (To Cc)]<0> NIL FLAGS ())\r\n"),
              "* 1 FETCH (UID 7 BODY[HEADER.FIELDS (To Cc)]<0> NIL FLAGS ()); ");
    EXPECT_EQ(heard("* VANISHED (EARLIER) 1:4,9\r\n"), "* VANISHED (EARLIER) 1:4,9; ");
}

TEST(ImapReader, ALiteralIsCountedWhateverItHolds) {
    const std::string all =
        "* 1 FETCH (BODY[] {25}\r\na9 OK done\r\n* 1 EXISTS\r\nx UID 3)\r\n* 2 EXISTS\r\n";
    const auto whole = heard(all);
    EXPECT_EQ(whole, "* 1 FETCH (BODY[] 'a9 OK done\r\n* 1 EXISTS\r\nx' UID 3); * 2 EXISTS; ");
    for (std::size_t piece = 1; piece < all.size(); ++piece) EXPECT_EQ(heard(all, piece), whole);
    EXPECT_EQ(heard("* 1 FETCH (BODY[] {0}\r\n X ~{1}\r\ny)\r\n"), "* 1 FETCH (BODY[] '' X 'y'); ");
}

TEST(ImapReader, RefusesWhatIsNoResponse) {
    for (const auto* wrong :
         {"hello\r\n", "* 1 FETCH (\r\n", "* 1 FETCH )\r\n", "* \"open\r\n", "a1 FETCH 1\r\n",
          "* OK bare\n", "\r\n", "* BODY[ 1\r\n", "* 1 FETCH (BODY[] {1073741825}\r\n",
          "* 1 FETCH (BODY[] {99999999999}\r\n", "* {5\r\n * )\r\n"}) {
        EXPECT_EQ(heard(wrong), "!") << wrong;
    }
    EXPECT_EQ(heard(std::string("* a\0b\r\n", 7)), "!");
    EXPECT_EQ(heard("* " + std::string(100'000, 'a')), "!");
    EXPECT_EQ(heard("* " + std::string(17, '(') + std::string(17, ')') + "\r\n"), "!");
}

TEST(ImapReader, ReadsPastWhatIsTooLargeToBeHeld) {
    const auto all = "* X {600}\r\n" + std::string(600, 'a') + " {600}\r\n" +
                     std::string(600, 'b') + " {3}\r\nccc\r\n* 1 EXISTS\r\n";
    const auto whole = heard(all);
    EXPECT_EQ(whole, "* X '" + std::string(600, 'a') + "' '' 'ccc' cut; * 1 EXISTS; ");
    EXPECT_EQ(heard(all, 7), whole);
}

TEST(ImapFolderName, IsSpelledAsRfc3501HasIt) {
    ASSERT_GET(const auto name, imap_folder_name("Erledigt/日本語 & \"x\""));
    EXPECT_EQ(name, "\"Erledigt/&ZeVnLIqe- &- \\\"x\\\"\"");
    for (const auto* wrong : {"", "a*", "a\r\nb", "\xff"}) {
        EXPECT_THAT(imap_folder_name(wrong), Fails(Code::invalid)) << wrong;
    }
}

// ---- the client, against a server that says what it is told

struct Scripted {
    std::string greeting =
        "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN IDLE MOVE UIDPLUS] hi\r\n";
    // What a command is answered, without its tag and its end; nothing: OK alone.
    std::function<std::string(const std::string& command)> answer = [](const std::string&) {
        return std::string();
    };
    ScriptedServer::Script script() const {
        ScriptedServer::Script script;
        script.greeting = greeting;
        script.answer = [answer = answer](const std::string& line) -> std::string {
            const auto space = line.find(' ');
            if (space == line.npos) return answer(line);
            const auto told = answer(line.substr(space + 1));
            if (told.find("\r\n.") != told.npos) return told.substr(0, told.size() - 1);
            const bool ended = told.starts_with("NO") || told.starts_with("OK");
            return ended ? line.substr(0, space) + " " + told
                         : told + line.substr(0, space) + " OK done\r\n";
        };
        return script;
    }
};

ImapOptions options_for(const ScriptedServer& server) {
    ImapOptions options;
    options.host = "127.0.0.1";
    options.port = server.port();
    options.security = Security::none_on_loopback;
    options.user = "desk";
    options.secret = [] { return Result<std::string>("se\"cret"); };
    options.message_max = 10'000;
    options.command = std::chrono::seconds(20);
    return options;
}

TEST(Imap, SignsInAtOnceWhereTheServerTakesThat) {
    ScriptedServer server(Scripted().script());
    Imap imap(options_for(server));
    ASSERT_THAT(imap.open(), IsOk());
    EXPECT_THAT(
        server.lines()[0],
        HasSubstr("AUTHENTICATE PLAIN " + base64(as_bytes(std::string("\0desk\0se\"cret", 13)))));
}

TEST(Imap, SignsInByLoginWhereThatIsAll) {
    Scripted scripted;
    scripted.greeting = "* OK hi\r\n";
    scripted.answer = [](const std::string& command) {
        return std::string(command == "CAPABILITY" ? "* CAPABILITY IMAP4rev1\r\n" : "");
    };
    ScriptedServer server(scripted.script());
    Imap imap(options_for(server));
    ASSERT_THAT(imap.open(), IsOk());
    EXPECT_THAT(server.lines()[1], HasSubstr("LOGIN \"desk\" \"se\\\"cret\""));
    EXPECT_FALSE(imap.offers_idle());
}

TEST(Imap, ARefusedTokenIsEndedAndSaidWithoutTheServersWords) {
    Scripted scripted;
    scripted.greeting = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hi\r\n";
    scripted.answer = [](const std::string& command) -> std::string {
        if (command.starts_with("AUTHENTICATE")) return "+ eyJzdGF0dXMiOiI0MDAifQ==\r\n.";
        return "a1 NO [AUTHENTICATIONFAILED] desk@example.org may not\r\n";
    };
    ScriptedServer server(scripted.script());
    auto options = options_for(server);
    options.sign_in = SignIn::xoauth2;
    Imap imap(std::move(options));
    const auto opened = imap.open();
    ASSERT_THAT(opened, Fails(Code::denied));
    EXPECT_THAT(opened.error().describe(),
                AllOf(HasSubstr("AUTHENTICATIONFAILED"), Not(HasSubstr("example.org"))));
    EXPECT_THAT(server.lines()[0],
                HasSubstr("AUTHENTICATE XOAUTH2 " +
                          base64(as_bytes("user=desk\1auth=Bearer se\"cret\1\1"))));
    EXPECT_EQ(server.lines()[1], "");
}

TEST(Imap, SaysNoPasswordWithoutTls) {
    for (const auto security : {Security::starttls, Security::tls}) {
        Scripted scripted;
        scripted.greeting = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n";
        ScriptedServer server(scripted.script());
        auto options = options_for(server);
        options.security = security;
        options.connect = std::chrono::seconds(2);
        Imap imap(std::move(options));
        EXPECT_THAT(imap.open(), Fails(Code::unavailable));
        for (const auto& line : server.lines()) EXPECT_THAT(line, Not(HasSubstr("AUTH")));
    }
}

TEST(Imap, NothingSaidBeforeTlsIsHeardAfterIt) {
    Scripted scripted;
    scripted.greeting = "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n";
    scripted.answer = [](const std::string&) -> std::string {
        return "OK go\r\n* OK [CAPABILITY IMAP4rev1] a word of somebody on the way\r\n";
    };
    ScriptedServer server(scripted.script());
    auto options = options_for(server);
    options.security = Security::starttls;
    Imap imap(std::move(options));
    const auto opened = imap.open();
    ASSERT_THAT(opened, Fails(Code::unavailable));
    EXPECT_THAT(opened.error().describe(), HasSubstr("before its TLS"));
}

TEST(Imap, ListsFetchesAndMoves) {
    Scripted scripted;
    scripted.answer = [](const std::string& command) -> std::string {
        if (command.starts_with("SELECT")) {
            return "* 3 EXISTS\r\n* OK [UIDVALIDITY 77] x\r\n* OK [UIDNEXT 12] x\r\n";
        }
        if (command.starts_with("UID FETCH 5:* ")) {
            return "* 3 FETCH (RFC822.SIZE 9000000 UID 11)\r\n* 2 FETCH (UID 7 RFC822.SIZE 5)\r\n"
                   "* 1 FETCH (UID 4 RFC822.SIZE 5)\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* 4 "
                   "EXISTS\r\n";
        }
        if (command.starts_with("UID FETCH 7 ")) {
            return "* 2 FETCH (UID 7 FLAGS () BODY[] {5}\r\na)\r\nb)\r\n";
        }
        if (command.starts_with("UID FETCH 11 ")) {
            return "* 2 FETCH (UID 11 BODY[] {20000}\r\n" + std::string(20'000, 'a') + ")\r\n";
        }
        return "";
    };
    ScriptedServer server(scripted.script());
    Imap imap(options_for(server));
    ASSERT_THAT(imap.open(), IsOk());
    ASSERT_GET(const auto folder, imap.select("INBOX"));
    EXPECT_EQ(folder.validity, 77u);
    EXPECT_EQ(folder.next_uid, 12u);
    ASSERT_GET(const auto listed, imap.list(5, 0));
    ASSERT_EQ(listed.items.size(), 2u);
    EXPECT_EQ(listed.items[0].uid, 7u);
    EXPECT_EQ(listed.items[1].size, 9'000'000u);
    EXPECT_EQ(listed.highest, 11u);
    ASSERT_GET(const bool news, imap.poll());
    EXPECT_TRUE(news);
    ASSERT_GET(const auto message, imap.fetch(7));
    EXPECT_EQ(message, "a)\r\nb");
    EXPECT_THAT(imap.fetch(8), Fails(Code::not_found));
    EXPECT_THAT(imap.move(std::vector<std::uint32_t>{7, 8, 11}, "Processed"), IsOk());
    EXPECT_THAT(server.lines().back(), HasSubstr("UID MOVE 7:8,11 \"Processed\""));
    EXPECT_THAT(imap.fetch(11), Fails(Code::too_large));
}

TEST(Imap, MovesByCopyAndExpungesNothingOfOthers) {
    for (const bool uid_plus : {true, false}) {
        Scripted scripted;
        scripted.greeting = std::string("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN") +
                            (uid_plus ? " UIDPLUS" : "") + "] hi\r\n";
        scripted.answer = [made = std::make_shared<bool>()](const std::string& command) {
            if (command.starts_with("CREATE")) *made = true;
            if (command.starts_with("UID COPY") && !*made) return "NO [TRYCREATE] no\r\n";
            return command == "CAPABILITY" ? "* CAPABILITY IMAP4rev1 UIDPLUS\r\n" : "";
        };
        if (!uid_plus) {
            scripted.answer = [](const std::string& command) {
                return command == "CAPABILITY" ? "* CAPABILITY IMAP4rev1\r\n" : "";
            };
        }
        ScriptedServer server(scripted.script());
        Imap imap(options_for(server));
        ASSERT_THAT(imap.open(), IsOk());
        ASSERT_THAT(imap.move(std::vector<std::uint32_t>{7}, "Processed"), IsOk());
        const auto lines = server.lines();
        EXPECT_THAT(lines, Contains(HasSubstr("UID STORE 7 +FLAGS.SILENT (\\Deleted)")));
        EXPECT_EQ(lines.back().find("UID EXPUNGE 7") != std::string::npos, uid_plus);
        for (const auto& line : lines) EXPECT_THAT(line, Not(HasSubstr(" EXPUNGE\r")));
    }
}

// A session that idles, and what the server says in it.
class ImapIdle : public ::testing::Test {
  protected:
    void begin(const std::string& said) {
        Scripted scripted;
        scripted.answer = [said](const std::string& command) -> std::string {
            if (command == "IDLE") return "+ idling\r\n" + said + ".";
            return command == "DONE" ? "a3 OK done\r\n" : "";
        };
        server = std::make_unique<ScriptedServer>(scripted.script());
        imap = std::make_unique<Imap>(options_for(*server));
        ASSERT_THAT(imap->open(), IsOk());
        ASSERT_THAT(imap->begin_idle(), IsOk());
    }
    std::unique_ptr<ScriptedServer> server;
    std::unique_ptr<Imap> imap;
};

TEST_F(ImapIdle, LastsUntilNewsComeAndEndsInOrder) {
    begin("\2* 4 EXISTS\r\n");
    ASSERT_GET(const bool news, imap->news(std::chrono::seconds(20)));
    EXPECT_TRUE(news);
    EXPECT_THAT(imap->end_idle(), IsOk());
    ASSERT_GET([[maybe_unused]] const auto listed, imap->list(1, 0));
    ASSERT_THAT(imap->poll(), IsOk());
}

TEST_F(ImapIdle, NewsThatComeWithItsBeginningAreHeard) {
    begin("* 4 EXISTS\r\n");
    ASSERT_GET(const bool news, imap->news(std::chrono::milliseconds(1)));
    EXPECT_TRUE(news);
}

TEST_F(ImapIdle, TimeThatPassesIsNoFailure) {
    begin("");
    for (int i = 0; i < 3; ++i) {
        ASSERT_GET(const bool news, imap->news(std::chrono::milliseconds(5)));
        EXPECT_FALSE(news);
    }
    EXPECT_THAT(imap->end_idle(), IsOk());
    EXPECT_THAT(imap->poll(), IsOk());
}

TEST_F(ImapIdle, ALineThatEndsIsNoticedAtOnce) {
    begin("");
    server.reset();
    EXPECT_THAT(imap->news(std::chrono::minutes(10)), Fails(Code::unavailable));
}

TEST(Imap, ASessionThatEndsIsAnErrorWhereverItEnds) {
    Scripted scripted;
    scripted.answer = [](const std::string& command) -> std::string {
        return command.starts_with("SELECT") ? "* BYE shutting down\r\n\1" : "";
    };
    ScriptedServer server(scripted.script());
    Imap imap(options_for(server));
    ASSERT_THAT(imap.open(), IsOk());
    EXPECT_THAT(imap.select("INBOX"), Fails(Code::unavailable));
    imap.close();
    EXPECT_THAT(imap.open(), IsOk());
    imap.cancel();
    EXPECT_THAT(imap.select("INBOX"), Fails(Code::unavailable));
    EXPECT_THAT(imap.open(), Fails(Code::unavailable));
}

}  // namespace
}  // namespace avow::mail
