// SPDX-License-Identifier: Apache-2.0
#include "sql/postgres_handle.hh"

#include <array>
#include <cstdlib>
#include <vector>

namespace avow::sql {
namespace {

// Object identifiers of pg_type: they never change.
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kNumeric = 1700;
constexpr int kBinary = 1;
constexpr std::size_t kInFlightMax = 512;  // LIMIT: statements sent ahead of their results

std::uint64_t read_big_endian(const char* at, int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | static_cast<std::uint8_t>(at[i]);
    return value;
}

// A whole numeric, as sum() of a bigint gives it: digits of base 10,000 by their weight.
std::int64_t read_numeric(const char* at) {
    const auto digits = static_cast<int>(read_big_endian(at, 2));
    const auto weight = static_cast<std::int16_t>(read_big_endian(at + 2, 2));
    std::int64_t value = 0;
    for (int i = 0; i <= weight; ++i) {
        value = value * 10'000 +
                (i < digits ? static_cast<std::int64_t>(read_big_endian(at + 8 + 2 * i, 2)) : 0);
    }
    return read_big_endian(at + 4, 2) == 0x4000 ? -value : value;
}

class PostgresRow final : public Row {
  public:
    PostgresRow(const PGresult* result, int row) : result_(result), row_(row) {}
    bool is_null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
    std::int64_t integer(int column) const override {
        if (is_null(column)) return 0;
        const char* at = PQgetvalue(result_, row_, column);
        switch (PQftype(result_, column)) {
            case kInt8:
                return static_cast<std::int64_t>(read_big_endian(at, 8));
            case kInt4:
                return static_cast<std::int32_t>(read_big_endian(at, 4));
            case kInt2:
                return static_cast<std::int16_t>(read_big_endian(at, 2));
            case kBool:
                return *at != 0;
            case kNumeric:
                return read_numeric(at);
            default:
                return 0;  // any: types are open-ended, and ours are the ones above
        }
    }
    std::string_view text(int column) const override { return as_text(blob(column)); }
    ByteView blob(int column) const override {
        const auto* at = reinterpret_cast<const std::uint8_t*>(PQgetvalue(result_, row_, column));
        return {at, static_cast<std::size_t>(PQgetlength(result_, row_, column))};
    }

  private:
    const PGresult* result_;
    int row_;
};

Oid type_of(const Parameter& parameter) {
    struct {
        Oid operator()(std::nullptr_t) const { return 0; }
        Oid operator()(std::int64_t) const { return kInt8; }
        Oid operator()(std::string_view) const { return kText; }
        Oid operator()(ByteView) const { return kBytea; }
    } name;
    return std::visit(name, parameter);
}

// Parameters as libpq takes them. Integers are kept here in network order.
class Bound {
  public:
    explicit Bound(Parameters parameters) {
        if (parameters.size() > kMost) std::abort();  // a statement of ours has more than the bound
        for (const auto& parameter : parameters) std::visit(*this, parameter);
    }
    void operator()(std::nullptr_t) { add(nullptr, 0); }
    void operator()(std::int64_t value) {
        auto& text = integers_[count_];
        for (int i = 0; i < 8; ++i) {
            text[static_cast<std::size_t>(i)] =
                static_cast<char>(static_cast<std::uint64_t>(value) >> (56 - 8 * i));
        }
        add(text.data(), text.size());
    }
    // A null pointer is SQL's null: an empty text or blob is not that.
    void operator()(std::string_view text) {
        add(text.data() == nullptr ? "" : text.data(), text.size());
    }
    void operator()(ByteView blob) { (*this)(as_text(blob)); }
    int count() const { return static_cast<int>(count_); }
    const char* const* values() const { return values_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }

