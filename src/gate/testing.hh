// SPDX-License-Identifier: Apache-2.0
// A whole house below the services in a folder of its own, on a clock that stands still. Test code
// only.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/random.hh"
#include "base/time.hh"
#include "gate/gate.hh"
#include "ledger/ledger.hh"
#include "sql/sqlite.hh"
#include "vault/master_key.hh"
#include "vault/vault.hh"

namespace avow::gate::testing {

inline const std::string kText = R"(# Privacy

We use your data to serve you. We improve our work with it. We send you offers if you said yes.
We take your data in the portal. We keep it sealed. We tell you of new uses. Write to
privacy@example.org.
)";

inline const std::string kPromises = R"(schema = 1
[policy]
title = "Privacy"
organization = "Example"
contact = "privacy@example.org"
version = "1"
effective = 2026-01-01
language = "en"
[purposes.service]
label = "Serving you"
basis = "contract"
[purposes.improvement]
label = "Better work"
basis = "legitimate-interest"
[purposes.offers]
label = "Offers"
basis = "permission"
contact = true
[fields.email]
label = "Email address"
category = "contact"
[fields.name]
label = "Name"
category = "contact"
[channels.portal]
label = "The portal"
fields = ["email", "name"]
purposes = ["service", "improvement"]
retain = "2 years"
[channels.letter]
label = "A letter"
fields = ["name"]
purposes = ["service"]
retain = "1 year"
[[promises]]
says = "We use your data to serve you."
kept_by = "use.stated-purpose"
[[promises]]
says = "We improve our work with it."
kept_by = "use.stated-purpose"
[[promises]]
says = "We send you offers if you said yes."
kept_by = "contact.permission"
[[promises]]
says = "We take your data in the portal."
kept_by = "collection.declared-channel"
[[promises]]
says = "We keep it sealed."
kept_by = "storage.encrypted"
[[promises]]
says = "We tell you of new uses."
kept_by = "use.new-purpose"
[[promises]]
says = "Write to privacy@example.org."
kept_by = "access.by-email"
)";

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

class House {
  public:
    // Aborts the test when the house cannot be built: there is nothing to test then.
    explicit House(std::uint64_t seed = 1) : random(seed) {
        static int made = 0;
        folder = std::filesystem::temp_directory_path() /
                 ("avow-gate-" + std::to_string(getpid()) + "-" + std::to_string(++made));
        std::filesystem::create_directories(folder);
        open();
        publish(kPromises);
    }
    ~House() {
        close();
        std::filesystem::remove_all(folder);
    }
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    // What a restart keeps is on disk.
    void reopen() {
        close();
        open();
    }
    void publish(const std::string& promises) {
        (void)policies->publish({{"privacy.md", kText}, {"promises.toml", promises}}).value();
    }
    // A change from outside: `statement` stands in static storage, as all do.
    std::int64_t tamper(std::string_view statement, sql::Parameters parameters = {}) {
        std::int64_t changed = -1;
        (void)store->write([&](sql::Writer& unit) -> Status {
            TRY(changed, unit.run(statement, parameters));
            return {};
        });
        return changed;
    }
    std::int64_t count(std::string_view statement) {
        std::int64_t value = -1;
        (void)store->read([&](sql::Reader& reader) {
            return reader.query(statement, {}, [&](const sql::Row& row) -> Status {
                value = row.integer(0);
                return {};
            });
        });
        return value;
    }

    std::filesystem::path folder;
    ManualClock clock;
    SeededRandom random;
    std::unique_ptr<vault::HouseKeys> keys;
    std::unique_ptr<sql::Connection> store;
    std::unique_ptr<vault::Keyring> keyring;
    std::unique_ptr<vault::Vault> vault;
    std::unique_ptr<vault::ErasureJournal> journal;
    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<PolicyBook> policies;
    std::unique_ptr<Gate> gate;

  private:
    void open() {
        auto master = vault::read_master_key({folder / "master.key", "", "", "", ""},
                                             vault::IfAbsent::create, random);
        keys = vault::HouseKeys::create(folder / "keys", std::move(master).value(), clock.now(),
                                        random)
                   .value();
        store = sql::open_sqlite(folder / "store.db", {}).value();
        keyring = vault::Keyring::create(folder / "keyring.avow", OpenFile::IfAbsent::create, *keys,
                                         random)
                      .value();
        vault = vault::Vault::create(*store, *keys, *keyring, random).value();
        ledger = ledger::Ledger::create(*store, {folder / "ledger", "example.org/ledger", ""},
                                        ledger_key())
                     .value();
        journal = vault::ErasureJournal::create(folder / "erasures" / "journal").value();
        policies = PolicyBook::create(*store, *ledger, clock, random).value();
        gate = std::make_unique<Gate>(*store, *vault, *journal, *ledger, *policies, clock, random);
    }
    crypto::SigningKey ledger_key() const {
        return crypto::SigningKey(keys->ledger_seed().clone());
    }
    void close() {
        gate.reset();
        policies.reset();
        ledger.reset();
        vault.reset();
        keyring.reset();
        store.reset();
        keys.reset();
    }
};

inline const Actor kAgent{Actor::Kind::system, "the desk", "agent", false, false};
inline const Actor kMarketer{Actor::Kind::system, "the newsletter", "marketer", false, false};
inline const Actor kCustomer{Actor::Kind::customer, "customer", "", false, false};

inline Collection by_portal(std::initializer_list<std::pair<const char*, const char*>> fields) {
    Collection collection;
    collection.channel = "portal";
    for (const auto& [field, value] : fields)
        collection.fields.push_back({field, Personal<std::string>(value)});
    return collection;
}

inline UseRequest use_of(const CustomerId& customer, std::vector<std::string> fields,
                         std::string purpose) {
    UseRequest request;
    request.customer = customer;
    request.fields = std::move(fields);
    request.purpose = std::move(purpose);
    return request;
}

}  // namespace avow::gate::testing
