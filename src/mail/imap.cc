// SPDX-License-Identifier: Apache-2.0
#include "mail/imap.hh"

#include <algorithm>
#include <array>

#include "base/bytes.hh"

namespace avow::mail {
namespace {

constexpr Patience kFarewell{std::chrono::seconds(2)};

Error refused(const char* what, const std::string& code) {
    auto error = Error(Code::denied, what);
    return code.empty() ? error : std::move(error).caused_by("the answer is " + code);
}

// A word of RFC 5530 and its like, never an address.
std::string code_of(const ImapResponse& response) {
    if (response.code.empty()) return {};
    const auto& word = response.code[0].text;
    const bool plain = word.size() <= 40 && std::all_of(word.begin(), word.end(), [](char c) {
                           return (c >= 'A' && c <= 'Z') || c == '-';
                       });
    return plain ? word : std::string();
}

// RFC 3501 §4.3; empty when it would need a literal.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c < ' ' || c == 0x7f) return {};
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out += '"';
}

struct Wiped {
    std::string text;
    ~Wiped() { wipe(text.data(), text.size()); }
};

}  // namespace

ImapOffers imap_offers(std::span<const ImapValue> words) {
    ImapOffers offers;
    for (const auto& word : words) {
        if (word.is("STARTTLS")) offers.start_tls = true;
        if (word.is("LOGINDISABLED")) offers.login_disabled = true;
        if (word.is("AUTH=PLAIN")) offers.plain = true;
        if (word.is("AUTH=XOAUTH2")) offers.xoauth2 = true;
        if (word.is("SASL-IR")) offers.initial_response = true;
        if (word.is("IDLE")) offers.idle = true;
        if (word.is("MOVE")) offers.move = true;
        if (word.is("UIDPLUS")) offers.uid_plus = true;
        // RFC 9051 §1.3: these are part of revision 2.
        if (word.is("IMAP4rev2")) {
            offers.initial_response = offers.idle = offers.move = offers.uid_plus = true;
        }
    }
    return offers;
}

void Imap::cancel() {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (wire_) wire_->cancel();
}

void Imap::close() {
    if (wire_ && idle_tag_.empty() && reader_.is_empty()) {
        // A courtesy: nothing hangs on its answer.
        [[maybe_unused]] const auto said = wire_->write(next_tag() + " LOGOUT\r\n", kFarewell);
    }
    const std::lock_guard lock(mutex_);
    wire_.reset();
}

Status Imap::say(std::string_view bytes) {
    return wire_->write(bytes, options_.command);
}

void Imap::notice(const ImapResponse& untagged) {
    if (untagged.kind != ImapResponse::Kind::untagged) return;
    if (!untagged.code.empty() && untagged.code[0].is("CAPABILITY")) {
        offers_ = imap_offers(untagged.code);
        has_offers_ = true;
    }
    const auto& values = untagged.values;
    if (!values.empty() && values[0].is("CAPABILITY")) {
        offers_ = imap_offers(values);
        has_offers_ = true;
    }
    if (values.size() == 2 && values[1].is("EXISTS")) news_ = true;
}

Result<ImapResponse> Imap::hear() {
    std::array<char, 16'384> bytes;
    while (true) {
        TRY(auto response, reader_.next());
        if (response) {
            notice(*response);
            if (response->status == "BYE") {
                return Error(Code::unavailable, "the mail server ends the session");
            }
            return std::move(*response);
        }
        TRY(const auto size, wire_->read(bytes, options_.command));
        reader_.feed({bytes.data(), size});
    }
}

Result<Imap::Told> Imap::end_of(const std::string& tag, const Take& take) {
    while (true) {
        TRY(auto response, hear());
        if (response.kind == ImapResponse::Kind::tagged) {
            if (response.tag != tag) {
                return Error(Code::unavailable, "the mail server answers what was not asked");
            }
            // Capabilities may come with the end of a sign-in.
            response.kind = ImapResponse::Kind::untagged;
            notice(response);
            return Told{response.status == "OK", code_of(response)};
        }
        if (take) take(response);
    }
}

Result<Imap::Told> Imap::ask(std::string_view command, const Take& take) {
    const auto tag = next_tag();
    Wiped line{tag + " " + std::string(command) + "\r\n"};
    TRY_OK(say(line.text));
    return end_of(tag, take);
}

Status Imap::must(std::string_view command, const char* what) {
    TRY(const auto told, ask(command));
    if (!told.ok) return refused(what, told.code);
    return {};
}

