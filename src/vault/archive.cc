// SPDX-License-Identifier: Apache-2.0
// "avow archive 1\n" | id (16) | chunks: length (4, BE) | sealed bytes.
// The plain stream: for each file its name's length (4), name, size (8), content.
#include "vault/archive.hh"

#include <algorithm>

#include <unistd.h>

#include "base/fault.hh"
#include "base/file.hh"
#include "crypto/seal.hh"

namespace avow::vault {
namespace {

constexpr std::string_view kMagic = "avow archive 1\n";
constexpr std::size_t kChunkSize = 1u << 20;
constexpr std::size_t kNameMax = 4096;  // LIMIT: bytes of a name
constexpr std::uint32_t kKeyId = 1;

Bytes place_of(ByteView id, std::uint64_t chunk, bool last) {
    Bytes number;
    append_be64(number, chunk);
    number.push_back(last ? 1 : 0);
    return crypto::length_prefixed({as_bytes("avow/archive/v1"), id, number});
}

// Puts the stream of chunks together again into names, sizes and contents.
class Stream {
  public:
    explicit Stream(const ArchiveSink& sink) : sink_(sink) {}

    Status take(ByteView bytes) {
        while (!bytes.empty()) {
            if (left_ == 0 && !in_file_) {
                TRY(const auto used, take_head(bytes));
                bytes = bytes.subspan(used);
                continue;
            }
            const auto here =
                static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
            TRY_OK(sink_.content(bytes.first(here)));
            left_ -= here;
            bytes = bytes.subspan(here);
            TRY_OK(end_if_done());
        }
        return {};
    }
    bool is_complete() const { return !in_file_ && head_.empty(); }

  private:
    // One byte at a time: heads are short, and may lie across two chunks.
    Result<std::size_t> take_head(ByteView bytes) {
        for (std::size_t used = 0; used < bytes.size(); ++used) {
            head_.push_back(bytes[used]);
            if (head_.size() < 4) continue;
            const std::size_t name = read_be32(head_);
            if (name == 0 || name > kNameMax)
                return Error(Code::corrupt, "an archive has a bad name");
            if (head_.size() < 4 + name + 8) continue;
            left_ = read_be64(ByteView(head_).subspan(4 + name));
            in_file_ = true;
            TRY_OK(sink_.begin(as_text(ByteView(head_).subspan(4, name)), left_));
            head_.clear();
            TRY_OK(end_if_done());
            return used + 1;
        }
        return bytes.size();
    }
    Status end_if_done() {
        if (left_ > 0) return {};
        in_file_ = false;
        return sink_.end();
    }

    const ArchiveSink& sink_;
    Bytes head_;
    std::uint64_t left_ = 0;
    bool in_file_ = false;
};

}  // namespace

Result<ArchiveWriter> ArchiveWriter::create(const std::filesystem::path& path,
                                            const crypto::Key& key, Random& random) {
    const std::filesystem::path temporary = path.string() + ".tmp";
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    TRY(auto file, OpenFile::create(temporary, OpenFile::IfAbsent::create));
    ArchiveWriter writer(path, std::move(file), key, random, random.take<16>());
    Bytes head = to_bytes(as_bytes(kMagic));
    head.insert(head.end(), writer.id_.begin(), writer.id_.end());
    TRY_OK(writer.file_.write_at(0, head));
    writer.end_ = head.size();
    return writer;
}

Status ArchiveWriter::append(ByteView content) {
    while (!content.empty()) {
        const auto here = std::min(kChunkSize - chunk_.size(), content.size());
        chunk_.insert(chunk_.end(), content.begin(), content.begin() + static_cast<long>(here));
        content = content.subspan(here);
        if (chunk_.size() == kChunkSize) TRY_OK(flush(false));
    }
    return {};
}

Status ArchiveWriter::flush(bool last) {
    const auto sealed = crypto::seal(key_, kKeyId, chunk_, place_of(id_, chunks_++, last), random_);
    Bytes framed;
    append_be32(framed, static_cast<std::uint32_t>(sealed.size()));
    framed.insert(framed.end(), sealed.begin(), sealed.end());
    TRY_OK(file_.write_at(end_, framed));
    end_ += framed.size();
    chunk_.clear();
    fault_point("archive.chunk_written");
    return {};
}

Status ArchiveWriter::add(std::string_view name, std::uint64_t size, const ReadAt& read) {
    Bytes head;
    append_be32(head, static_cast<std::uint32_t>(name.size()));
    head.insert(head.end(), name.begin(), name.end());
    append_be64(head, size);
    TRY_OK(append(head));
    Bytes buffer(static_cast<std::size_t>(std::min<std::uint64_t>(size, kChunkSize)));
    for (std::uint64_t done = 0; done < size;) {
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(size - done, kChunkSize));
        TRY(const auto got, read(done, std::span(buffer).first(wanted)));
        if (got == 0)
            return Error(Code::unavailable, "a file became shorter while it was backed up");
        TRY_OK(append(ByteView(buffer).first(got)));
        done += got;
    }
    return {};
}

