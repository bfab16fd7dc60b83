// SPDX-License-Identifier: Apache-2.0
#include "ledger/entry.hh"

#include <array>

namespace avow::ledger {
namespace {

constexpr std::array<std::string_view, 17> kNames{"collected",    "permitted",
                                                  "withdrawn",    "used",
                                                  "refused",      "disclosed",
                                                  "noticed",      "messaged",
                                                  "requested",    "erased",
                                                  "key_rotated",  "policy_published",
                                                  "acknowledged", "opened_by_break_glass",
                                                  "restored",     "held",
                                                  "released"};

}  // namespace

std::string_view name_of(Kind kind) {
    return kNames[static_cast<std::size_t>(kind)];
}

std::optional<Kind> kind_from(std::string_view name) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name) return static_cast<Kind>(i);
    }
    return std::nullopt;
}

std::string commitment(const Opening& opening) {
    using namespace std::string_view_literals;
    Bytes prefix = to_bytes(as_bytes("avow/entry/v1\0"sv));
    prefix.insert(prefix.end(), opening.salt.begin(), opening.salt.end());
    return base64url(crypto::sha256(prefix, as_bytes(opening.details)));
}

std::string blinded_id(const crypto::Key& ledger_key, const EntryId& entry) {
    return base64url(crypto::hmac_sha256(ledger_key, entry.bytes()));
}

std::string text_digest(std::string_view text) {
    return hex(crypto::sha256(as_bytes(text)));
}

// The members' names are in canonical order and no value needs escaping, so the bytes are those of
// RFC 8785 without a tree of values in between: this is on the path of every use.
std::string entry_bytes(Kind kind, Time at, std::string_view commitment,
                        const std::optional<std::string>& blinded_id) {
    std::string entry = R"({"c":")";
    entry += commitment;
    entry += R"(","kind":")";
    entry += name_of(kind);
    if (blinded_id) {
        entry += R"(","sid":")";
        entry += *blinded_id;
    }
    entry += R"(","t":")";
    entry += rfc3339(at);
    entry += R"(","v":1})";
    return entry;
}

}  // namespace avow::ledger
