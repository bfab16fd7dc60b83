// SPDX-License-Identifier: Apache-2.0
// One line a record: 16 hex digits, a space, canonical JSON. The digits are of the SHA-256 of the
// line before's digits and this JSON: a record taken out of the middle is noticed like a changed
// one.
#include "vault/erasure_journal.hh"

#include <boost/json.hpp>

#include "base/file.hh"
#include "base/json.hh"
#include "base/log.hh"
#include "base/text.hh"
#include "crypto/hash.hh"

namespace avow::vault {
namespace {

namespace bj = boost::json;
constexpr std::size_t kCheckSize = 16;

std::string check_of(std::string_view before, std::string_view text) {
    return hex(crypto::sha256(as_bytes(before), as_bytes(text))).substr(0, kCheckSize);
}

std::string spell(const ErasureRecord& record) {
    bj::array data;
    for (const auto& id : record.data) data.emplace_back(id.text());
    const bj::object object{{"entry", record.entry.text()}, {"customer", record.customer.text()},
                            {"at_ms", record.at.ms},        {"whole", record.whole},
                            {"data", std::move(data)},      {"fields", record.fields},
                            {"salt", hex(record.salt)},     {"details", record.details},
                            {"line", record.line}};
    return json::canonical(object);
}

std::string text_of(const bj::object& object, std::string_view key) {
    const auto* value = object.if_contains(bj::string_view(key.data(), key.size()));
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

Result<ErasureRecord> record_of(const bj::object& object) {
    const Error damaged(Code::corrupt, "a record of the erasure journal is damaged");
    const auto entry = EntryId::parse(text_of(object, "entry"));
    const auto customer = CustomerId::parse(text_of(object, "customer"));
    const auto salt = from_hex(text_of(object, "salt"));
    const auto* at = object.if_contains("at_ms");
    const auto* whole = object.if_contains("whole");
    const auto* data = object.if_contains("data");
    if (!entry || !customer || !salt || salt->size() != 32 || at == nullptr || !at->is_int64() ||
        whole == nullptr || !whole->is_bool() || data == nullptr || !data->is_array()) {
        return damaged;
    }
    ErasureRecord record{*entry,
                         *customer,
                         {at->get_int64()},
                         whole->get_bool(),
                         {},
                         text_of(object, "fields"),
                         {},
                         text_of(object, "details"),
                         text_of(object, "line")};
    std::copy(salt->begin(), salt->end(), record.salt.begin());
    for (const auto& id : data->get_array()) {
        const auto datum =
            id.is_string() ? DatumId::parse(std::string_view(id.get_string())) : std::nullopt;
        if (!datum) return damaged;
        record.data.push_back(*datum);
    }
    return record;
}

Result<ErasureRecord> parse(std::string_view before, std::string_view line) {
    const Error damaged(Code::corrupt, "a record of the erasure journal is damaged");
    if (line.size() <= kCheckSize + 1 || line[kCheckSize] != ' ' ||
        check_of(before, line.substr(kCheckSize + 1)) != line.substr(0, kCheckSize)) {
        return damaged;
    }
    TRY(const auto value, json::parse(line.substr(kCheckSize + 1)));
    if (!value.is_object()) return damaged;
    return record_of(value.get_object());
}

}  // namespace

Result<std::unique_ptr<ErasureJournal>> ErasureJournal::create(const std::filesystem::path& file) {
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    const bool fresh = !std::filesystem::exists(file);
    TRY(auto opened, OpenFile::create(file, OpenFile::IfAbsent::create));
    if (fresh) {
        TRY_OK(sync_folder(file.parent_path()));
        TRY_OK(sync_folder(file.parent_path().parent_path()));
    }
    std::unique_ptr<ErasureJournal> journal(new ErasureJournal(std::move(opened)));
    TRY_OK(journal->find_end());
    return journal;
}

// Cuts what a crash left of a record: nothing had been destroyed for it.
Status ErasureJournal::find_end() {
    TRY(const auto size, file_.size());
    Bytes content(static_cast<std::size_t>(size));
    TRY([[maybe_unused]] const auto got, file_.read_at(0, content));
    const auto last = as_text(content).rfind('\n');
    end_ = last == std::string_view::npos ? 0 : last + 1;
    if (end_ > 0) {
        const auto before = as_text(content).substr(0, end_ - 1).rfind('\n');
        const auto line = before == std::string_view::npos ? 0 : before + 1;
        last_check_ = as_text(content).substr(line, kCheckSize);
    }
    if (end_ == size) return {};
    log::warn("erasure_journal_cut", {{"bytes", size - end_}});
    TRY_OK(file_.cut(end_));
    return file_.sync();
}

Status ErasureJournal::append(const ErasureRecord& record) {
    const auto text = spell(record);
    const std::lock_guard lock(mutex_);
    const auto check = check_of(last_check_, text);
    const auto line = check + " " + text + "\n";
    auto written = file_.write_at(end_, as_bytes(line));
    if (written) written = file_.sync();
    if (!written) {
        // Not acknowledged: nothing of it may stand when the next one is written.
        if (auto cut = file_.cut(end_); !cut) return cut;
        return written;
    }
    end_ += line.size();
    last_check_ = check;
    return {};
}

Result<std::vector<ErasureRecord>> ErasureJournal::read() const {
    const std::lock_guard lock(mutex_);
    Bytes content(static_cast<std::size_t>(end_));
    TRY([[maybe_unused]] const auto got, file_.read_at(0, content));
    std::vector<ErasureRecord> records;
    std::string_view before;
    for (const auto line : split(as_text(content), '\n')) {
        if (line.empty()) continue;
        auto record = parse(before, line);
        before = line.substr(0, kCheckSize);
        if (!record) {
            return Error(Code::corrupt,
                         file_.path().string() + ": record " + std::to_string(records.size() + 1) +
                             " was changed: bring back the journal as it was written. "
                             "Nothing is served, because people who were erased could "
                             "come back");
        }
        records.push_back(std::move(*record));
    }
    return records;
}

}  // namespace avow::vault
