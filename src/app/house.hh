// SPDX-License-Identifier: Apache-2.0
// The whole house of one data directory, wired from the ground up. Holds the directory's lock: a
// second one, in this process or another, is refused.
#pragma once

#include <filesystem>
#include <memory>

#include "app/configuration.hh"
#include "base/file.hh"
#include "gate/gate.hh"
#include "gate/retention.hh"
#include "ledger/ledger.hh"
#include "services/account/accounts.hh"
#include "services/desk/desk.hh"
#include "services/exports/exports.hh"
#include "services/letters/letters.hh"
#include "services/products/products.hh"
#include "services/staff/staff.hh"
#include "services/staff/tokens.hh"
#include "services/survey/survey.hh"
#include "sql/connection.hh"
#include "traffic/traffic.hh"
#include "vault/master_key.hh"
#include "vault/vault.hh"

namespace avow::app {

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
    std::unique_ptr<services::Exports> exports;
    std::unique_ptr<services::Products> products;
    std::unique_ptr<services::Surveys> surveys;
    std::unique_ptr<services::Tokens> tokens;
    std::unique_ptr<services::Staff> staff;
    std::function<void()> wake_keeper;  // empty: nobody keeps house, each act does its own work
    std::unique_ptr<traffic::Traffic> traffic;  // null until open_traffic()
};

vault::MasterSource master_source(const Configuration& configuration);

// privacy.md, promises.toml and the translations of a folder.
Result<std::vector<policy::SourceFile>> read_policy_folder(const std::filesystem::path& folder);

}  // namespace avow::app