Status ArchiveWriter::add_file(std::string_view name, const std::filesystem::path& path) {
    TRY(const auto file, OpenFile::open_to_read(path));
    TRY(const auto size, file.size());
    return add(name, size, [&](std::uint64_t position, std::span<std::uint8_t> out) {
        return file.read_at(position, out);
    });
}

Status ArchiveWriter::add_bytes(std::string_view name, ByteView content) {
    return add(name, content.size(),
               [&](std::uint64_t position, std::span<std::uint8_t> out) -> Result<std::size_t> {
                   const auto from = content.subspan(static_cast<std::size_t>(position));
                   const auto here = std::min(from.size(), out.size());
                   std::copy_n(from.begin(), here, out.begin());
                   return here;
               });
}

Status ArchiveWriter::finish() {
    TRY_OK(flush(true));
    TRY_OK(file_.sync());
    fault_point("archive.written");
    std::error_code error;
    std::filesystem::rename(file_.path(), path_, error);
    if (error)
        return Error(Code::internal,
                     "cannot rename into " + path_.string() + ": " + error.message());
    return sync_folder(path_.parent_path());
}

Status read_archive(const std::filesystem::path& path, const crypto::Key& key,
                    const ArchiveSink& sink) {
    TRY(const auto file, OpenFile::open_to_read(path));
    Bytes head(kMagic.size() + 16);
    TRY(auto got, file.read_at(0, head));
    if (got != head.size() || !as_text(head).starts_with(kMagic)) {
        return Error(Code::corrupt, path.string() + " is not an archive of avow");
    }
    const ByteView id = ByteView(head).subspan(kMagic.size());
    Stream stream(sink);
    std::uint64_t position = head.size();
    TRY(const auto size, file.size());
    for (std::uint64_t chunk = 0; position < size; ++chunk) {
        const Error cut(Code::corrupt, path.string() + " is cut in chunk " + std::to_string(chunk));
        Bytes length(4);
        TRY(got, file.read_at(position, length));
        const std::size_t sealed_size = read_be32(length);
        if (got != 4 || sealed_size > kChunkSize + crypto::kSealOverhead) return cut;
        Bytes sealed(sealed_size);
        TRY(got, file.read_at(position + 4, sealed));
        if (got != sealed_size) return cut;
        position += 4 + sealed_size;
        const bool last = position == size;
        const auto opened = crypto::open(key, sealed, place_of(id, chunk, last));
        if (!opened && chunk == 0) {
            return Error(Code::denied, "the master key does not open " + path.string() +
                                           ": it was sealed with another, or the file was changed");
        }
        if (!opened) {
            return Error(Code::corrupt, path.string() + ": chunk " + std::to_string(chunk) +
                                            " was changed or cut");
        }
        TRY_OK(stream.take(*opened));
    }
    if (position == head.size() || !stream.is_complete()) {
        return Error(Code::corrupt, path.string() + " is cut");
    }
    return {};
}

}  // namespace avow::vault
