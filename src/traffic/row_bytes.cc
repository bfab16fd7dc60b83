// SPDX-License-Identifier: Apache-2.0
#include "traffic/row_bytes.hh"

#include <cstring>
#include <type_traits>

namespace avow::traffic {
namespace {

constexpr std::size_t kTextMax = 1u << 20;

class Writer {
  public:
    explicit Writer(std::string& to) : to_(to) {}
    template <typename Number>
        requires std::is_integral_v<Number>
    void operator()(Number value) {
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);  // little endian, as every machine we build for
        to_.append(bytes, sizeof value);
    }
    void operator()(WordKind kind) { (*this)(static_cast<std::uint8_t>(kind)); }
    void operator()(const std::string& text) {
        auto size = text.size();
        for (; size >= 0x80; size >>= 7) to_ += static_cast<char>(size | 0x80);
        to_ += static_cast<char>(size);
        to_ += text;
    }

  private:
    std::string& to_;
};

class Reader {
  public:
    explicit Reader(std::string_view from) : from_(from) {}
    template <typename Number>
        requires std::is_integral_v<Number>
    void operator()(Number& value) {
        if (!has(sizeof value)) return;
        std::memcpy(&value, from_.data(), sizeof value);
        from_.remove_prefix(sizeof value);
    }
    void operator()(WordKind& kind) {
        std::uint8_t number = 0;
        (*this)(number);
        good_ = good_ && number < kWordKinds;
        if (good_) kind = static_cast<WordKind>(number);
    }
    void operator()(std::string& text) {
        std::size_t size = 0;
        for (unsigned shift = 0; has(1) && shift < 28; shift += 7) {
            const auto byte = static_cast<std::uint8_t>(from_.front());
            from_.remove_prefix(1);
            size |= static_cast<std::size_t>(byte & 0x7f) << shift;
            if (byte < 0x80) break;
        }
        good_ = good_ && size <= kTextMax;
        if (!has(size)) return;
        text = from_.substr(0, size);
        from_.remove_prefix(size);
    }
    bool good() const { return good_; }
    bool at_end() const { return from_.empty(); }

  private:
    bool has(std::size_t size) {
        good_ = good_ && from_.size() >= size;
        return good_;
    }
    std::string_view from_;
    bool good_ = true;
};

// What each row holds, in the order of clickhouse/tables.hh: read and written by the same list.
template <typename Visit, typename Row>
void each_field(Visit& visit, Row& r)
    requires std::is_same_v<std::remove_const_t<Row>, WordRow>
{
    visit(r.kind), visit(r.span), visit(r.id), visit(r.word);
}
template <typename Visit, typename Row>
void each_field(Visit& visit, Row& r)
    requires std::is_same_v<std::remove_const_t<Row>, ViewRow>
{
    visit(r.site), visit(r.hour), visit(r.page), visit(r.name), visit(r.source), visit(r.campaign);
    visit(r.browser), visit(r.system), visit(r.n), visit(r.country), visit(r.kind);
    visit(r.channel), visit(r.device), visit(r.origin), visit(r.bot), visit(r.known);
    visit(r.today), visit(r.week), visit(r.month), visit(r.year), visit(r.gap), visit(r.depth);
    visit(r.entry), visit(r.reload);
}
template <typename Visit, typename Row>
void each_field(Visit& visit, Row& r)
    requires std::is_same_v<std::remove_const_t<Row>, EdgeRow>
{
    visit(r.site), visit(r.day), visit(r.from_page), visit(r.to_page), visit(r.n);
}
template <typename Visit, typename Row>
void each_field(Visit& visit, Row& r)
    requires std::is_same_v<std::remove_const_t<Row>, EngagementRow>
{
    visit(r.site), visit(r.day), visit(r.page), visit(r.bucket), visit(r.n);
}
template <typename Visit, typename Row>
void each_field(Visit& visit, Row& r)
    requires std::is_same_v<std::remove_const_t<Row>, PropertyRow>
{
    visit(r.site), visit(r.day), visit(r.name), visit(r.property), visit(r.n);
}
template <typename Visit, typename Row>
void each_field(Visit& visit, Row& r)
    requires std::is_same_v<std::remove_const_t<Row>, ImportRow>
{
    visit(r.file), visit(r.bytes), visit(r.lines), visit(r.rejected);
}

template <typename Row>
void put_row(std::string& to, const Row& row) {
    Writer writer(to);
    each_field(writer, row);
}

template <typename Row>
void put_rows(std::string& to, const std::vector<Row>& rows) {
    Writer writer(to);
    writer(static_cast<std::uint32_t>(rows.size()));
    for (const auto& row : rows) put_row(to, row);
}

template <typename Row>
void take_rows(Reader& reader, std::vector<Row>& rows) {
    std::uint32_t count = 0;
    reader(count);
    for (std::uint32_t i = 0; i < count && reader.good(); ++i) {
        Row row{};
        each_field(reader, row);
        if (reader.good()) rows.push_back(std::move(row));
    }
}

}  // namespace

void put(std::string& to, const WordRow& row) {
    put_row(to, row);
}
void put(std::string& to, const ViewRow& row) {
    put_row(to, row);
}
void put(std::string& to, const EdgeRow& row) {
    put_row(to, row);
}
void put(std::string& to, const EngagementRow& row) {
    put_row(to, row);
}
void put(std::string& to, const PropertyRow& row) {
    put_row(to, row);
}
void put(std::string& to, const ImportRow& row) {
    put_row(to, row);
}

std::string written(const Batch& batch) {
    std::string bytes;
    put_rows(bytes, batch.words);
    put_rows(bytes, batch.views);
    put_rows(bytes, batch.edges);
    put_rows(bytes, batch.engagement);
    put_rows(bytes, batch.properties);
    std::vector<ImportRow> imports;
    if (batch.import) imports.push_back(*batch.import);
    put_rows(bytes, imports);
    return bytes;
}

bool read_into(std::string_view bytes, std::vector<ImportRow>& imports, Batch& batch) {
    Reader reader(bytes);
    take_rows(reader, batch.words);
    take_rows(reader, batch.views);
    take_rows(reader, batch.edges);
    take_rows(reader, batch.engagement);
    take_rows(reader, batch.properties);
    take_rows(reader, imports);
    return reader.good() && reader.at_end();
}

Status read_records(std::span<const std::string> records, std::vector<ImportRow>& imports,
                    Batch& batch) {
    for (const auto& record : records) {
        if (read_into(record, imports, batch)) continue;
        return Error(Code::corrupt, "a record of the traffic spool cannot be read");
    }
    return {};
}

}  // namespace avow::traffic
