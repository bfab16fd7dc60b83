// SPDX-License-Identifier: Apache-2.0
#include "mail/message.hh"

#include <algorithm>
#include <memory>
#include <mutex>

#include "base/bytes.hh"
#include "base/text.hh"
#include "mail/address.hh"
#include "mail/gmime_ref.hh"

namespace avow::mail {
namespace {

constexpr std::size_t kIdMax = 250;  // LIMIT: bytes of another's Message-ID; a line stays in bounds

struct FormatEnd {
    void operator()(GMimeFormatOptions* options) const { g_mime_format_options_free(options); }
};
struct DateEnd {
    void operator()(GDateTime* date) const { g_date_time_unref(date); }
};

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
    });
}

bool is_body(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t';
    });
}

bool is_token(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    });
}

// Fewer signs than RFC 5322 allows: an id may also name a file.
bool is_message_id(std::string_view text) {
    return check_address(text) && std::all_of(text.begin(), text.end(), [](char c) {
               return is_token({&c, 1}) || c == '@' || c == '.' || c == '_';
           });
}

// Goes into a header between brackets, on a line of its own.
bool is_door(std::string_view text) {
    constexpr std::size_t kDoorMax = 900;  // LIMIT: bytes; a line stays in bounds
    return text.starts_with("https://") && text.size() <= kDoorMax &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return c > ' ' && c < 0x7f && c != '<' && c != '>'; });
}

class Check {
  public:
    void header(const char* pointer, std::string_view value) {
        if (first_invalid_utf8(value) || has_control(value)) {
            wrong(pointer, "holds a line break or another control character, or is not UTF-8");
        }
    }
    void mailbox(const std::string& pointer, const Mailbox& mailbox) {
        header((pointer + "/name").c_str(), mailbox.name);
        if (!check_address(mailbox.address)) wrong(pointer + "/address", "is no email address");
    }
    void body(const char* pointer, std::string_view value) {
        if (first_invalid_utf8(value) || !is_body(value)) {
            wrong(pointer, "holds a control character, or is not UTF-8");
        }
        if (value.size() > kBodyMax) {
            wrong(pointer, "longer than " + std::to_string(kBodyMax) + " bytes");
        }
    }
    void wrong(std::string pointer, std::string detail) {
        error_ = std::move(error_).at(std::move(pointer), std::move(detail));
    }
    Status result() const {
        if (error_.inputs().empty()) return {};
        return error_;
    }

  private:
    Error error_{Code::invalid, "the message cannot be sent"};
};

Status check(const Message& message) {
    Check check;
    check.mailbox("/from", message.from);
    check.mailbox("/to", message.to);
    if (message.reply_to) check.mailbox("/reply_to", *message.reply_to);
    check.header("/subject", message.subject);
    check.body("/text", message.text);
    check.body("/html", message.html);
    if (!is_message_id(message.id)) {
        check.wrong("/id", "is no id: local@domain is wanted");
    }
    if (!message.in_reply_to.empty() && !is_answerable_id(message.in_reply_to)) {
        check.wrong("/in_reply_to", "is no id: local@domain is wanted");
    }
    if (!message.unsubscribe.empty() && !is_door(message.unsubscribe)) {
        check.wrong("/unsubscribe", "is no https address");
    }
    if (!is_token(message.language)) check.wrong("/language", "is no language tag");
    return check.result();
}

Ref<InternetAddress> mailbox_of(const Mailbox& mailbox) {
    const char* name = mailbox.name.empty() ? nullptr : mailbox.name.c_str();
    return Ref<InternetAddress>(internet_address_mailbox_new(name, mailbox.address.c_str()));
}

// 7-bit at every relay, whatever the text holds: the shorter of quoted-printable and base64.
Ref<GMimeObject> part_of(const char* subtype, const std::string& text) {
    Ref<GMimeTextPart> part(g_mime_text_part_new_with_subtype(subtype));
    g_mime_text_part_set_charset(part.get(), "utf-8");
    g_mime_text_part_set_text(part.get(), text.c_str());
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part.get()), "charset", "utf-8");
    auto encoding = g_mime_part_get_best_content_encoding(GMIME_PART(part.get()),
                                                          GMIME_ENCODING_CONSTRAINT_7BIT);
    if (encoding == GMIME_CONTENT_ENCODING_DEFAULT) encoding = GMIME_CONTENT_ENCODING_7BIT;
    g_mime_part_set_content_encoding(GMIME_PART(part.get()), encoding);
    return Ref<GMimeObject>(GMIME_OBJECT(part.release()));
}

