// SPDX-License-Identifier: Apache-2.0
#include "mail/inbound.hh"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hh"
#include "mail/address.hh"
#include "mail/charset.hh"
#include "mail/file_type.hh"
#include "mail/gmime_ref.hh"
#include "mail/html_text.hh"
#include "mail/message.hh"

namespace avow::mail {
namespace {

Error beyond_us(const char* what) {
    return {Code::invalid, what};
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool starts_with_name(std::string_view line, std::string_view name) {
    return line.size() > name.size() && line[name.size()] == ':' &&
           std::equal(name.begin(), name.end(), line.begin(),
                      [](char a, char b) { return a == lower(b); });
}

std::size_t count_of(std::string_view raw, std::string_view word, std::string_view next) {
    std::size_t count = 0;
    auto at = raw.begin();
    while (true) {
        at = std::search(at, raw.end(), word.begin(), word.end(),
                         [](char a, char b) { return lower(a) == b; });
        if (at == raw.end()) return count;
        at += static_cast<std::ptrdiff_t>(word.size());
        if (at != raw.end() && next.find(*at) != next.npos) ++count;
    }
}

// Before a parser that descends: a level of nesting needs a boundary or a message's type.
Status check_form(std::string_view raw) {
    if (raw.size() > kInboundMax) return beyond_us("too large");
    auto end = raw.find("\r\n\r\n");
    end = std::min(end, raw.find("\n\n"));
    if (std::min(end, raw.size()) > kHeadMax) return beyond_us("the head is too long");
    if (count_of(raw, "boundary", "=*") + count_of(raw, "content-type: message/", "rgRG") >
        kNestingMax) {
        return beyond_us("nested too deeply");
    }
    return {};
}

Ref<GMimeMessage> parse(std::string_view raw) {
    start_gmime();
    const Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(raw.data(), raw.size()));
    const Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    return Ref<GMimeMessage>(g_mime_parser_construct_message(parser.get(), nullptr));
}

std::string text_or_empty(const char* text) {
    return text != nullptr ? std::string(text) : std::string();
}

std::string header_of(GMimeMessage* message, const char* name) {
    return text_or_empty(g_mime_object_get_header(GMIME_OBJECT(message), name));
}

// Decoded words are read as what they are labelled; what is no UTF-8 then is mended.
std::string line_of(const std::string& text) {
    return clean_line(to_utf8(text, "utf-8"));
}

std::string decoded(GMimePart* part) {
    auto* content = g_mime_part_get_content(part);
    if (content == nullptr) return {};
    const Ref<GMimeStream> memory(g_mime_stream_mem_new());
    g_mime_data_wrapper_write_to_stream(content, memory.get());
    const auto* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
    return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

struct Parts {
    std::string plain;
    std::string html;
    std::size_t others = 0;
    std::vector<Attached> attached;
    std::size_t seen = 0;
    bool cut = false;
};

void add(std::string& to, const std::string& text) {
    if (!to.empty() && !text.empty()) to += "\n\n";
    to += text;
}

bool is_attached(GMimePart* part) {
    const auto* disposition = g_mime_object_get_disposition(GMIME_OBJECT(part));
    return (disposition != nullptr && fold(disposition) == "attachment") ||
           g_mime_part_get_filename(part) != nullptr;
}

void read_text(GMimePart* part, Parts& parts) {
    auto* type = g_mime_object_get_content_type(GMIME_OBJECT(part));
    const auto label = text_or_empty(g_mime_content_type_get_parameter(type, "charset"));
    auto bytes = decoded(part);
    // More than enough for any text that is kept, tags and all.
    constexpr std::size_t kBytesRead = 20 * kTextMax;
    if (bytes.size() > kBytesRead) {
        bytes.resize(kBytesRead);
        parts.cut = true;
    }
    const auto utf8 = to_utf8(bytes, label);
    if (g_mime_content_type_is_type(type, "text", "html")) {
        add(parts.html, clean_text(text_of_html(utf8, kTextMax + 1)));
    } else {
        add(parts.plain, clean_text(utf8));
    }
}

// A message within the message is a file, too: as it came.
std::string written(GMimeMessagePart* part) {
    auto* message = g_mime_message_part_get_message(part);
    if (message == nullptr) return {};
    const Ref<GMimeStream> memory(g_mime_stream_mem_new());
    g_mime_object_write_to_stream(GMIME_OBJECT(message), nullptr, memory.get());
    const auto* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
    return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

void add_file(GMimeObject* object, Parts& parts) {
    ++parts.others;
    if (parts.attached.size() == kAttachedMax) return;
    Attached file;
    if (GMIME_IS_MESSAGE_PART(object)) {
        file.bytes = written(GMIME_MESSAGE_PART(object));
        file.type = "message/rfc822";
    } else if (GMIME_IS_PART(object)) {
        file.bytes = decoded(GMIME_PART(object));
        file.type = file_type_of(file.bytes);
        file.name = file_name_of(
            line_of(text_or_empty(g_mime_part_get_filename(GMIME_PART(object)))), kFileNameMax);
    }
    if (!file.bytes.empty()) parts.attached.push_back(std::move(file));
}

// Without recursion: how deep it goes is the sender's choice.
Status walk(GMimeObject* root, Parts& parts) {
    std::vector<GMimeObject*> open{root};
    while (!open.empty()) {
        auto* object = open.back();
        open.pop_back();
        if (object == nullptr) continue;
        if (++parts.seen > kPartsMax) return beyond_us("too many parts");
        if (GMIME_IS_MULTIPART(object)) {
            auto* multipart = GMIME_MULTIPART(object);
            const auto count = g_mime_multipart_get_count(multipart);
            if (static_cast<std::size_t>(std::max(count, 0)) > kPartsMax) {
                return beyond_us("too many parts");
            }
            for (int i = count; i > 0; --i) {
                open.push_back(g_mime_multipart_get_part(multipart, i - 1));
            }
        } else if (GMIME_IS_PART(object)) {
            auto* part = GMIME_PART(object);
            auto* type = g_mime_object_get_content_type(object);
            const bool text = g_mime_content_type_is_type(type, "text", "plain") ||
                              g_mime_content_type_is_type(type, "text", "html");
            if (text && !is_attached(part)) {
                read_text(part, parts);
            } else {
                add_file(object, parts);
            }
        } else {
            add_file(object, parts);  // a forwarded message is an attachment like another
        }
    }
    return {};
}

// RFC 3834 §2, and what others have come to write beside it.
Writer writer_of(GMimeMessage* message, std::string_view envelope_from) {
    const auto has = [&](const char* name) { return !header_of(message, name).empty(); };
    const auto says = [&](const char* name) { return fold(trimmed(header_of(message, name))); };
    auto* type = g_mime_object_get_content_type(g_mime_message_get_mime_part(message));
    const bool report = type != nullptr && g_mime_content_type_is_type(type, "multipart", "report");
    if (envelope_from.empty() || report || trimmed(header_of(message, "Return-Path")) == "<>") {
        return Writer::bounce;
    }
    const auto submitted = says("Auto-Submitted");
    const auto precedence = says("Precedence");
    const auto suppress = says("X-Auto-Response-Suppress");
    const bool program =
        (!submitted.empty() &&
         trimmed(std::string_view(submitted).substr(0, submitted.find(';'))) != "no") ||
        precedence == "bulk" || precedence == "list" || precedence == "junk" ||
        suppress.find("all") != suppress.npos || suppress.find("autoreply") != suppress.npos ||
        has("List-Id") || has("List-Unsubscribe") || has("List-Post") || has("X-Autoreply") ||
        has("X-Loop");
    return program ? Writer::program : Writer::person;
}

// Ids in < >, the last one first: that is the nearest ancestor.
void add_references(const std::string& header, std::vector<std::string>& references) {
    std::vector<std::string> ids;
    std::string_view rest(header);
    while (true) {
        const auto from = rest.find('<');
        if (from == rest.npos) break;
        const auto to = rest.find('>', from);
        if (to == rest.npos) break;
        ids.emplace_back(trimmed(rest.substr(from + 1, to - from - 1)));
        rest.remove_prefix(to + 1);
    }
    for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
        if (references.size() < kReferencesMax && is_answerable_id(*id)) references.push_back(*id);
    }
}

// Exactly one sender: several can be answered only by guessing.
Status read_sender(GMimeMessage* message, Inbound& inbound) {
    auto* list = g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_FROM);
    if (list == nullptr || internet_address_list_length(list) != 1) {
        return beyond_us("it has not exactly one sender");
    }
    auto* sender = internet_address_list_get_address(list, 0);
    if (!INTERNET_ADDRESS_IS_MAILBOX(sender)) return beyond_us("its sender is no mailbox");
    inbound.from =
        text_or_empty(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(sender)));
    if (!check_address(inbound.from)) return beyond_us("its sender is no address");
    inbound.name = line_of(text_or_empty(internet_address_get_name(sender)));
    return {};
}

// The second and third part of a report, if this is one.
std::optional<Returned> returned_of(GMimeMessage* message) {
    auto* top = g_mime_message_get_mime_part(message);
    if (top == nullptr || !GMIME_IS_MULTIPART(top)) return std::nullopt;
    auto* report = GMIME_MULTIPART(top);
    if (g_mime_multipart_get_count(report) < 3) return std::nullopt;
    auto* status = g_mime_multipart_get_part(report, 1);
    auto* original = g_mime_multipart_get_part(report, 2);
    auto* type = g_mime_object_get_content_type(status);
    if (!GMIME_IS_PART(status) ||
        !g_mime_content_type_is_type(type, "message", "delivery-status")) {
        return std::nullopt;
    }
    std::string head;
    if (GMIME_IS_PART(original)) head = decoded(GMIME_PART(original));
    if (GMIME_IS_MESSAGE_PART(original)) {
        auto* ours = g_mime_message_part_get_message(GMIME_MESSAGE_PART(original));
        const auto* id = ours != nullptr ? g_mime_message_get_message_id(ours) : nullptr;
        head = "Message-ID: <" + text_or_empty(id) + ">";
    }
    return read_returned(decoded(GMIME_PART(status)), head);
}

void add_recipient(std::string_view address, std::vector<std::string>& recipients) {
    if (recipients.size() < kRecipientsMax && check_address(address)) {
        recipients.emplace_back(address);
    }
}

void add_recipients(InternetAddressList* list, std::vector<std::string>& recipients) {
    const int count = list != nullptr ? internet_address_list_length(list) : 0;
    for (int i = 0; i < count && recipients.size() < kRecipientsMax; ++i) {
        auto* one = internet_address_list_get_address(list, i);
        if (!INTERNET_ADDRESS_IS_MAILBOX(one)) continue;
        add_recipient(
            text_or_empty(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one))),
            recipients);
    }
}