  private:
    static constexpr std::size_t kMost = 32;
    void add(const char* value, std::size_t size) {
        values_[count_] = value;
        lengths_[count_] = static_cast<int>(size);
        formats_[count_] = kBinary;
        ++count_;
    }
    std::size_t count_ = 0;
    std::array<const char*, kMost> values_;
    std::array<int, kMost> lengths_;
    std::array<int, kMost> formats_;
    std::array<std::array<char, 8>, kMost> integers_;
};

std::string name_of_statement(const char* address) {
    return "s" + std::to_string(reinterpret_cast<std::uintptr_t>(address));
}

}  // namespace

Result<std::unique_ptr<PostgresHandle>> PostgresHandle::create(const PostgresAddress& address) {
    const auto keywords = address.keywords();
    const auto values = address.values();
    std::unique_ptr<PostgresHandle> handle(
        new PostgresHandle(PQconnectdbParams(keywords.data(), values.data(), 0)));
    if (PQstatus(handle->connection_) != CONNECTION_OK)
        return failure_of(handle->connection_).error;
    PQsetNoticeReceiver(handle->connection_, [](void*, const PGresult*) {}, nullptr);
    TRY_OK(handle->begin_session());
    return handle;
}

Status PostgresHandle::begin_session() {
    const auto ask = [&](const char* what) -> Result<std::string> {
        const ResultPtr result(PQexec(connection_, what));
        if (PQresultStatus(result.get()) == PGRES_TUPLES_OK)
            return std::string(PQgetvalue(result.get(), 0, 0));
        if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) return std::string();
        return failure_of(result.get()).error;
    };
    // Units that lock the same rows in another order wait for one another: the one that waits
    // longer than this starts again, alone, long before the server's own look for deadlocks.
    TRY([[maybe_unused]] const auto lock, ask("set lock_timeout = 100"));
    TRY([[maybe_unused]] const auto idle, ask("set idle_in_transaction_session_timeout = 60000"));
    TRY([[maybe_unused]] const auto level,
        ask("set default_transaction_isolation = 'read committed'"));
    TRY(const auto durable, ask("show synchronous_commit"));
    if (durable == "off") {
        TRY([[maybe_unused]] const auto set, ask("set synchronous_commit = on"));
    }
    if (PQenterPipelineMode(connection_) != 1)
        return Error(Code::internal, "the database's pipeline does not open");
    return {};
}

Error PostgresHandle::lose() {
    lost_ = true;
    if (!failure_) {
        const auto tag = in_flight_.empty() ? tag_ : in_flight_.front().tag;
        note_failure({Error(Code::unavailable, "the connection to the database was lost")
                          .caused_by("PostgreSQL's connection broke"),
                      false, true},
                     tag);
    }
    in_flight_.clear();
    return failure_->error;
}

void PostgresHandle::note_failure(PostgresFailure failure, std::size_t tag) {
    if (failure_) return;  // what follows a failure fails because of it
    failure_ = std::move(failure);
    failed_tag_ = tag;
    if (failure_->lost) lost_ = true;
}

Status PostgresHandle::prepare(std::string_view statement, Parameters parameters,
                               std::string& name) {
    name = name_of_statement(statement.data());
    if (statements_.contains(statement.data())) return {};
    std::array<Oid, 32> types{};
    std::size_t count = 0;
    for (const auto& parameter : parameters) types[count++] = type_of(parameter);
    const std::string text(statement);
    if (PQsendPrepare(connection_, name.c_str(), text.c_str(), static_cast<int>(count),
                      types.data()) != 1) {
        return lose();
    }
    statements_.emplace(statement.data(), Stand::sent);
    in_flight_.push_back({Sent::Kind::prepare, tag_, statement.data()});
    return {};
}

Status PostgresHandle::send(std::string_view statement, Parameters parameters) {
    if (failure_) return failure_->error;
    const Bound bound(parameters);
    std::string name;
    TRY_OK(prepare(statement, parameters, name));
    if (PQsendQueryPrepared(connection_, name.c_str(), bound.count(), bound.values(),
                            bound.lengths(), bound.formats(), kBinary) != 1) {
        return lose();
    }
    in_flight_.push_back({Sent::Kind::statement, tag_, statement.data()});
    return {};
}

