// SPDX-License-Identifier: Apache-2.0
// The whole house of one data directory, wired from the ground up. Holds the directory's lock: a
// second one, in this process or another, is refused.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "app/configuration.hh"
#include "base/file.hh"
#include "gate/gate.hh"
#include "gate/retention.hh"
#include "ledger/ledger.hh"
#include "services/account/accounts.hh"
#include "services/desk/desk.hh"
#include "services/drp/drp.hh"
#include "services/escalation/overdue_letters.hh"
#include "services/exports/exports.hh"
#include "services/letters/letters.hh"
#include "services/mailbox/mailbox.hh"
#include "services/outreach/mailing_list.hh"
#include "services/products/products.hh"
#include "services/rights/rights.hh"
#include "services/staff/staff.hh"
#include "services/staff/tokens.hh"
#include "services/studies/digests.hh"
#include "services/studies/studies.hh"
#include "services/survey/invitations.hh"
#include "services/survey/survey.hh"
#include "sql/connection.hh"
#include "traffic/traffic.hh"
#include "vault/master_key.hh"
#include "vault/vault.hh"

namespace avow::app {

// How fetching mail by IMAP stands, for the operator: no address, no word of a server.
struct Fetching {
    enum class State {
        connecting,
        reading,      // mails that wait
        waiting,      // for the next
        elsewhere,    // another node reads the mailbox
        unreachable,  // the cause says why; tried again
        refused,      // by the server or by our policy; tried again, later
    };
    State state = State::connecting;
    Time since;
    std::string cause;
    bool idles = false;          // told at once; else asked every mail.imap_poll_seconds
    std::uint32_t messages = 0;  // in the folder, when it was opened
    std::int64_t fetched = 0;    // since the start
    std::int64_t set_aside = 0;  // in all
    std::optional<Time> newest;  // when the last one was taken
    std::optional<Time> seen;    // when the server answered last
};

// What the fetcher says of itself; nothing when mail.imap is not set. Thread-safe.
class FetchingBoard {
  public:
    void change(const std::function<void(Fetching&)>& change) {
        const std::lock_guard lock(mutex_);
        if (!standing_) standing_.emplace();
        change(*standing_);
    }
    std::optional<Fetching> look() const {
        const std::lock_guard lock(mutex_);
        return standing_;
    }

  private:
    mutable std::mutex mutex_;  // guards standing_
    std::optional<Fetching> standing_;
};

enum class Opening { create_if_absent, must_exist };

struct House {
    // `conflict` when the directory is in use, `denied` or `not_found` about the master key,
    // `not_found` when nothing is there and must be.
    static Result<std::unique_ptr<House>> create(const Configuration& configuration,
                                                 Opening opening);

    // The policy of a folder, published when its version is new.
    Status publish_folder(const std::filesystem::path& folder);
    // The traffic store, in its own file: opened by those who need it.
    Status open_traffic(const Configuration& configuration);

    // Re-wraps what older epochs still wrap, destroys them, and writes the entry. Nothing to do is
    // done at once.
    Status rotate_keys(const vault::Keyring::KeepOn& keep_on);

    std::filesystem::path data;
    Configuration::Mail mail;   // as configured
    std::string address;        // of our pages, as links name it: https://portal.example
    std::uint64_t resumed = 0;  // erasures carried out when it was opened
    SystemClock clock;
    SystemRandom random;
    std::unique_ptr<FileLock> lock;
    std::unique_ptr<vault::HouseKeys> keys;
    std::unique_ptr<sql::Connection> store;
    std::unique_ptr<vault::Keyring> keyring;
    std::unique_ptr<vault::Vault> vault;
    std::unique_ptr<vault::ErasureJournal> journal;
    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<gate::PolicyBook> policies;
    std::unique_ptr<gate::Gate> gate;
    std::unique_ptr<gate::Retention> retention;
    std::unique_ptr<services::Letters> letters;
    std::unique_ptr<services::Accounts> accounts;
    std::unique_ptr<services::Desk> desk;
    std::unique_ptr<services::Mailboxes> mailboxes;
    std::unique_ptr<services::Exports> exports;
    std::unique_ptr<services::Products> products;
    std::unique_ptr<services::Rights> rights;
    std::unique_ptr<services::drp::Drp> drp;
    std::unique_ptr<services::Studies> studies;
    std::unique_ptr<services::Digests> digests;  // after studies, whose tables hold them
    std::unique_ptr<services::OverdueLetters> overdue_letters;
    std::unique_ptr<services::MailingList> mailing_list;
    std::unique_ptr<services::Surveys> surveys;
    std::unique_ptr<services::Invitations> invitations;
    std::unique_ptr<services::Tokens> tokens;
    std::unique_ptr<services::Staff> staff;
    std::function<void()> wake_keeper;  // empty: nobody keeps house, each act does its own work
    FetchingBoard fetching;
    std::atomic<bool> takes_mail{false};        // whether the door of LMTP is open
    std::unique_ptr<traffic::Traffic> traffic;  // null until open_traffic()
};

vault::MasterSource master_source(const Configuration& configuration);

// privacy.md, promises.toml and the translations of a folder.
Result<std::vector<policy::SourceFile>> read_policy_folder(const std::filesystem::path& folder);

}  // namespace avow::app
