// SPDX-License-Identifier: Apache-2.0
// Reads a folder of a mailbox by IMAP: signs in, lists what is new by UID and size, fetches whole
// messages, moves them away, and waits for the next by IDLE where it is offered.
// Promises: no password and no token goes out before the server has shown a certificate to be
// trusted; without TLS it speaks to this machine alone. A message is never marked as seen by being
// fetched, and none larger than `message_max` is loaded. Nothing is expunged that was not moved.
// Neither a secret nor a server's words are in an error. After `unavailable` close() and open()
// again; `denied` is the server's no to one command. Used by one thread at a time, but for
// cancel(). Source: RFC 3501 and RFC 9051; RFC 2177 (IDLE), RFC 4315 (UIDPLUS), RFC 6851 (MOVE),
// RFC 4959 (SASL-IR), RFC 4616 (PLAIN), RFC 7162 (VANISHED); Google's XOAUTH2.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "mail/imap_reader.hh"
#include "mail/wire.hh"

namespace avow::mail {

enum class SignIn { password, xoauth2 };

struct ImapOptions {
    std::string host;
    std::uint16_t port = 993;
    Security security = Security::tls;
    std::string user;
    SignIn sign_in = SignIn::password;
    // The password, or a token that was made now. WALL: sent under TLS or to this machine, and
    // nowhere else.
    std::function<Result<std::string>()> secret;
    std::string authorities_pem;  // empty: those that the system trusts
    std::size_t message_max = 25'000'000;
    Patience connect{std::chrono::seconds(60)};
    Patience command{std::chrono::minutes(2)};  // between two pieces of what is said
};

struct ImapFolder {
    std::uint32_t validity = 0;  // UIDs are of use while it stays the same
    std::uint32_t next_uid = 0;  // 0: the server does not say
    std::uint32_t messages = 0;
};

struct ImapItem {
    std::uint32_t uid = 0;
    std::uint32_t size = 0;  // bytes, as the server counts
};

struct ImapOffers {
    bool start_tls = false;
    bool login_disabled = false;
    bool plain = false;
    bool xoauth2 = false;
    bool initial_response = false;
    bool idle = false;
    bool move = false;
    bool uid_plus = false;
};

class Imap {
  public:
    static constexpr std::size_t kListMax = 500;  // LIMIT: of one list()

    explicit Imap(ImapOptions options) : options_(std::move(options)), reader_(0) {}
    ~Imap() { close(); }
    Imap(const Imap&) = delete;
    Imap& operator=(const Imap&) = delete;

    // Connects and signs in. `denied` when the server refuses user or secret.
    Status open();
    // Without a farewell when the connection is of no use.
    void close();
    // From any thread: what waits fails at once, and so does all that follows.
    void cancel();

    Result<ImapFolder> select(std::string_view folder);
    // Messages with a UID from `first` to `last`, the lowest first, kListMax at most; `highest` is
    // the highest of all that were seen. `last` 0: to the end of the folder.
    struct Listed {
        std::vector<ImapItem> items;
        std::uint32_t highest = 0;
    };
    Result<Listed> list(std::uint32_t first, std::uint32_t last);
    // The bytes; `not_found` when it is gone, `too_large` when the server sends more than it said.
    Result<std::string> fetch(std::uint32_t uid);
    // Into another folder, which is made if need be.
    Status move(std::span<const std::uint32_t> uids, std::string_view folder);

    bool offers_idle() const { return offers_.idle; }
    Status begin_idle();
    // Whether messages came, waiting so long at most.
    Result<bool> news(Patience patience);
    Status end_idle();
    // Asks for what happened; for a server that cannot idle.
    Result<bool> poll();

  private:
    using Take = std::function<void(ImapResponse&)>;
    struct Told {
        bool ok = false;
        std::string code;  // TRYCREATE, AUTHENTICATIONFAILED …; may be empty
    };
    Status connect();
    Status secure();
    Status read_offers();
    Status sign_in();
    Status authenticate(std::string_view mechanism, const std::string& answer);
    Status say(std::string_view bytes);
    Result<ImapResponse> hear();
    void notice(const ImapResponse& untagged);
    // One command; what comes before its end goes to `take`.
    Result<Told> ask(std::string_view command, const Take& take = {});
    Result<Told> end_of(const std::string& tag, const Take& take);
    Status must(std::string_view command, const char* refused);
    std::string next_tag() { return "a" + std::to_string(++tags_); }

    ImapOptions options_;
    std::mutex mutex_;  // guards the making and unmaking of wire_, and cancelled_
    std::unique_ptr<Wire> wire_;
    bool cancelled_ = false;
    ImapReader reader_;
    ImapOffers offers_;
    bool has_offers_ = false;
    bool news_ = false;  // messages came that no list() has looked for
    std::string idle_tag_;
    std::uint64_t tags_ = 0;
};

// A folder's name as IMAP4rev1 wants it, in quotes (RFC 3501 §5.1.3); `invalid` when it is none.
Result<std::string> imap_folder_name(std::string_view utf8);
ImapOffers imap_offers(std::span<const ImapValue> words);

}  // namespace avow::mail
