// SPDX-License-Identifier: Apache-2.0
// The SQL port: one text for every engine, drivers behind it. Statements number their parameters
// $1, $2 … and live in static storage (sql/<function>.sql of each room): drivers cache by address.
// They keep to what both engines read alike; a statement may end in `for share` or `for update`,
// which an engine with one writer drops.
//
// read() runs on one snapshot. write() runs a unit of work and returns when it is durable; units of
// many callers share one commit, and one that fails takes nothing of its neighbours with it. A unit
// must not call read() or write() itself.
//
// Units must bear being run again: a deadlock, a lost connection or a neighbour's failure makes the
// driver roll one back and repeat it, so a unit sets what it captured and adds nothing to it.
// Units of other callers run at the same time (other nodes on PostgreSQL): what a unit reads and
// then relies on, it reads `for share`, or guards by the `where` of its update.
// The first error of a unit's calls is the unit's: it returns it, and cannot go on after it.
// Thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.hh"
#include "base/result.hh"

namespace avow::sql {

// Views: the caller keeps text and blobs alive for the call.
using Parameter = std::variant<std::nullptr_t, std::int64_t, std::string_view, ByteView>;
using Parameters = std::initializer_list<Parameter>;

// The current row of a result; columns count from 0. Views live until the next row.
class Row {
  public:
    virtual ~Row() = default;
    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual std::string_view text(int column) const = 0;
    virtual ByteView blob(int column) const = 0;
};

// Calls back once a row; an error stops the query and is its result.
using RowVisitor = std::function<Status(const Row&)>;

class Reader {
  public:
    virtual ~Reader() = default;
    virtual Status query(std::string_view statement, Parameters parameters,
                         const RowVisitor& visit) = 0;
};

class Writer : public Reader {
  public:
    // Rows changed. A broken unique key is `conflict`; a full disk `unavailable`.
    virtual Result<std::int64_t> run(std::string_view statement, Parameters parameters) = 0;
    // The same where the number of rows does not matter: the driver may send it without waiting,
    // and its error is then that of a later call, or of the unit.
    virtual Status execute(std::string_view statement, Parameters parameters) {
        TRY([[maybe_unused]] const auto rows, run(statement, parameters));
        return {};
    }
};

class Connection {
  public:
    virtual ~Connection() = default;
    virtual Status read(const std::function<Status(Reader&)>& work) = 0;
    virtual Status write(const std::function<Status(Writer&)>& unit) = 0;
    // Leaves nothing of deleted rows in a write-ahead log of our own. An engine whose log we do not
    // own (PostgreSQL) does nothing: its log and vacuum are the operator's, see docs/erasure.md.
    virtual Status scrub() { return {}; }
    // A copy of the whole store as of one moment, while others read and write; `file` must not be
    // there. An engine without a file of its own answers `invalid`: back it up by its own tools.
    virtual Status copy_to(const std::filesystem::path&) {
        return Error(Code::invalid, "this engine is backed up by its own tools");
    }
    // Forward-only: runs each script whose number is above the stored one, each in a transaction.
    // Scripts are written for SQLite in the words that schema.hh knows.
    virtual Status migrate(std::string_view room,
                           std::initializer_list<std::string_view> scripts) = 0;
    // Whether other processes may write to the same store.
    virtual bool is_shared() const = 0;
};

}  // namespace avow::sql
