// SPDX-License-Identifier: Apache-2.0
#include "services/exports/zip.hh"

#include <archive.h>
#include <archive_entry.h>

namespace avow::services {
namespace {

struct EntryEnd {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

}  // namespace

Result<std::unique_ptr<ZipWriter>> ZipWriter::create(Sink sink) {
    std::unique_ptr<ZipWriter> writer(new ZipWriter(std::move(sink)));
    writer->zip_ = archive_write_new();
    if (writer->zip_ == nullptr) return Error(Code::internal, "no archive can be made");
    TRY_OK(writer->checked(archive_write_set_format_zip(writer->zip_)));
    TRY_OK(writer->checked(archive_write_zip_set_compression_deflate(writer->zip_)));
    // No padding to a tape's blocks, and no block gathered beyond what is written at once.
    TRY_OK(writer->checked(archive_write_set_bytes_per_block(writer->zip_, 0)));
    const auto take = [](archive*, void* self, const void* bytes, std::size_t size) -> la_ssize_t {
        auto& own = *static_cast<ZipWriter*>(self);
        own.sunk_ = own.sink_({static_cast<const std::uint8_t*>(bytes), size});
        return own.sunk_ ? static_cast<la_ssize_t>(size) : -1;
    };
    TRY_OK(writer->checked(
        archive_write_open2(writer->zip_, writer.get(), nullptr, take, nullptr, nullptr)));
    return writer;
}

ZipWriter::~ZipWriter() {
    if (zip_ == nullptr) return;
    // Given up half way: nothing more may reach the sink.
    archive_write_fail(zip_);
    archive_write_free(zip_);
}

Status ZipWriter::checked(int code) {
    if (!sunk_) return sunk_;
    if (code == ARCHIVE_OK) return {};
    return Error(Code::internal, "the archive cannot be written");
}

Status ZipWriter::begin(std::string_view name, Time changed) {
    const std::unique_ptr<archive_entry, EntryEnd> entry(archive_entry_new());
    if (entry == nullptr) return Error(Code::internal, "no archive can be made");
    archive_entry_set_pathname_utf8(entry.get(), std::string(name).c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0600);
    archive_entry_set_mtime(entry.get(), changed.ms / kSecondMs, 0);
    return checked(archive_write_header(zip_, entry.get()));
}

Status ZipWriter::write(std::string_view content) {
    while (!content.empty()) {
        const auto taken = archive_write_data(zip_, content.data(), content.size());
        if (taken <= 0) return checked(ARCHIVE_FATAL);
        content.remove_prefix(static_cast<std::size_t>(taken));
    }
    return {};
}

Status ZipWriter::finish() {
    return checked(archive_write_close(zip_));
}

}  // namespace avow::services
