// SPDX-License-Identifier: Apache-2.0
// Many nodes, one store, one tree: whoever dies when.
#include <atomic>
#include <map>
#include <thread>

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "ledger/ledger.hh"
#include "ledger/note.hh"
#include "ledger/proof.hh"
#include "ledger/verify.hh"
#include "sql/testing.hh"

namespace avow::ledger {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using sql::testing::PostgresCluster;

class SharedLedger : public sql::testing::EngineTest {
  protected:
    struct Node {
        std::unique_ptr<sql::Connection> store;
        std::unique_ptr<Ledger> ledger;
    };
    Node node(const std::string& name) {
        Node made;
        auto store = open_store();
        EXPECT_THAT(store, IsOk());
        made.store = std::move(*store);
        auto ledger = Ledger::create(*made.store, {folder_, "example.com/ledger", name}, key());
        EXPECT_THAT(ledger, IsOk());
        made.ledger = std::move(*ledger);
        return made;
    }
    static crypto::SigningKey key() {
        return crypto::SigningKey(crypto::Key::from(ByteArray<32>{7}));
    }
    std::optional<EntryId> add(Node& node, const std::string& entry) {
        SystemRandom random;
        const auto customer = CustomerId::make({1}, random);
        const auto id = EntryId::make({1'700'000'000'000}, random);
        const auto kept = node.store->write(
            [&](sql::Writer& unit) { return node.ledger->append(unit, customer, id, entry); });
        if (!kept) return std::nullopt;
        node.ledger->notify();
        return id;
    }
    // Every entry from scratch, and how often each is there.
    static std::map<std::string, int> entries_of(Node& node) {
        std::map<std::string, int> entries;
        VerifyOptions options{node.ledger->verifier_key(), {}, {}};
        options.on_entry = [&](std::uint64_t, std::string_view entry) -> Status {
            ++entries[std::string(entry)];
            return {};
        };
        EXPECT_THAT(verify(fetch_from(*node.ledger), options), IsOk());
        return entries;
    }
    std::string tell(const std::string& statements) {
        return PostgresCluster::shared().tell(statements, database_);
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, SharedLedger, ::testing::Values(sql::testing::Engine::postgres),
                         [](const auto&) { return "postgres"; });

TEST_P(SharedLedger, EveryNodeWritesAndEveryNodeProves) {
    std::vector<Node> nodes;
    for (const auto* name : {"a", "b", "c"}) nodes.push_back(node(name));
    std::vector<std::thread> writers;
    std::atomic<int> kept{0};
    for (auto& one : nodes) {
        writers.emplace_back([&] {
            for (int i = 0; i < 200; ++i) {
                EXPECT_TRUE(add(one, "entry " + std::to_string(kept++)));
            }
        });
    }
    for (auto& writer : writers) writer.join();
    ASSERT_GET(const auto key_text, parse_verifier_key(nodes[0].ledger->verifier_key()));
    for (auto& one : nodes) {
        const auto id = add(one, "the last of all");
        ASSERT_TRUE(id);
        ASSERT_THAT(one.ledger->flush(), IsOk());
        for (auto& other : nodes) {
            ASSERT_THAT(other.ledger->flush(), IsOk());
            ASSERT_GET(const auto text, other.ledger->proof_file(*id, ""));
            ASSERT_GET(const auto proof, parse_proof(text));
            EXPECT_THAT(check_proof(proof, key_text, "the last of all"), IsOk());
        }
    }
    const auto entries = entries_of(nodes[1]);
    EXPECT_EQ(entries.size(), 601u);
    EXPECT_EQ(nodes[2].ledger->checkpoint().size, 603u);
    EXPECT_EQ(tell("select fence from ledger_state"), "1");  // nobody took the lease from the first
}

TEST_P(SharedLedger, AHolderThatEndsInOrderIsFollowedAtOnceAndOneThatDiesAfterItsLease) {
    auto first = node("first");
    auto second = node("second");
    ASSERT_TRUE(add(first, "one"));
    ASSERT_THAT(first.ledger->flush(), IsOk());
    first.ledger.reset();
    ASSERT_TRUE(add(second, "two"));
    ASSERT_THAT(second.ledger->flush(), IsOk());
    EXPECT_EQ(tell("select fence, holder from ledger_state"), "2|second");
    // As if a third had taken it and died: nobody gives a sign of life.
    tell("update ledger_state set fence = fence + 1, holder = 'dead'");
    ASSERT_TRUE(add(second, "three"));
    ASSERT_THAT(second.ledger->flush(), IsOk());
    EXPECT_EQ(tell("select fence, holder from ledger_state"), "4|second");
    EXPECT_EQ(entries_of(second),
              (std::map<std::string, int>{{"one", 1}, {"two", 1}, {"three", 1}}));
}

TEST_P(SharedLedger, ANodeThatLostTheLeaseWithoutNoticingPublishesNothing) {
    auto first = node("first");
    ASSERT_TRUE(add(first, "one"));
    ASSERT_THAT(first.ledger->flush(), IsOk());
    // Another holder, whose signs of life do not end while this runs.
    tell("update ledger_state set fence = 100, holder = 'other'");
    std::atomic<bool> over{false};
    std::thread other([&] {
        while (!over) tell("update ledger_state set beat = beat + 1");
    });
    ASSERT_TRUE(add(first, "two"));
    for (int i = 0; i < 30; ++i) {
        EXPECT_EQ(tell("select size, fence from ledger_state"), "1|100");
        first.ledger->notify();
    }
    EXPECT_EQ(first.ledger->checkpoint().size, 1u);
    EXPECT_EQ(tell("select count(*) from ledger_pending"), "1");
    over = true;
    other.join();
    ASSERT_THAT(first.ledger->flush(), IsOk());
    EXPECT_EQ(entries_of(first), (std::map<std::string, int>{{"one", 1}, {"two", 1}}));
}

TEST_P(SharedLedger, ATileThatWasChangedInTheStoreIsFound) {
    auto one = node("one");
    for (int i = 0; i < 300; ++i) ASSERT_TRUE(add(one, "entry " + std::to_string(i)));
    ASSERT_THAT(one.ledger->flush(), IsOk());
    EXPECT_EQ(entries_of(one).size(), 300u);
    const VerifyOptions options{one.ledger->verifier_key(), {}, {}};
    for (const auto* place :
         {"number = 0 and level = 0", "number = 1 and level = 0", "number = 0 and level = 1",
          "number = 0 and level = -1", "number = 1 and level = -1"}) {
        const auto flip =
            "update ledger_tiles set content = set_byte(content, 5, get_byte(content, 5) # 1) "
            "where " +
            std::string(place);
        tell(flip);
        EXPECT_THAT(verify(fetch_from(*one.ledger), options), Fails(Code::corrupt)) << place;
        tell(flip);
    }
    EXPECT_THAT(verify(fetch_from(*one.ledger), options), IsOk());
    // A size that the signature does not say.
    tell("update ledger_state set size = 7");
    auto store = open_store();
    ASSERT_THAT(store, IsOk());
    EXPECT_THAT(Ledger::create(**store, {folder_, "example.com/ledger", "late"}, key()),
                Fails(Code::corrupt));
}

}  // namespace
}  // namespace avow::ledger