std::vector<std::string> recipients_of(GMimeMessage* message) {
    std::vector<std::string> recipients;
    for (const auto* name : {"Delivered-To", "X-Original-To", "Envelope-To"}) {
        const auto line = header_of(message, name);
        auto address = trimmed(line);
        if (address.starts_with('<') && address.ends_with('>')) {
            address = address.substr(1, address.size() - 2);
        }
        add_recipient(address, recipients);
    }
    add_recipients(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_TO), recipients);
    add_recipients(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_CC), recipients);
    return recipients;
}

void cut(std::string& text, std::size_t most) {
    if (text.size() <= most) return;
    auto size = most;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
    text.resize(size);
}

}  // namespace

crypto::Hash digest_of(std::string_view raw) {
    constexpr std::array<std::string_view, 6> kTrace{
        "return-path", "received", "delivered-to", "delivery-date", "envelope-to", "x-original-to"};
    auto rest = raw;
    bool tracing = false;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        const auto line = rest.substr(0, end);
        const bool folded = line.starts_with(' ') || line.starts_with('\t');
        tracing = folded ? tracing : std::any_of(kTrace.begin(), kTrace.end(), [&](auto name) {
            return starts_with_name(line, name);
        });
        if (!tracing || end == rest.npos) break;
        rest.remove_prefix(end + 1);
    }
    return crypto::sha256(as_bytes(rest));
}

