// SPDX-License-Identifier: Apache-2.0
// Verification from scratch, of a folder or of any other place tiles can be fetched from. Trusts
// nothing but the verifier key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "ledger/merkle.hh"

namespace avow::ledger {

// Fetches "checkpoint" or "tile/…" below the ledger's address.
using Fetch = std::function<Result<std::string>(std::string_view path)>;

struct Verified {
    std::string origin;
    std::uint64_t size = 0;
    Hash root{};
};

struct VerifyOptions {
    std::string verifier_key;  // vkey
    // Called for every entry in order.
    std::function<Status(std::uint64_t index, std::string_view entry)> on_entry;
    std::function<void(std::uint64_t done, std::uint64_t of)> on_progress;
};

// Checks the checkpoint's signature, every entry bundle against the level-0 tiles, every tile
// against the level below, and the root. `corrupt` names the first thing that does not fit.
Result<Verified> verify(const Fetch& fetch, const VerifyOptions& options);
Fetch fetch_from_folder(std::filesystem::path folder);

}  // namespace avow::ledger
