// SPDX-License-Identifier: Apache-2.0
#include "ledger/merkle.hh"

#include <filesystem>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/file.hh"
#include "base/json.hh"
#include "base/testing.hh"
#include "ledger/tile.hh"

namespace avow::ledger {
namespace {

namespace fs = std::filesystem;
using avow::testing::Fails;
using avow::testing::IsOk;

// RFC 6962 §2.1, word for word: the reference that the tree is held against.
Hash naive_root(std::span<const Hash> leaves) {
    if (leaves.empty()) return empty_root();
    if (leaves.size() == 1) return leaves[0];
    std::size_t split = 1;
    while (split * 2 < leaves.size()) split *= 2;
    return node_hash(naive_root(leaves.first(split)), naive_root(leaves.subspan(split)));
}

Hash hash_from(const boost::json::value& text) {
    Hash hash{};
    const auto bytes = from_base64(text.is_null() ? "" : std::string(text.as_string()));
    // Some vectors give roots of another size: kept apart from every other, equal only to
    // themselves.
    if (bytes && bytes->size() != 32) {
        hash = crypto::sha256(*bytes);
        hash[0] ^= 0xff;
        return hash;
    }
    if (bytes) std::copy(bytes->begin(), bytes->end(), hash.begin());
    return hash;
}

bool is_hash(const boost::json::value& text) {
    const auto bytes = from_base64(text.is_null() ? "" : std::string(text.as_string()));
    return bytes && bytes->size() == 32;
}

std::vector<Hash> proof_from(const boost::json::value& value, bool& whole) {
    std::vector<Hash> proof;
    if (value.is_null()) return proof;
    for (const auto& item : value.as_array()) {
        whole = whole && is_hash(item);
        proof.push_back(hash_from(item));
    }
    return proof;
}

const fs::path kVectors = fs::path(AVOW_SOURCE_DIR) / "../shared/vectors/merkle/testdata";

template <typename Check>
int run_vectors(const fs::path& folder, Check check) {
    int count = 0;
    for (const auto& item : fs::recursive_directory_iterator(folder)) {
        if (!item.is_regular_file()) continue;
        const auto content = read_file(item.path());
        const auto vector = json::parse(*content);
        EXPECT_THAT(vector, IsOk()) << item.path();
        bool whole = true;
        const bool fails = !check(vector->as_object(), whole).has_value() || !whole;
        EXPECT_EQ(fails, vector->at("wantErr").as_bool()) << item.path();
        ++count;
    }
    return count;
}

TEST(Merkle, TheFieldsInclusionVectorsAreJudgedAsTheySay) {
    if (!fs::exists(kVectors)) GTEST_SKIP() << "the vectors are not beside this checkout";
    EXPECT_GT(run_vectors(kVectors / "inclusion",
                          [](const auto& v, bool& whole) {
                              const auto proof = proof_from(v.at("proof"), whole);
                              whole = whole && is_hash(v.at("root"));
                              return check_inclusion(
                                  v.at("leafIdx").template to_number<std::uint64_t>(),
                                  v.at("treeSize").template to_number<std::uint64_t>(),
                                  hash_from(v.at("leafHash")), proof, hash_from(v.at("root")));
                          }),
              90);
}

TEST(Merkle, TheFieldsConsistencyVectorsAreJudgedAsTheySay) {
    if (!fs::exists(kVectors)) GTEST_SKIP() << "the vectors are not beside this checkout";
    EXPECT_GT(run_vectors(kVectors / "consistency",
                          [](const auto& v, bool& whole) {
                              const auto proof = proof_from(v.at("proof"), whole);
                              return check_consistency(
                                  v.at("size1").template to_number<std::uint64_t>(),
                                  v.at("size2").template to_number<std::uint64_t>(),
                                  hash_from(v.at("root1")), proof, hash_from(v.at("root2")));
                          }),
              90);
}

TEST(Edge, GivesTheRootOfTheReferenceAtEverySize) {
    Edge edge;
    std::vector<Hash> leaves;
    std::size_t tiles = 0;
    for (int i = 0; i < 1100; ++i) {
        leaves.push_back(leaf_hash(as_bytes(std::to_string(i))));
        edge.append(leaves.back(),
                    [&](int level, std::uint64_t number, std::span<const Hash> hashes) {
                        EXPECT_EQ(hashes.size(), kTileWidth);
                        EXPECT_EQ(level, 0);
                        EXPECT_EQ(number, tiles++);
                    });
        if (i % 37 == 0 || i % 256 < 2) {
            ASSERT_EQ(edge.root(), naive_root(leaves)) << i;
        }
    }
    EXPECT_EQ(tiles, 4u);
}

TEST(Edge, FillsTheSecondLevelOfTiles) {
    Edge edge;
    int second_level = 0;
    for (int i = 0; i < 65'536 + 300; ++i) {
        edge.append(leaf_hash({}),
                    [&](int level, std::uint64_t, auto) { second_level += level == 1; });
    }
    EXPECT_EQ(second_level, 1);
    EXPECT_EQ(edge.size(), 65'836u);
}

TEST(TileName, HasOneSpellingAndRefusesEveryOther) {
    for (const auto* path :
         {"tile/0/000", "tile/0/x001/x234/067", "tile/entries/000.p/17", "tile/7/001.p/255"}) {
        ASSERT_GET(const auto name, TileName::parse(path));
        EXPECT_EQ(name.path(), path);
    }
    for (const auto* path :
         {"tile/0/0", "tile/00/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/8/000",
          "tile/0/x000/001", "tile/0/001/x002", "tile/../000", "tile/0/000.p/01", "tile/0/", "tile",
          "", "tile/0/-01", "tile/0/x999/x999/x999/x999/x999/x999/999"}) {
        EXPECT_THAT(TileName::parse(path), Fails(Code::invalid)) << path;
    }
}

TEST(Bundle, CutOffOnesAreCorrupt) {
    std::string bundle;
    append_entry(bundle, "one");
    append_entry(bundle, "");
    append_entry(bundle, "three");
    ASSERT_GET(const auto entries, decode_entries(bundle));
    EXPECT_EQ(entries, (std::vector<std::string>{"one", "", "three"}));
    EXPECT_THAT(decode_entries(bundle.substr(0, bundle.size() - 1)), Fails(Code::corrupt));
    EXPECT_THAT(cut_entries(bundle, 4), Fails(Code::corrupt));
}

}  // namespace
}  // namespace avow::ledger
