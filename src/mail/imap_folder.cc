// SPDX-License-Identifier: Apache-2.0
// What is done in a folder that was selected.
#include <algorithm>
#include <array>

#include "base/text.hh"
#include "mail/charset.hh"
#include "mail/imap.hh"

namespace avow::mail {
namespace {

Error no_answer() {
    return {Code::unavailable, "the mail server refuses to show what is in the folder"};
}

// "* n FETCH (UID 5 RFC822.SIZE 44)": the value behind a name, if it is there.
ImapValue* find_attribute(ImapResponse& response, std::string_view name) {
    auto& values = response.values;
    if (values.size() != 3 || !values[1].is("FETCH")) return nullptr;
    auto& attributes = values[2].items;
    for (std::size_t i = 0; i + 1 < attributes.size(); i += 2) {
        if (attributes[i].is(name)) return &attributes[i + 1];
    }
    return nullptr;
}

std::uint32_t number_of(ImapResponse& response, std::string_view name) {
    const auto* value = find_attribute(response, name);
    return value != nullptr ? value->number().value_or(0) : 0;
}

// "4:7,9" of UIDs in ascending order.
std::string set_of(std::span<const std::uint32_t> uids) {
    std::string set;
    for (std::size_t i = 0; i < uids.size();) {
        auto j = i;
        while (j + 1 < uids.size() && uids[j + 1] == uids[j] + 1) ++j;
        if (!set.empty()) set += ',';
        set += std::to_string(uids[i]);
        if (j > i) set += ":" + std::to_string(uids[j]);
        i = j + 1;
    }
    return set;
}

}  // namespace

Result<std::string> imap_folder_name(std::string_view utf8) {
    const bool clean = std::none_of(utf8.begin(), utf8.end(), [](char c) {
        return (c >= 0 && c < ' ') || c == 0x7f || c == '*' || c == '%';
    });
    if (utf8.empty() || utf8.size() > 255 || !clean || first_invalid_utf8(utf8)) {
        return Error(Code::invalid, "is no name of a folder");
    }
    std::string name = "\"";
    for (const char c : to_imap_utf7(utf8)) {
        if (c == '"' || c == '\\') name += '\\';
        name += c;
    }
    return name += '"';
}

Result<ImapFolder> Imap::select(std::string_view folder) {
    TRY(const auto name, imap_folder_name(folder));
    ImapFolder found;
    TRY(const auto told, ask("SELECT " + name, [&](ImapResponse& response) {
            if (response.code.size() == 2) {
                const auto number = response.code[1].number().value_or(0);
                if (response.code[0].is("UIDVALIDITY")) found.validity = number;
                if (response.code[0].is("UIDNEXT")) found.next_uid = number;
            }
            if (response.values.size() == 2 && response.values[1].is("EXISTS")) {
                found.messages = response.values[0].number().value_or(0);
            }
        }));
    if (!told.ok) return Error(Code::denied, "the mail server has no such folder for us");
    if (found.validity == 0) {
        return Error(Code::denied, "the mail server gives messages no lasting number");
    }
    return found;
}

Result<Imap::Listed> Imap::list(std::uint32_t first, std::uint32_t last) {
    news_ = false;
    Listed listed;
    const auto end = last == 0 ? std::string("*") : std::to_string(last);
    const auto command = "UID FETCH " + std::to_string(first) + ":" + end + " (UID RFC822.SIZE)";
    TRY(const auto told, ask(command, [&](ImapResponse& response) {
            const ImapItem item{number_of(response, "UID"), number_of(response, "RFC822.SIZE")};
            // "*" is the last message, even where it is before the first one asked for.
            if (item.uid < first || (last != 0 && item.uid > last)) return;
            if (find_attribute(response, "RFC822.SIZE") == nullptr) return;
            listed.highest = std::max(listed.highest, item.uid);
            if (listed.items.size() < kListMax) listed.items.push_back(item);
        }));
    if (!told.ok) return no_answer();
    std::sort(listed.items.begin(), listed.items.end(),
              [](const ImapItem& a, const ImapItem& b) { return a.uid < b.uid; });
    return listed;
}

Result<std::string> Imap::fetch(std::uint32_t uid) {
    std::string message;
    bool found = false;
    bool is_cut = false;
    const auto take = [&](ImapResponse& response) {
        auto* content = find_attribute(response, "BODY[]");
        if (content == nullptr || number_of(response, "UID") != uid) return;
        is_cut = response.is_cut;
        found = content->kind == ImapValue::Kind::string;
        message = std::move(content->text);
    };
    TRY(const auto told, ask("UID FETCH " + std::to_string(uid) + " (UID BODY.PEEK[])", take));
    if (!told.ok || !found) return Error(Code::not_found, "the message is gone");
    if (is_cut || message.size() > options_.message_max) {
        return Error(Code::too_large, "the message is larger than was said");
    }
    return message;
}

Status Imap::move(std::span<const std::uint32_t> uids, std::string_view folder) {
    constexpr const char* kNot = "the mail server refuses to move a message";
    TRY(const auto name, imap_folder_name(folder));
    const auto set = set_of(uids);
    const auto command = std::string(offers_.move ? "UID MOVE " : "UID COPY ") + set + " " + name;
    TRY(auto told, ask(command));
    if (!told.ok) {
        // TRYCREATE, or a server that does not say so; that the folder is there is no harm.
        TRY([[maybe_unused]] const auto made, ask("CREATE " + name));
        TRY(told, ask(command));
    }
    if (!told.ok) return Error(Code::denied, kNot).caused_by("the answer is NO " + told.code);
    if (offers_.move) return {};
    TRY_OK(must("UID STORE " + set + " +FLAGS.SILENT (\\Deleted)", kNot));
    // Without UIDPLUS an expunge would take what others marked: the mark has to do.
    if (offers_.uid_plus) TRY_OK(must("UID EXPUNGE " + set, kNot));
    return {};
}

Status Imap::begin_idle() {
    idle_tag_ = next_tag();
    TRY_OK(say(idle_tag_ + " IDLE\r\n"));
    while (true) {
        TRY(const auto response, hear());
        if (response.kind == ImapResponse::Kind::more) return {};
        if (response.kind == ImapResponse::Kind::tagged) {
            idle_tag_.clear();
            offers_.idle = false;
            return Error(Code::denied, "the mail server offers IDLE and refuses it");
        }
    }
}

Result<bool> Imap::news(Patience patience) {
    while (true) {
        TRY(const auto response, reader_.next());
        if (response) {
            notice(*response);
            if (response->kind == ImapResponse::Kind::tagged || response->status == "BYE") {
                return Error(Code::unavailable, "the mail server ends the session");
            }
            continue;
        }
        if (news_) return true;
        TRY(const bool more, wire_->wait(patience));
        if (!more) return false;
        std::array<char, 16'384> bytes;
        TRY(const auto size, wire_->read(bytes, options_.command));
        reader_.feed({bytes.data(), size});
    }
}

Status Imap::end_idle() {
    TRY_OK(say("DONE\r\n"));
    const auto tag = std::exchange(idle_tag_, {});
    TRY(const auto told, end_of(tag, {}));
    if (!told.ok) return Error(Code::unavailable, "the mail server did not idle");
    return {};
}

Result<bool> Imap::poll() {
    TRY_OK(must("NOOP", "the mail server refuses a NOOP"));
    return news_;
}

}  // namespace avow::mail
