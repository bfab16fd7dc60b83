// SPDX-License-Identifier: Apache-2.0
// Bytes that were changed, moved or put back from outside do not open.
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/testing.hh"
#include "sql/sqlite.hh"
#include "vault/master_key.hh"
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
        ASSERT_GET(auto master, master_of("master.key", IfAbsent::create));
        ASSERT_GET(house_, HouseKeys::create(folder_ / "keys", std::move(master), kNow, random_));
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
    Result<crypto::Key> master_of(const char* file, IfAbsent if_absent) {
        MasterSource source;
        source.file = folder_ / file;
        return read_master_key(source, if_absent, random_);
    }
    void open() {
        vault_.reset();
        ASSERT_GET(keyring_, Keyring::create(folder_ / "keyring.avow", OpenFile::IfAbsent::create,
                                             *house_, random_));
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

TEST_F(Tamper, AKeyThatWasChangedOrSwappedDoesNotOpen) {
    const auto tamper = [&](const KeyFile::Change& change) {
        vault_.reset();
        keyring_.reset();
        {
            ASSERT_GET(const auto file, KeyFile::create(folder_ / "keyring.avow",
                                                        OpenFile::IfAbsent::refuse, random_));
            // With checks that fit: only the seals are left to notice.
            ASSERT_THAT(file->rewrite(0, 10, change), IsOk());
        }
        open();
        EXPECT_THAT(keyring_->get(bob_->customer), Fails(Code::corrupt));
    };
    Bytes of_ada;
    tamper([&](WrappedKey& key) -> Result<bool> {
        if (key.customer == ada_->customer) of_ada = key.wrapped;
        if (key.customer == bob_->customer) key.wrapped = of_ada;
        return true;
    });
    EXPECT_THAT(keyring_->get(ada_->customer), IsOk());
    tamper([](WrappedKey& key) -> Result<bool> {
        ++key.epoch;
        return true;
    });
}

TEST_F(Tamper, AForgottenCustomersKeyIsHeldNowhere) {
    ASSERT_THAT(keyring_->get(ada_->customer), IsOk());
    ASSERT_THAT(keyring_->forget(ada_->customer), IsOk());
    EXPECT_THAT(keyring_->get(ada_->customer), Fails(Code::not_found));
    EXPECT_THAT(keyring_->forget(ada_->customer), IsOk()) << "again, as after a crash";
    open();
    EXPECT_THAT(keyring_->get(ada_->customer), Fails(Code::not_found));
    EXPECT_THAT(keyring_->get(bob_->customer), IsOk());
}

TEST_F(Tamper, AStoreOpensWithItsOwnKeyringOnly) {
    vault_.reset();
    ASSERT_GET(const auto other, Keyring::create(folder_ / "other.avow", OpenFile::IfAbsent::create,
                                                 *house_, random_));
    EXPECT_THAT(Vault::create(*store_, *house_, *other, random_), Fails(Code::denied));
    EXPECT_THAT(Vault::create(*store_, *house_, *keyring_, random_), IsOk());
}

TEST_F(Tamper, ARotationWrapsEveryKeyAnewAndDestroysTheOldEpoch) {
    const auto before = house_->current_epoch();
    ASSERT_GET(const auto epoch, keyring_->begin_epoch(kNow));
    EXPECT_GT(epoch, before);
    const auto carol = add_customer();  // wrapped by the new epoch at once
    EXPECT_THAT(keyring_->rewrap([](auto, auto) { return false; }), Fails(Code::unavailable));
    EXPECT_EQ(house_->epochs().size(), 2u) << "what was told to stop destroys nothing";
    ASSERT_THAT(keyring_->rewrap([](auto, auto) { return true; }), IsOk());
    EXPECT_EQ(house_->epochs(), std::vector<std::uint32_t>{epoch});
    EXPECT_EQ(keyring_->standing().wrapped, (std::map<std::uint32_t, std::uint64_t>{{epoch, 3}}));
    EXPECT_FALSE(
        std::filesystem::exists(folder_ / "keys" / ("epoch-" + std::to_string(before) + ".key")));
    open();
    for (const auto& keys : {ada_, bob_, carol}) {
        ASSERT_GET(const auto again, keyring_->get(keys->customer));
        EXPECT_TRUE(crypto::equal(again->seal.bytes(), keys->seal.bytes()));
    }
}

TEST_F(Tamper, TheFilesOfTheHouseOpenByTheirMasterKeyAlone) {
    auto other = master_of("other.key", IfAbsent::create).value();
    EXPECT_THAT(HouseKeys::create(folder_ / "keys", std::move(other), kNow, random_),
                Fails(Code::denied));
    EXPECT_THAT(master_of("none.key", IfAbsent::refuse), Fails(Code::not_found));
}

}  // namespace
}  // namespace avow::vault
