// SPDX-License-Identifier: Apache-2.0
// Files that come with mails: kept when the policy says so, opened through the gate, gone with what
// they rest on.
#include "base/file.hh"
#include "gate/retention.hh"
#include "services/desk/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::HasSubstr;

class AttachmentsTest : public DeskTest {
  protected:
    // More than two parts of it, and no line twice.
    static std::string large() {
        std::string bytes = "%PDF-1.7\n";
        for (int i = 0; bytes.size() < 2 * kAttachmentPart + 1'000; ++i)
            bytes += "Rosenblum " + std::to_string(i) + "\n";
        return bytes;
    }
    std::string with_file(const std::string& bytes) {
        return "From: ada@example.org\r\nSubject: An offer\r\nMessage-ID: <" +
               std::to_string(++mails) +
               "@sender.example>\r\nMIME-Version: 1.0\r\n"
               "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee there\r\n--b\r\n"
               "Content-Type: text/html; name=\"offer.pdf\"\r\n"
               "Content-Transfer-Encoding: binary\r\n"
               "Content-Disposition: attachment; filename=\"offer.pdf\"\r\n\r\n" +
               bytes + "\r\n--b--\r\n";
    }
    std::string whole(Desk::Download& download) {
        std::string bytes;
        while (true) {
            const auto part = download.next().value();
            const auto& text = part.reveal(house.gate->token_of(download.used()));
            if (text.empty()) return bytes;
            bytes += text;
        }
    }
};

TEST_F(AttachmentsTest, AFileIsKeptSealedAndOpenedByAUseThatNamesIt) {
    ASSERT_THAT(take(with_file(large())), IsOk());
    const auto request = queue().at(0);
    ASSERT_GET(const auto thread, desk->open(request.id, agent));
    ASSERT_EQ(thread.attachments.size(), 1u);
    const auto& file = thread.attachments[0];
    const auto token = house.gate->token_of(*thread.files);
    EXPECT_EQ(file.name->reveal(token), "offer.pdf");
    EXPECT_EQ(file.type->reveal(token), "application/pdf");
    EXPECT_EQ(file.bytes, static_cast<std::int64_t>(large().size()));
    EXPECT_EQ(thread.messages[0].left_out, 0);
    const auto acts = house.gate->acts(request.customer, std::nullopt, 10)->size();
    ASSERT_GET(const auto download, desk->take_attachment(request.id, file.message, 1, agent));
    EXPECT_EQ(house.gate->acts(request.customer, std::nullopt, 10)->size(), acts + 1);
    EXPECT_EQ(whole(*download), large());
    EXPECT_THAT(desk->take_attachment(request.id, file.message, 2, agent), Fails(Code::not_found));
    ASSERT_THAT(house.store->scrub(), IsOk());
    EXPECT_EQ(read_file(house.folder / "store.db")->find("Rosenblum"), std::string::npos);
    EXPECT_EQ(read_file(house.folder / "store.db")->find("offer.pdf"), std::string::npos);
}

TEST_F(AttachmentsTest, WhoMayNotReadGetsNoNameAndNoByte) {
    ASSERT_THAT(take(with_file("%PDF-1.7 x")), IsOk());
    const auto request = queue().at(0);
    const gate::Actor stranger{gate::Actor::Kind::employee, "Eve", "agent", false, false};
    ASSERT_GET(const auto thread, desk->open(request.id, stranger));
    ASSERT_EQ(thread.attachments.size(), 1u);
    EXPECT_FALSE(thread.attachments[0].name);
    EXPECT_THAT(desk->take_attachment(request.id, thread.attachments[0].message, 1, stranger),
                Fails(Code::denied));
}

TEST_F(AttachmentsTest, APolicyWithoutTheFieldKeepsNoneAndSaysHowMany) {
    auto text = gate::testing::replaced(promises_with_desk(), "\"message\", \"attachments\"]",
                                        "\"message\"]");
    house.publish(gate::testing::replaced(text, "version = \"2\"", "version = \"3\""));
    house.clock.advance(1);
    ASSERT_THAT(take(with_file("%PDF-1.7 x")), IsOk());
    ASSERT_GET(const auto thread, desk->open(queue().at(0).id, agent));
    EXPECT_TRUE(thread.attachments.empty());
    EXPECT_EQ(thread.messages[0].left_out, 1);
    EXPECT_EQ(house.count("select count(*) from request_attachment_parts"), 0);
}

TEST_F(AttachmentsTest, ItsCustomerFindsAllOfItInTheExportAndItsNameInTheThread) {
    ASSERT_THAT(take(with_file(large())), IsOk());
    const auto request = queue().at(0);
    ASSERT_GET(const auto own, desk->own_thread(request.customer, request.id));
    ASSERT_EQ(own.attachments.size(), 1u);
    const auto token = house.gate->own_data_token();
    EXPECT_EQ(own.attachments[0].name->reveal(token), "offer.pdf");
    std::vector<std::string> told;
    ASSERT_THAT(desk->each_attachment(
                    request.customer,
                    [&](const Attachment& one) -> Status {
                        told.push_back(one.name->reveal(token));
                        told.emplace_back();
                        return {};
                    },
                    [&](const Personal<std::string>& bytes) -> Status {
                        told.back() += bytes.reveal(token);
                        return {};
                    }),
                IsOk());
    EXPECT_EQ(told, (std::vector<std::string>{"offer.pdf", large()}));
}

TEST_F(AttachmentsTest, AFileGoesWithTheValueThatNamesIt) {
    ASSERT_THAT(take(with_file(large())), IsOk());
    const auto request = queue().at(0);
    ASSERT_GET(const auto thread, desk->open(request.id, agent));
    ASSERT_GET(const auto download,
               desk->take_attachment(request.id, thread.attachments[0].message, 1, agent));
    ASSERT_THAT(house.gate->erase(request.customer, {gate::Scope::Kind::field, "attachments"},
                                  gate::testing::kCustomer),
                IsOk());
    EXPECT_EQ(house.count("select count(*) from request_attachments"), 0);
    EXPECT_EQ(house.count("select count(*) from request_attachment_parts"), 0);
    // What was begun does not end as if it were whole.
    EXPECT_THAT(download->next(), Fails(Code::not_found));
    EXPECT_TRUE(desk->open(request.id, agent)->attachments.empty());
    EXPECT_EQ(text_of(*desk->open(request.id, agent), 0), "An offer\n\nSee there");
}

TEST_F(AttachmentsTest, ErasingTheCustomerOrTheEndOfRetentionLeavesNoFile) {
    ASSERT_THAT(take(with_file(large())), IsOk());
    ASSERT_THAT(take(gate::testing::replaced(with_file("%PDF-1.7 x"), "ada@", "bob@"), {kAddress},
                     "bob@example.org"),
                IsOk());
    EXPECT_EQ(house.count("select count(*) from request_attachments"), 2);
    ASSERT_THAT(house.gate->erase(queue().at(0).customer, {}, gate::testing::kCustomer), IsOk());
    EXPECT_EQ(house.count("select count(*) from request_attachments"), 1);
    house.clock.advance(3 * 366 * kDayMs);
    gate::Retention retention(*house.gate, *house.store, house.clock, house.random);
    while (retention.step().value() == gate::Retention::Step::working) {
    }
    EXPECT_EQ(house.count("select count(*) from request_attachments"), 0);
    EXPECT_EQ(house.count("select count(*) from request_attachment_parts"), 0);
}

}  // namespace
}  // namespace avow::services