// Reads the oldest result in flight; nothing when the connection broke.
ResultPtr PostgresHandle::read_one() {
    const auto sent = in_flight_.front();
    ResultPtr result(PQgetResult(connection_));
    if (result == nullptr || PQstatus(connection_) == CONNECTION_BAD) {
        if (result != nullptr && PQresultStatus(result.get()) == PGRES_FATAL_ERROR)
            note_failure(failure_of(result.get()), sent.tag);
        lose();
        return nullptr;
    }
    in_flight_.pop_front();
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_PIPELINE_SYNC) return result;
    // Every other result is followed by a null.
    for (ResultPtr rest; rest.reset(PQgetResult(connection_)), rest != nullptr;) {
    }
    const bool well = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (sent.kind == Sent::Kind::prepare) {
        if (well) {
            statements_[sent.statement] = Stand::ready;
        } else {
            statements_.erase(sent.statement);
        }
    }
    if (status == PGRES_FATAL_ERROR) {
        note_failure(failure_of(result.get()), sent.tag);
    } else if (!well && status != PGRES_PIPELINE_ABORTED) {
        note_failure({Error(Code::internal, "the store failed")
                          .caused_by(std::string("PostgreSQL answers ") + PQresStatus(status)),
                      false, false},
                     sent.tag);
    }
    return result;
}

Result<ResultPtr> PostgresHandle::wait() {
    if (PQsendFlushRequest(connection_) != 1 || PQflush(connection_) < 0) return lose();
    ResultPtr last;
    while (!in_flight_.empty()) {
        last = read_one();
        if (last == nullptr) return failure_->error;
    }
    if (failure_) return failure_->error;
    return last;
}

Status PostgresHandle::query(std::string_view statement, Parameters parameters,
                             const RowVisitor& visit) {
    TRY_OK(send(statement, parameters));
    TRY(const auto result, wait());
    const int rows = PQntuples(result.get());
    for (int row = 0; row < rows; ++row) {
        took_rows_ = true;
        TRY_OK(visit(PostgresRow(result.get(), row)));
    }
    return {};
}

Result<std::int64_t> PostgresHandle::run(std::string_view statement, Parameters parameters) {
    TRY_OK(send(statement, parameters));
    TRY(const auto result, wait());
    last_command_ = PQcmdStatus(result.get());
    return std::strtoll(PQcmdTuples(result.get()), nullptr, 10);
}

Status PostgresHandle::execute(std::string_view statement, Parameters parameters) {
    TRY_OK(send(statement, parameters));
    if (in_flight_.size() < kInFlightMax) return {};
    TRY([[maybe_unused]] const auto last, wait());
    return {};
}

Status PostgresHandle::send_sync() {
    if (lost_) return failure_ ? Status(failure_->error) : Status(lose());
    if (PQpipelineSync(connection_) != 1) return lose();
    in_flight_.push_back({Sent::Kind::sync, tag_, nullptr});
    return {};
}

Status PostgresHandle::settle() {
    while (!in_flight_.empty()) {
        const auto result = read_one();
        if (result == nullptr) break;
        if (PQresultStatus(result.get()) == PGRES_COMMAND_OK)
            last_command_ = PQcmdStatus(result.get());
    }
    if (failure_) return failure_->error;
    return {};
}

bool PostgresHandle::recover() {
    if (!lost_ && send_sync()) {
        while (!in_flight_.empty() && read_one() != nullptr) {
        }
    }
    if (lost_) return false;
    failure_.reset();
    return true;
}

Status PostgresHandle::run_script(const std::string& script) {
    TRY_OK(send_sync());
    TRY_OK(settle());
    if (PQexitPipelineMode(connection_) != 1) return lose();
    const ResultPtr result(PQexec(connection_, script.c_str()));
    const auto status = PQresultStatus(result.get());
    Status done;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
        note_failure(failure_of(result.get()), tag_);
        done = failure_->error;
    }
    if (PQstatus(connection_) == CONNECTION_BAD || PQenterPipelineMode(connection_) != 1)
        return lose();
    return done;
}

}  // namespace avow::sql
