// SPDX-License-Identifier: Apache-2.0
#include "ledger/merkle.hh"

namespace avow::ledger {
namespace {

Error does_not_hold(const char* why) {
    return {Code::invalid, std::string("the proof does not hold: ") + why};
}

}  // namespace

Hash leaf_hash(ByteView entry) {
    const ByteArray<1> prefix{0x00};
    return crypto::sha256(prefix, entry);
}

Hash node_hash(const Hash& left, const Hash& right) {
    ByteArray<65> node;
    node[0] = 0x01;
    std::copy(left.begin(), left.end(), node.begin() + 1);
    std::copy(right.begin(), right.end(), node.begin() + 33);
    return crypto::sha256(node);
}

Hash empty_root() {
    return crypto::sha256({});
}

// RFC 9162 §2.1.3.2, which states the check that RFC 6962 §2.1.1 implies.
Status check_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                       const std::vector<Hash>& proof, const Hash& root) {
    if (index >= size) return does_not_hold("the index is beyond the tree");
    std::uint64_t fn = index;
    std::uint64_t sn = size - 1;
    Hash hash = leaf;
    for (const auto& sibling : proof) {
        if (sn == 0) return does_not_hold("it is too long");
        if ((fn & 1) != 0 || fn == sn) {
            hash = node_hash(sibling, hash);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            hash = node_hash(hash, sibling);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0) return does_not_hold("it is too short");
    if (hash != root) return does_not_hold("it gives another root");
    return {};
}

// RFC 9162 §2.1.4.2.
Status check_consistency(std::uint64_t old_size, std::uint64_t new_size, const Hash& old_root,
                         const std::vector<Hash>& proof, const Hash& new_root) {
    if (old_size == 0)
        return does_not_hold("an empty tree is consistent with anything: it shows nothing");
    if (old_size > new_size) return does_not_hold("the older tree is the larger one");
    if (old_size == new_size) {
        if (!proof.empty()) return does_not_hold("equal sizes need an empty proof");
        if (old_root != new_root) return does_not_hold("equal sizes have different roots");
        return {};
    }
    if (proof.empty()) return does_not_hold("it is empty");
    std::uint64_t fn = old_size - 1;
    std::uint64_t sn = new_size - 1;
    while ((fn & 1) != 0) {
        fn >>= 1;
        sn >>= 1;
    }
    const bool whole = fn == 0;  // the older tree is a whole subtree: its root is not in the proof
    Hash older = whole ? old_root : proof[0];
    Hash newer = older;
    for (std::size_t i = whole ? 0 : 1; i < proof.size(); ++i) {
        if (sn == 0) return does_not_hold("it is too long");
        if ((fn & 1) != 0 || fn == sn) {
            older = node_hash(proof[i], older);
            newer = node_hash(proof[i], newer);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            newer = node_hash(newer, proof[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0) return does_not_hold("it is too short");
    if (older != old_root) return does_not_hold("it gives another older root");
    if (newer != new_root) return does_not_hold("it gives another newer root");
    return {};
}

}  // namespace avow::ledger
