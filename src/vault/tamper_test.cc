// SPDX-License-Identifier: Apache-2.0
// Bytes that were changed, moved or put back from outside do not open.
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/testing.hh"
#include "sql/sqlite.hh"
#include "vault/vault.hh"

namespace avow::vault {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

class Tamper : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_ =
            std::filesystem::temp_directory_path() / ("avow-vault-" + std::to_string(getpid()));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        ASSERT_GET(auto master,
                   read_master_key({folder_ / "master.key", ""}, IfAbsent::create, random_));
        ASSERT_GET(auto house,
                   HouseKeys::create(folder_ / "keys", std::move(master), kNow, random_));
        house_ = std::make_unique<HouseKeys>(std::move(house));
        ASSERT_GET(store_, sql::open_sqlite(folder_ / "store.db", {}));
        open();
        ada_ = add_customer();
        bob_ = add_customer();
    }
    void TearDown() override {
        vault_.reset();
        keyring_.reset();
        store_.reset();
        std::filesystem::remove_all(folder_);
    }
    void open() {
        vault_.reset();
        ASSERT_GET(keyring_, Keyring::create(folder_ / "keyring.db", *house_, random_));
        ASSERT_GET(vault_, Vault::create(*store_, *house_, *keyring_, random_));
    }
    CustomerKeysPtr add_customer() {
        const auto id = CustomerId::make(kNow, random_);
        EXPECT_THAT(keyring_->add({id}), IsOk());
        auto keys = keyring_->get(id).value();
        EXPECT_THAT(store_->write([&](sql::Writer& unit) {
            return vault_->insert_customer(unit, *keys, kNow);
        }),
                    IsOk());
        return keys;
    }
    Datum add_datum(const CustomerKeys& keys, const CollectionId& collection, const char* field,
                    const char* value) {
        EXPECT_THAT(store_->write([&](sql::Writer& unit) {
            return vault_->insert_datum(unit, keys, DatumId::make(kNow, random_), collection, field,
                                        as_bytes(value));
        }),
                    IsOk());
        return data_of(keys).back();
    }
    std::vector<Datum> data_of(const CustomerKeys& keys) {
        std::vector<Datum> data;
        EXPECT_THAT(store_->read([&](sql::Reader& reader) -> Status {
            TRY(data, vault_->read_data(reader, keys.customer));
            return {};
        }),
                    IsOk());
        return data;
    }
    CollectionId collection() { return CollectionId::make(kNow, random_); }
    Result<CustomerRow> row_of(const CustomerKeys& keys) {
        std::optional<CustomerRow> row;
        TRY_OK(store_->read([&](sql::Reader& reader) -> Status {
            TRY(row, vault_->get_customer(reader, keys));
            return {};
        }));
        return *row;
    }
    void change(sql::Connection& where, std::string_view statement) {
        ASSERT_THAT(where.write([&](sql::Writer& unit) { return unit.execute(statement, {}); }),
                    IsOk());
    }

    static constexpr Time kNow{1'700'000'000'000};
    std::filesystem::path folder_;
    SeededRandom random_{7};
    std::unique_ptr<HouseKeys> house_;
    std::unique_ptr<sql::Connection> store_;
    std::unique_ptr<Keyring> keyring_;
    std::unique_ptr<Vault> vault_;
    CustomerKeysPtr ada_;
    CustomerKeysPtr bob_;
};

TEST_F(Tamper, AValueMovedToAnotherPlaceDoesNotOpen) {
    const auto here = collection();
    const auto datum = add_datum(*ada_, here, "email", "ada@example.org");
    ASSERT_THAT(vault_->open(*ada_, datum), IsOk());
    auto moved = datum;
    moved.field = "name";
    EXPECT_THAT(vault_->open(*ada_, moved), Fails(Code::corrupt)) << "another field";
    moved = datum;
    moved.collection = collection();
    EXPECT_THAT(vault_->open(*ada_, moved), Fails(Code::corrupt)) << "another collection";
    moved = datum;
    moved.id = DatumId::make(kNow, random_);
    EXPECT_THAT(vault_->open(*ada_, moved), Fails(Code::corrupt)) << "another row";
    EXPECT_THAT(vault_->open(*bob_, datum), Fails(Code::corrupt)) << "another customer";
}

TEST_F(Tamper, AnOldCiphertextPutIntoANewerRowDoesNotOpen) {
    const auto older = add_datum(*ada_, collection(), "email", "old@example.org");
    auto newer = add_datum(*ada_, collection(), "email", "new@example.org");
    newer.sealed = older.sealed;
    EXPECT_THAT(vault_->open(*ada_, newer), Fails(Code::corrupt));
}

