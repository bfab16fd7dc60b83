// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger.hh"

#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.hh"
#include "base/testing.hh"
#include "ledger/note.hh"
#include "ledger/proof.hh"
#include "ledger/verify.hh"
#include "sql/testing.hh"

namespace avow::ledger {
namespace {

namespace fs = std::filesystem;
using avow::testing::Fails;
using avow::testing::IsOk;

class LedgerTest : public sql::testing::EngineTest {
  protected:
    void SetUp() override { open(); }
    void TearDown() override { close(); }
    void open() {
        ASSERT_GET(store_, open_store());
        ASSERT_GET(ledger_, Ledger::create(*store_, options("one"), key()));
    }
    Options options(const std::string& node) const {
        return {folder_ / "ledger", "example.com/ledger", node};
    }
    void close() {
        ledger_.reset();
        store_.reset();
    }
    static crypto::SigningKey key() {
        return crypto::SigningKey(crypto::Key::from(ByteArray<32>{7}));
    }
    EntryId add(const std::string& entry) {
        const auto id = EntryId::make({1}, random_);
        EXPECT_THAT(
            store_->write([&](sql::Writer& unit) { return ledger_->append(unit, id, entry); }),
            IsOk());
        ledger_->notify();
        return id;
    }
    Result<Verified> verified() {
        const auto fetch =
            store_->is_shared() ? fetch_from(*ledger_) : fetch_from_folder(folder_ / "ledger");
        return verify(fetch, {ledger_->verifier_key(), {}, {}});
    }
    SystemRandom random_;
    std::unique_ptr<sql::Connection> store_;
    std::unique_ptr<Ledger> ledger_;
};
AVOW_ON_BOTH_ENGINES(LedgerTest);

// The tree in files.
class LedgerFiles : public LedgerTest {};
INSTANTIATE_TEST_SUITE_P(Engines, LedgerFiles, ::testing::Values(sql::testing::Engine::sqlite),
                         [](const auto&) { return "sqlite"; });

TEST_P(LedgerTest, EveryEntryGetsAProofThatChecksOffline) {
    std::vector<std::pair<EntryId, std::string>> entries;
    for (int i = 0; i < 600; ++i)
        entries.emplace_back(add("entry " + std::to_string(i)), "entry " + std::to_string(i));
    ASSERT_THAT(ledger_->flush(), IsOk());
    EXPECT_EQ(ledger_->checkpoint().size, 600u);
    ASSERT_GET(const auto key, parse_verifier_key(ledger_->verifier_key()));
    for (const auto& [id, entry] : entries) {
        ASSERT_GET(const auto text, ledger_->proof_file(id, "opening"));
        ASSERT_GET(const auto proof, parse_proof(text));
        EXPECT_EQ(proof.extra, "opening");
        ASSERT_THAT(check_proof(proof, key, entry), IsOk());
        ASSERT_THAT(check_proof(proof, key, entry + "!"), Fails(Code::invalid));
    }
    ASSERT_GET(const auto all, verified());
    EXPECT_EQ(all.size, 600u);
    EXPECT_EQ(all.root, ledger_->checkpoint().root);
}

TEST_P(LedgerFiles, AFlippedByteInAnyFileIsFound) {
    for (int i = 0; i < 300; ++i) add("entry " + std::to_string(i));
    ASSERT_THAT(ledger_->flush(), IsOk());
    ASSERT_THAT(verified(), IsOk());
    int files = 0;
    for (const auto& item : fs::recursive_directory_iterator(folder_ / "ledger")) {
        if (!item.is_regular_file()) continue;
        const auto good = *read_file(item.path());
        for (const auto at : {std::size_t{0}, good.size() / 2, good.size() - 1}) {
            auto bad = good;
            bad[at] = static_cast<char>(bad[at] ^ 1);
            ASSERT_THAT(write_file_durably(item.path(), as_bytes(bad)), IsOk());
            EXPECT_FALSE(verified().has_value()) << item.path() << " at " << at;
        }
        ASSERT_THAT(write_file_durably(item.path(), as_bytes(good)), IsOk());
        ++files;
    }
    EXPECT_GE(files, 6);
    EXPECT_THAT(verified(), IsOk());
}

TEST_P(LedgerFiles, AByteChangedAnywhereInOurOwnCheckpointIsCorruption) {
    add("one");
    EXPECT_THAT(ledger_->flush(), IsOk());
    close();
    const auto file = folder_ / "ledger" / "checkpoint";
    ASSERT_GET(const auto good, read_file(file));
    ASSERT_GET(store_, open_store());
    for (std::size_t at = 0; at < good.size(); ++at) {
        auto bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        ASSERT_THAT(write_file_durably(file, as_bytes(bad)), IsOk());
        EXPECT_THAT(Ledger::create(*store_, options("one"), key()), Fails(Code::corrupt)) << at;
    }
    ASSERT_THAT(write_file_durably(file, as_bytes(good)), IsOk());
    EXPECT_THAT(Ledger::create(*store_, options("one"), key()), IsOk());
}

TEST_P(LedgerTest, GoesOnWhereItStoppedAtEverySize) {
    for (int round = 0; round < 40; ++round) {
        for (int i = 0; i < round; ++i) add("r" + std::to_string(round) + "e" + std::to_string(i));
        ASSERT_THAT(ledger_->flush(), IsOk());
        close();
        open();
    }
    EXPECT_EQ(ledger_->checkpoint().size, 780u);
    EXPECT_THAT(verified(), IsOk());
}

TEST_P(LedgerFiles, ACrashBetweenCheckpointAndIndexAddsNothingTwice) {
    add("one");
    ASSERT_THAT(ledger_->flush(), IsOk());
    close();
    fs::copy(folder_ / "store.db", folder_ / "before.db");
    open();
    const auto id = add("two");
    ASSERT_THAT(ledger_->flush(), IsOk());
    // As if the index unit had not been written: the entry is in the tree and still pending.
    ASSERT_THAT(store_->write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute("delete from ledger_index where leaf_index = 1", {}));
        return ledger_->append(unit, id, "two");
    }),
                IsOk());
    close();
    open();
    EXPECT_EQ(ledger_->checkpoint().size, 2u);
    ASSERT_GET(const auto index, ledger_->index_of(id));
    EXPECT_EQ(index, 1u);
    close();
    // A store older than the tree: what it never knew was in the tree before.
    fs::remove(folder_ / "store.db-wal");
    fs::remove(folder_ / "store.db-shm");
    fs::copy(folder_ / "before.db", folder_ / "store.db", fs::copy_options::overwrite_existing);
    ASSERT_GET(store_, open_store());
    EXPECT_THAT(Ledger::create(*store_, options("one"), key()), Fails(Code::corrupt));
}