Result<Inbound> read_inbound(std::string_view raw, std::string_view envelope_from) {
    TRY_OK(check_form(raw));
    const auto message = parse(raw);
    if (message == nullptr || g_mime_message_get_mime_part(message.get()) == nullptr) {
        return beyond_us("it is no message");
    }
    Inbound inbound;
    inbound.digest = digest_of(raw);
    inbound.writer = writer_of(message.get(), envelope_from);
    if (inbound.writer != Writer::bounce) TRY_OK(read_sender(message.get(), inbound));
    inbound.subject = line_of(text_or_empty(g_mime_message_get_subject(message.get())));
    auto id = text_or_empty(g_mime_message_get_message_id(message.get()));
    if (is_answerable_id(id)) inbound.message_id = std::move(id);
    if (inbound.writer == Writer::bounce) inbound.returned = returned_of(message.get());
    inbound.recipients = recipients_of(message.get());
    add_references(header_of(message.get(), "In-Reply-To"), inbound.references);
    add_references(header_of(message.get(), "References"), inbound.references);
    Parts parts;
    TRY_OK(walk(g_mime_message_get_mime_part(message.get()), parts));
    inbound.text = parts.plain.empty() ? std::move(parts.html) : std::move(parts.plain);
    inbound.cut = parts.cut || inbound.text.size() > kTextMax;
    cut(inbound.text, kTextMax);
    cut(inbound.subject, 998);
    inbound.attachments = parts.others;
    inbound.attached = std::move(parts.attached);
    return inbound;
}

}  // namespace avow::mail