TEST_F(Tamper, EveryByteOfAValueCounts) {
    const auto datum = add_datum(*ada_, collection(), "email", "ada@example.org");
    for (std::size_t i = 0; i < datum.sealed.size(); ++i) {
        auto changed = datum;
        changed.sealed[i] ^= 1;
        EXPECT_THAT(vault_->open(*ada_, changed), Fails(Code::corrupt)) << "byte " << i;
    }
    auto shorter = datum;
    shorter.sealed.resize(10);
    EXPECT_THAT(vault_->open(*ada_, shorter), Fails(Code::corrupt));
}

TEST_F(Tamper, AMarkFitsItsColumnsAndItsCustomerOnly) {
    const auto mark = vault_->mark(*ada_, {as_bytes("a"), as_bytes("bc")});
    EXPECT_THAT(vault_->check_mark(*ada_, {as_bytes("a"), as_bytes("bc")}, mark), IsOk());
    EXPECT_THAT(vault_->check_mark(*ada_, {as_bytes("ab"), as_bytes("c")}, mark),
                Fails(Code::corrupt));
    EXPECT_THAT(vault_->check_mark(*bob_, {as_bytes("a"), as_bytes("bc")}, mark),
                Fails(Code::corrupt));
    auto changed = mark;
    changed[0] ^= 1;
    EXPECT_THAT(vault_->check_mark(*ada_, {as_bytes("a"), as_bytes("bc")}, changed),
                Fails(Code::corrupt));
}

TEST_F(Tamper, AChangedCustomerRowIsFound) {
    ASSERT_THAT(row_of(*ada_), IsOk());
    for (const std::string_view statement :
         {"update customers set revision = revision + 1", "update customers set state = 1",
          "update customers set created_ms = created_ms + 1"}) {
        change(*store_, statement);
        EXPECT_THAT(row_of(*ada_), Fails(Code::corrupt)) << statement;
    }
}

TEST_F(Tamper, AnOvertakenChangeIsAConflict) {
    ASSERT_GET(const auto seen, row_of(*ada_));
    const auto advance = [&] {
        return store_->write([&](sql::Writer& unit) { return vault_->advance(unit, *ada_, seen); });
    };
    EXPECT_THAT(advance(), IsOk());
    EXPECT_THAT(advance(), Fails(Code::conflict));
}

TEST_F(Tamper, AnAddressBelongsToOneCustomerAndIsNotWrittenDown) {
    const auto index = [&](const CustomerKeys& keys) {
        return store_->write([&](sql::Writer& unit) {
            return vault_->index_address(unit, keys.customer, vault_->blind("Ada@Example.org"));
        });
    };
    EXPECT_THAT(index(*ada_), IsOk());
    EXPECT_THAT(index(*ada_), IsOk()) << "again by the same";
    EXPECT_THAT(index(*bob_), Fails(Code::conflict));
    EXPECT_EQ(vault_->blind("ada@example.ORG"), vault_->blind("Ada@Example.org"));
    EXPECT_NE(vault_->blind_key(as_bytes("Key")), vault_->blind_key(as_bytes("key")));
}

TEST_F(Tamper, AKeyringRowThatWasChangedOrSwappedDoesNotOpen) {
    for (const std::string_view statement :
         {"update customer_keys set wrapped = (select o.wrapped from customer_keys o where "
          "o.customer_id <> customer_keys.customer_id)",
          "update customer_keys set epoch = epoch + 1", "delete from customer_keys"}) {
        TearDown();
        SetUp();
        const auto id = ada_->customer;
        ASSERT_THAT(keyring_->get(id), IsOk());
        vault_.reset();
        keyring_.reset();
        {
            sql::SqliteOptions options;
            options.journal = sql::SqliteOptions::Journal::rollback;
            ASSERT_GET(const auto keyring, sql::open_sqlite(folder_ / "keyring.db", options));
            change(*keyring, statement);
        }
        open();
        const auto gone = statement.starts_with("delete");
        EXPECT_THAT(keyring_->get(id), Fails(gone ? Code::not_found : Code::corrupt)) << statement;
    }
}

TEST_F(Tamper, TheFilesOfTheHouseOpenByTheirMasterKeyAlone) {
    auto other = read_master_key({folder_ / "other.key", ""}, IfAbsent::create, random_).value();
    EXPECT_THAT(HouseKeys::create(folder_ / "keys", std::move(other), kNow, random_),
                Fails(Code::denied));
    EXPECT_THAT(read_master_key({folder_ / "none.key", ""}, IfAbsent::refuse, random_),
                Fails(Code::not_found));
}

}  // namespace
}  // namespace avow::vault
