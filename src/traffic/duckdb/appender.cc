// SPDX-License-Identifier: Apache-2.0
#include "traffic/duckdb/appender.hh"

#include <string>

namespace avow::traffic::duck {
namespace {

class Appender {
  public:
    Appender(duckdb_connection connection, const char* table) {
        good_ = duckdb_appender_create(connection, nullptr, table, &appender_) == DuckDBSuccess;
    }
    Appender(const Appender&) = delete;
    Appender& operator=(const Appender&) = delete;
    ~Appender() { duckdb_appender_destroy(&appender_); }

    Appender& u8(std::uint8_t value) { return note(duckdb_append_uint8(appender_, value)); }
    Appender& u16(std::uint16_t value) { return note(duckdb_append_uint16(appender_, value)); }
    Appender& u32(std::uint32_t value) { return note(duckdb_append_uint32(appender_, value)); }
    // Words are counted up here, and never reach what 32 bits hold.
    Appender& word(WordId id) { return u32(static_cast<std::uint32_t>(id)); }
    Appender& u64(std::uint64_t value) { return note(duckdb_append_uint64(appender_, value)); }
    Appender& i32(std::int32_t value) { return note(duckdb_append_int32(appender_, value)); }
    Appender& text(const std::string& value) {
        return note(duckdb_append_varchar_length(appender_, value.data(), value.size()));
    }
    void end() { note(duckdb_appender_end_row(appender_)); }
    Status finish() {
        if (good_ && duckdb_appender_flush(appender_) == DuckDBSuccess) return {};
        return failed("take rows", duckdb_appender_error(appender_));
    }

  private:
    Appender& note(duckdb_state state) {
        good_ = good_ && state == DuckDBSuccess;
        return *this;
    }
    duckdb_appender appender_ = nullptr;
    bool good_ = false;
};

void put(Appender& to, const WordRow& row) {
    to.u8(static_cast<std::uint8_t>(row.kind)).word(row.id).text(row.word).end();
}
void put(Appender& to, const ViewRow& row) {
    to.word(row.site).u32(row.hour).word(row.page).word(row.name).word(row.source);
    to.word(row.campaign)
        .word(row.browser)
        .word(row.system)
        .u32(row.n)
        .u16(row.country)
        .u8(row.kind)
        .u8(row.channel);
    to.u8(row.device).u8(row.origin).u8(row.bot).u8(row.known).u8(row.today).u8(row.week);
    to.u8(row.month).u8(row.year).u8(row.gap).u8(row.depth).u8(row.entry).u8(row.reload).end();
}
void put(Appender& to, const EdgeRow& row) {
    to.word(row.site).u32(row.day).word(row.from_page).word(row.to_page).u32(row.n).end();
}
void put(Appender& to, const EngagementRow& row) {
    to.word(row.site).u32(row.day).word(row.page).u8(row.bucket).i32(row.n).end();
}
void put(Appender& to, const PropertyRow& row) {
    to.word(row.site).u32(row.day).word(row.name).word(row.property).u32(row.n).end();
}
void put(Appender& to, const ImportRow& row) {
    to.text(row.file).u64(row.bytes).u64(row.lines).u64(row.rejected).end();
}

template <typename Rows>
Status put_all(duckdb_connection connection, const char* table, const Rows& rows) {
    if (rows.empty()) return {};
    Appender appender(connection, table);
    for (const auto& row : rows) put(appender, row);
    return appender.finish();
}

}  // namespace

Status append(Session& session, const Batch& batch) {
    auto* connection = session.get();
    TRY_OK(put_all(connection, "words", batch.words));
    TRY_OK(put_all(connection, "views", batch.views));
    TRY_OK(put_all(connection, "edges", batch.edges));
    TRY_OK(put_all(connection, "engagement", batch.engagement));
    TRY_OK(put_all(connection, "properties", batch.properties));
    if (!batch.import) return {};
    return put_all(connection, "imports", std::vector{*batch.import});
}

}  // namespace avow::traffic::duck
