// SPDX-License-Identifier: Apache-2.0
// The ledger's façade. An entry passes four states:
//   pending     written in its customer's transaction: durable, not yet in the tree
//   integrated  in the tree's files, all of them fsync'd
//   published   under a signed checkpoint, durable by rename
//   indexed     its leaf index is in the store, so that a proof can be asked for by entry id
// A crash between any two repeats the later ones: integration is idempotent, because the tree's own
// size says what it holds and each entry keeps its place in the pending queue's order.
// On a store of its own (SQLite) the tree is files in `folder`, one sequencer per directory. On a
// shared store (PostgreSQL) tiles and checkpoint are rows: integration, publication and index are
// one transaction, and of all nodes the one that holds the lease sequences. Its fencing number is
// checked in that transaction, so a node that lost the lease without noticing publishes nothing.
// Nobody's clock has a say: a lease is over when its holder showed no sign of life for two seconds
// of the watcher's own. Thread-safe. Source: RFC 6962 §2.1, C2SP tlog-tiles, tlog-checkpoint,
// signed-note.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "crypto/sign.hh"
#include "ledger/merkle.hh"
#include "ledger/verify.hh"
#include "sql/connection.hh"

namespace avow::ledger {

struct Options {
    std::filesystem::path folder;  // checkpoint and tile/… live here
    std::string origin;            // the portal's host and path, no scheme: "localhost:8443/ledger"
    // Who asks for the lease. Two of one name never run at once: so one that comes back after a
    // crash takes the lease it had without waiting.
    std::string node;
};

struct Checkpoint {
    std::uint64_t size = 0;
    Hash root{};
    std::string note;  // the signed note, as published
};

class Ledger {
  public:
    // Opens or starts the tree and integrates what a crash left pending. `corrupt` when the files
    // do not fit the checkpoint or the checkpoint is not ours.
    static Result<std::unique_ptr<Ledger>> create(sql::Connection& store, Options options,
                                                  crypto::SigningKey key);
    virtual ~Ledger() = default;

    // WALL: `entry` holds no personal data (entry.hh). Pending, in the caller's transaction; after
    // the unit is durable call notify().
    virtual Status append(sql::Writer& unit, const CustomerId& customer, const EntryId& id,
                          std::string_view entry) = 0;
    // An entry of nobody.
    virtual Status append(sql::Writer& unit, const EntryId& id, std::string_view entry) = 0;

    // Wakes the sequencer, which runs in a thread of its own: at once when idle, every 50 ms under
    // load.
    virtual void notify() = 0;
    // Returns when everything durable before the call is published.
    virtual Status flush() = 0;

    // The newest this node knows; on a shared store at most a moment old.
    virtual Checkpoint checkpoint() const = 0;
    virtual std::string verifier_key() const = 0;  // vkey of signed-note
    // A statement of ours beside the tree, signed by the same key: a note of two lines, `header`
    // and `line`. WALL: no checkpoint, since `line` is not a number.
    std::string sign_statement(std::string_view header, std::string_view line) const;

    // A tile by its path below the ledger's address ("tile/0/x001/234", "tile/entries/000.p/17").
    // A wider stored tile answers for a narrower one. `not_found` beyond the published size.
    virtual Result<std::string> read_tile(std::string_view path) const = 0;

    // `not_found` for an unknown id, `unavailable` while it is pending.
    virtual Result<std::uint64_t> index_of(const EntryId& id) const = 0;
    // tlog-proof v1, with `extra` (the opening) when given.
    virtual Result<std::string> proof_file(const EntryId& id, std::string_view extra) const = 0;
    virtual Result<std::string> entry_at(std::uint64_t index) const = 0;

  private:
    virtual std::string sign(std::string_view body) const = 0;
};

// For verify(): what a reader of this ledger would be given.
Fetch fetch_from(const Ledger& ledger);

}  // namespace avow::ledger