Status Imap::open() {
    auto opened = connect();
    if (!opened) close();
    return opened;
}

Status Imap::connect() {
    {
        const std::lock_guard lock(mutex_);
        if (cancelled_) return Error(Code::unavailable, "the mail is stopped");
        wire_ = std::make_unique<Wire>();
    }
    reader_ = ImapReader(options_.message_max);
    offers_ = {};
    has_offers_ = news_ = false;
    idle_tag_.clear();
    TRY_OK(wire_->connect(options_.host, options_.port, options_.connect));
    if (options_.security == Security::none_on_loopback && !wire_->is_loopback()) {
        return Error(Code::denied,
                     "mail.imap_security is none-on-loopback, and the mail server is another "
                     "machine: leave it empty");
    }
    if (options_.security == Security::tls) {
        TRY_OK(wire_->begin_tls(options_.host, options_.authorities_pem, options_.connect));
    }
    TRY(const auto greeting, hear());
    if (greeting.kind != ImapResponse::Kind::untagged || greeting.status != "OK") {
        // PREAUTH, too: there would be no TLS after it.
        return Error(Code::unavailable, "the mail server does not greet as one of IMAP does");
    }
    if (options_.security == Security::starttls) TRY_OK(secure());
    if (!has_offers_) TRY_OK(read_offers());
    return sign_in();
}

Status Imap::read_offers() {
    return must("CAPABILITY", "the mail server does not say what it offers");
}

Status Imap::secure() {
    if (!has_offers_) TRY_OK(read_offers());
    if (!offers_.start_tls) {
        return Error(Code::unavailable,
                     "the mail server offers no STARTTLS, and without TLS nothing is said");
    }
    TRY_OK(must("STARTTLS", "the mail server refuses STARTTLS"));
    if (!reader_.is_empty()) {
        return Error(Code::unavailable, "the mail server spoke before its TLS began");
    }
    TRY_OK(wire_->begin_tls(options_.host, options_.authorities_pem, options_.connect));
    has_offers_ = false;  // what was said in clear counts for nothing (RFC 3501 §6.2.1)
    return {};
}

Status Imap::sign_in() {
    TRY(auto secret, options_.secret());
    const Wiped kept{std::move(secret)};
    has_offers_ = false;
    if (options_.sign_in == SignIn::xoauth2) {
        if (!offers_.xoauth2) {
            return Error(Code::denied, "the mail server takes no XOAUTH2: use a password");
        }
        const Wiped answer{"user=" + options_.user + "\1auth=Bearer " + kept.text + "\1\1"};
        TRY_OK(authenticate("XOAUTH2", answer.text));
    } else if (offers_.plain) {
        const Wiped answer{std::string(1, '\0') + options_.user + std::string(1, '\0') + kept.text};
        TRY_OK(authenticate("PLAIN", answer.text));
    } else {
        const Wiped password{quoted(kept.text)};
        if (offers_.login_disabled || password.text.empty()) {
            return Error(Code::denied, "the mail server takes no password in a way we know");
        }
        const Wiped command{"LOGIN " + quoted(options_.user) + " " + password.text};
        TRY_OK(must(command.text, "the mail server refuses our user or password"));
    }
    if (!has_offers_) TRY_OK(read_offers());
    return {};
}

Status Imap::authenticate(std::string_view mechanism, const std::string& answer) {
    const auto tag = next_tag();
    Wiped coded{base64(as_bytes(answer))};
    Wiped line{tag + " AUTHENTICATE " + std::string(mechanism)};
    const bool at_once = offers_.initial_response;
    if (at_once) line.text += " " + coded.text;
    line.text += "\r\n";
    coded.text += "\r\n";
    TRY_OK(say(line.text));
    bool said = at_once;
    while (true) {
        TRY(const auto response, hear());
        if (response.kind == ImapResponse::Kind::tagged) {
            if (response.status == "OK") {
                auto told = response;
                told.kind = ImapResponse::Kind::untagged;
                notice(told);
                return {};
            }
            return refused("the mail server refuses our user or password", code_of(response));
        }
        if (response.kind != ImapResponse::Kind::more) continue;
        // After our answer a "+" tells why not; an empty line has it end (XOAUTH2).
        TRY_OK(say(said ? std::string_view("\r\n") : std::string_view(coded.text)));
        said = true;
    }
}

}  // namespace avow::mail