Ref<GMimeObject> body_of(const Message& message) {
    if (message.html.empty()) return part_of("plain", message.text);
    Ref<GMimeMultipart> both(g_mime_multipart_new_with_subtype("alternative"));
    // The plainest first: a reader takes the last one it understands (RFC 2046 §5.1.4).
    const auto plain = part_of("plain", message.text);
    const auto html = part_of("html", message.html);
    g_mime_multipart_add(both.get(), plain.get());
    g_mime_multipart_add(both.get(), html.get());
    return Ref<GMimeObject>(GMIME_OBJECT(both.release()));
}

void set_header(GMimeMessage* made, const char* name, const std::string& value) {
    g_mime_object_set_header(GMIME_OBJECT(made), name, value.c_str(), "utf-8");
}

// As it stands: GMime makes encoded words of what is longer than a line, which no program follows.
void set_address_header(GMimeMessage* made, const char* name, const std::string& address) {
    set_header(made, name, "<>");
    auto* headers = g_mime_object_get_header_list(GMIME_OBJECT(made));
    g_mime_header_set_raw_value(g_mime_header_list_get_header(headers, name),
                                (" <" + address + ">\n").c_str());
}

std::string written(GMimeMessage* made) {
    const std::unique_ptr<GMimeFormatOptions, FormatEnd> options(g_mime_format_options_new());
    g_mime_format_options_set_newline_format(options.get(), GMIME_NEWLINE_FORMAT_DOS);
    Ref<GMimeStream> memory(g_mime_stream_mem_new());
    g_mime_object_write_to_stream(GMIME_OBJECT(made), options.get(), memory.get());
    const auto* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
    std::string text(reinterpret_cast<const char*>(bytes->data), bytes->len);
    wipe(bytes->data, bytes->len);
    return text;
}

// What we promise of the bytes, looked at and not trusted.
bool is_well_formed(std::string_view text) {
    if (!text.ends_with("\r\n")) return false;
    while (!text.empty()) {
        const auto end = text.find("\r\n");
        const auto line = text.substr(0, end);
        if (line.size() > 998 || line.find_first_of(std::string_view("\r\n\0", 3)) != line.npos) {
            return false;
        }
        text.remove_prefix(end + 2);
    }
    return true;
}

}  // namespace

void start_gmime() {
    static std::once_flag once;
    std::call_once(once, [] { g_mime_init(); });
}

bool is_answerable_id(std::string_view id) {
    const auto at = id.find('@');
    return id.size() <= kIdMax && at != id.npos && at != 0 && at + 1 < id.size() &&
           std::all_of(id.begin(), id.end(), [](char c) {
               return c > ' ' && c < 0x7f &&
                      std::string_view("<>()\",;:\\").find(c) == std::string_view::npos;
           });
}

Result<std::string> compose(const Message& message) {
    TRY_OK(check(message));
    start_gmime();
    const Ref<GMimeMessage> made(g_mime_message_new(TRUE));
    const auto add = [&](GMimeAddressType type, const Mailbox& mailbox) {
        const auto address = mailbox_of(mailbox);
        internet_address_list_add(g_mime_message_get_addresses(made.get(), type), address.get());
    };
    add(GMIME_ADDRESS_TYPE_FROM, message.from);
    add(GMIME_ADDRESS_TYPE_TO, message.to);
    if (message.reply_to) add(GMIME_ADDRESS_TYPE_REPLY_TO, *message.reply_to);
    g_mime_message_set_subject(made.get(), message.subject.c_str(), "utf-8");
    const std::unique_ptr<GDateTime, DateEnd> date(
        g_date_time_new_from_unix_utc(message.date.ms / 1000));
    if (date == nullptr) return Error(Code::invalid, "the message's date is out of range");
    g_mime_message_set_date(made.get(), date.get());
    g_mime_message_set_message_id(made.get(), message.id.c_str());
    if (!message.in_reply_to.empty()) {
        set_header(made.get(), "In-Reply-To", "<" + message.in_reply_to + ">");
        set_header(made.get(), "References", "<" + message.in_reply_to + ">");
    }
    if (!message.unsubscribe.empty()) {
        set_address_header(made.get(), "List-Unsubscribe", message.unsubscribe);
        set_header(made.get(), "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }
    if (message.author == Message::Author::program) {
        set_header(made.get(), "Auto-Submitted", "auto-generated");
    }
    if (!message.language.empty()) set_header(made.get(), "Content-Language", message.language);
    set_header(made.get(), "MIME-Version", "1.0");
    const auto body = body_of(message);
    g_mime_message_set_mime_part(made.get(), body.get());
    auto text = written(made.get());
    if (!text.ends_with("\r\n")) text += "\r\n";
    if (!is_well_formed(text)) return Error(Code::internal, "the message came out malformed");
    return text;
}

}  // namespace avow::mail
