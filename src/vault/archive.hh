// SPDX-License-Identifier: Apache-2.0
// A sealed archive: files in chunks of at most a MiB, each sealed with the archive's id, its number
// and whether it is the last, so that none can be changed, left out, moved or taken from another
// archive, and a cut one is noticed. Written beside its name and renamed at the end: an archive
// that a crash cut short is not there.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/open_file.hh"
#include "base/random.hh"
#include "base/result.hh"
#include "crypto/key.hh"

namespace avow::vault {

class ArchiveWriter {
  public:
    static Result<ArchiveWriter> create(const std::filesystem::path& file, const crypto::Key& key,
                                        Random& random);

    // `read` is asked for the bytes at a position; `size` of them in all.
    using ReadAt = std::function<Result<std::size_t>(std::uint64_t, std::span<std::uint8_t>)>;
    Status add(std::string_view name, std::uint64_t size, const ReadAt& read);
    Status add_file(std::string_view name, const std::filesystem::path& path);
    Status add_bytes(std::string_view name, ByteView content);
    // Durable under its name when it returns.
    Status finish();

  private:
    ArchiveWriter(std::filesystem::path path, OpenFile file, const crypto::Key& key, Random& random,
                  ByteArray<16> id)
        : path_(std::move(path)), file_(std::move(file)), key_(key), random_(random), id_(id) {}
    Status append(ByteView content);
    Status flush(bool last);

    std::filesystem::path path_;
    OpenFile file_;
    const crypto::Key& key_;
    Random& random_;
    ByteArray<16> id_;
    Bytes chunk_;
    std::uint64_t end_ = 0;
    std::uint64_t chunks_ = 0;
};

// What an archive holds, in its order.
struct ArchiveSink {
    std::function<Status(std::string_view name, std::uint64_t size)> begin;
    std::function<Status(ByteView content)> content;
    std::function<Status()> end;
};
// `denied` when the key is another; `corrupt` names the chunk that was changed, or says that the
// archive is cut.
Status read_archive(const std::filesystem::path& file, const crypto::Key& key,
                    const ArchiveSink& sink);

}  // namespace avow::vault
