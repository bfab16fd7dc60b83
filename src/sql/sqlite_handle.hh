// SPDX-License-Identifier: Apache-2.0
// One SQLite handle with its prepared statements: used by one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

#include <sqlite3.h>

#include "sql/connection.hh"

namespace avow::sql {

struct StatementEnd {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementPtr = std::unique_ptr<sqlite3_stmt, StatementEnd>;

class SqliteHandle final : public Writer {
  public:
    enum class Access { read_write, read_only };
    static Result<std::unique_ptr<SqliteHandle>> create(const std::filesystem::path& file,
                                                        Access access);
    ~SqliteHandle() override;

    Status query(std::string_view statement, Parameters parameters,
                 const RowVisitor& visit) override;
    Result<std::int64_t> run(std::string_view statement, Parameters parameters) override;

    // Several statements without parameters: pragmas, schema.
    Status run_script(const std::string& script);
    // False inside BEGIN … COMMIT. SQLite ends a transaction by itself when a disk is full.
    bool in_transaction() const;
    // Another one after every change, of rows or by a script, that this handle made.
    std::int64_t changes() const { return sqlite3_total_changes64(database_) + scripts_; }
    // Another one after every commit, whoever made it, this process or another: the header of the
    // write-ahead log's index, which all of them share (sqlite.org/walformat.html, 2.1). Asked
    // after a first read, and only of a file with such a log; nothing where it cannot be had.
    using Mark = std::array<std::uint32_t, 12>;
    std::optional<Mark> mark();

  private:
    explicit SqliteHandle(sqlite3* database) : database_(database) {}
    Result<sqlite3_stmt*> bind(std::string_view text, Parameters parameters, StatementPtr& spare);
    Status step_all(sqlite3_stmt* statement, const RowVisitor* visit);
    Error failure(std::string_view doing) const;

    sqlite3* database_;
    std::int64_t scripts_ = 0;
    const volatile std::uint32_t* index_ = nullptr;  // SQLite's, as long as database_ is open
    std::unordered_map<const char*, StatementPtr> statements_;  // by address of their text
};

}  // namespace avow::sql
