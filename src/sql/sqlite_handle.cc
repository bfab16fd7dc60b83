// SPDX-License-Identifier: Apache-2.0
#include "sql/sqlite_handle.hh"

#include <algorithm>
#include <atomic>
#include <string>

#include "sql/sqlite_log_file.hh"

namespace avow::sql {
namespace {

class SqliteRow final : public Row {
  public:
    explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
    bool is_null(int column) const override {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    std::int64_t integer(int column) const override {
        return sqlite3_column_int64(statement_, column);
    }
    std::string_view text(int column) const override { return as_text(bytes(column)); }
    ByteView blob(int column) const override { return bytes(column); }

  private:
    ByteView bytes(int column) const {
        const auto* data =
            static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
        const int size = sqlite3_column_bytes(statement_, column);
        return data == nullptr ? ByteView{} : ByteView(data, static_cast<std::size_t>(size));
    }
    sqlite3_stmt* statement_;
};

// One writer at a time: whoever reads in its unit has the rows to itself already.
std::string_view without_lock(std::string_view text) {
    for (const std::string_view lock : {" for share", " for update"}) {
        if (text.ends_with(lock)) text.remove_suffix(lock.size());
    }
    return text;
}

// SQLite numbers $1 by first appearance, so that `select $2, $1` would swap values in silence; ?1
// means what it says. Quoted text is left alone.
std::string with_numbered_parameters(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\'') quoted = !quoted;
        const bool digit_follows = i + 1 < text.size() && text[i + 1] >= '1' && text[i + 1] <= '9';
        out += text[i] == '$' && !quoted && digit_follows ? '?' : text[i];
    }
    return out;
}

// Borrowed values: they outlive the step, and reset clears them.
struct Binder {
    sqlite3_stmt* statement;
    int index;
    int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, index); }
    int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
    int operator()(std::string_view text) const {
        return sqlite3_bind_text64(statement, index, text.data() == nullptr ? "" : text.data(),
                                   text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(ByteView blob) const {
        if (blob.empty()) return sqlite3_bind_zeroblob(statement, index, 0);
        return sqlite3_bind_blob64(statement, index, blob.data(), blob.size(), SQLITE_STATIC);
    }
};

class Reset {
  public:
    explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
    Reset(const Reset&) = delete;
    Reset& operator=(const Reset&) = delete;
    ~Reset() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }

  private:
    sqlite3_stmt* statement_;
};

Code code_of(int result) {
    switch (result & 0xff) {
        case SQLITE_CONSTRAINT:
            return Code::conflict;
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_NOMEM:
            return Code::unavailable;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Code::corrupt;
        case SQLITE_TOOBIG:
            return Code::too_large;
        default:
            return Code::internal;  // any: SQLite's codes are open-ended
    }
}

constexpr std::string_view kFull =
    "the disk is full or takes no more: nothing was written; it works again when there is space";

// A limit on the size of a file, or a quota, fails the write where a full disk would.
bool is_full(int result) {
    return (result & 0xff) == SQLITE_FULL || result == SQLITE_IOERR_WRITE;
}

std::string_view words_for(Code code) {
    if (code == Code::conflict) return "this is there already";
    if (code == Code::unavailable) return "the store cannot be written or read now";
    if (code == Code::corrupt) return "the store is damaged";
    return "the store failed";
}

}  // namespace

Result<std::unique_ptr<SqliteHandle>> SqliteHandle::create(const std::filesystem::path& file,
                                                           Access access) {
    const int flags = access == Access::read_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                   : SQLITE_OPEN_READONLY;
    sqlite3* database = nullptr;
    const int result =
        sqlite3_open_v2(file.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX, log_vfs());
    std::unique_ptr<SqliteHandle> handle(new SqliteHandle(database));
    if (result != SQLITE_OK) return handle->failure("open " + file.string());
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, 5000);
    return handle;
}

SqliteHandle::~SqliteHandle() {
    statements_.clear();
    sqlite3_close(database_);
}

Error SqliteHandle::failure(std::string_view doing) const {
    const int result = sqlite3_extended_errcode(database_);
    const Code code = code_of(result);
    const bool full = is_full(result);
    return Error(code, std::string(full ? kFull : words_for(code)))
        .caused_by("SQLite " + std::to_string(result) + " (" + sqlite3_errstr(result) +
                   ") while trying to " + std::string(doing));
}

Result<sqlite3_stmt*> SqliteHandle::bind(std::string_view text, Parameters parameters,
                                         StatementPtr& spare) {
    auto& kept = statements_[text.data()];
    StatementPtr* slot = &kept;
    // A visitor may run the statement it is being called from: it gets one of its own.
    if (kept && sqlite3_stmt_busy(kept.get()) != 0) slot = &spare;
    if (!*slot) {
        const auto numbered = with_numbered_parameters(without_lock(text));
        sqlite3_stmt* made = nullptr;
        const int result = sqlite3_prepare_v3(database_, numbered.c_str(), -1,
                                              SQLITE_PREPARE_PERSISTENT, &made, nullptr);
        if (result != SQLITE_OK) {
            return Error(Code::internal, "a statement of ours does not compile")
                .caused_by(std::string(sqlite3_errmsg(database_)) + ": " + numbered);
        }
        slot->reset(made);
    }
    int index = 1;
    for (const auto& parameter : parameters) {
        const int result = std::visit(Binder{slot->get(), index++}, parameter);
        if (result != SQLITE_OK) return failure("bind a parameter");
    }
    return slot->get();
}

Status SqliteHandle::step_all(sqlite3_stmt* statement, const RowVisitor* visit) {
    const Reset reset(statement);
    const SqliteRow row(statement);
    while (true) {
        const int result = sqlite3_step(statement);
        if (result == SQLITE_DONE) return {};
        if (result != SQLITE_ROW) return failure("run a statement");
        if (visit != nullptr) TRY_OK((*visit)(row));
    }
}

Status SqliteHandle::query(std::string_view text, Parameters parameters, const RowVisitor& visit) {
    StatementPtr spare;
    TRY(auto* statement, bind(text, parameters, spare));
    return step_all(statement, &visit);
}

Result<std::int64_t> SqliteHandle::run(std::string_view text, Parameters parameters) {
    StatementPtr spare;
    TRY(auto* statement, bind(text, parameters, spare));
    TRY_OK(step_all(statement, nullptr));
    return std::int64_t{sqlite3_changes(database_)};
}

Status SqliteHandle::run_script(const std::string& script) {
    ++scripts_;
    if (sqlite3_exec(database_, script.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return failure("execute a script");
}

bool SqliteHandle::in_transaction() const {
    return sqlite3_get_autocommit(database_) == 0;
}

std::optional<SqliteHandle::Mark> SqliteHandle::mark() {
    constexpr int kRegion = 32 * 1024;  // of which SQLite maps one after the other
    if (index_ == nullptr) {
        sqlite3_file* file = nullptr;
        volatile void* mapped = nullptr;
        if (sqlite3_file_control(database_, "main", SQLITE_FCNTL_FILE_POINTER, &file) !=
                SQLITE_OK ||
            file->pMethods == nullptr || file->pMethods->iVersion < 2 ||
            file->pMethods->xShmMap(file, 0, kRegion, 0, &mapped) != SQLITE_OK) {
            return std::nullopt;
        }
        index_ = static_cast<const volatile std::uint32_t*>(mapped);
    }
    if (index_ == nullptr) return std::nullopt;
    Mark mark;
    std::copy_n(index_, mark.size(), mark.begin());
    std::atomic_thread_fence(std::memory_order_acquire);
    return mark;
}

}  // namespace avow::sql