TEST_P(LedgerTest, ManyWritersLoseNothing) {
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 8; ++writer) {
        writers.emplace_back([&, writer] {
            for (int i = 0; i < 50; ++i) add(std::to_string(writer) + "/" + std::to_string(i));
        });
    }
    for (auto& writer : writers) writer.join();
    ASSERT_THAT(ledger_->flush(), IsOk());
    EXPECT_EQ(ledger_->checkpoint().size, 400u);
    EXPECT_THAT(verified(), IsOk());
}

TEST(Note, OpensForItsKeyAndForNoOther) {
    const crypto::SigningKey signer(crypto::Key::from(ByteArray<32>{9}));
    const auto note = sign_checkpoint({"example.com", 3, empty_root()}, "example.com", signer);
    const VerifierKey verifier{"example.com", signer.public_key()};
    ASSERT_GET(const auto again, parse_verifier_key(spell(verifier)));
    EXPECT_EQ(again.key, verifier.key);
    ASSERT_GET(const auto opened, open_checkpoint(note, verifier));
    EXPECT_EQ(opened.size, 3u);
    auto other = verifier;
    other.name = "example.org";
    EXPECT_THAT(open_checkpoint(note, other), Fails(Code::corrupt));
    EXPECT_THAT(open_checkpoint(note.substr(1), verifier), Fails(Code::corrupt));
    EXPECT_THAT(open_checkpoint("x", verifier), Fails(Code::invalid));
}

}  // namespace
}  // namespace avow::ledger
