// SPDX-License-Identifier: Apache-2.0
// Files whose loss would break a promise: written whole or not at all, durable when the call
// returns. Errors name the path and the system's words.
#pragma once

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.hh"
#include "base/result.hh"

namespace avow {

// LIMIT: a file larger than this is refused, not read.
inline constexpr std::size_t kFileMax = 64u << 20;

// What the system would not do to a file: `not_found`, `unavailable` for a full disk, `internal`.
Error refused_by_system(std::string_view what, const std::filesystem::path& path,
                        int error = errno);

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max = kFileMax);

// Temporary file beside it, fsync, rename, fsync of the folder. `mode` as chmod takes it.
Status write_file_durably(const std::filesystem::path& path, ByteView content,
                          unsigned mode = 0644);

// The same without the fsync of the folder: for many files at once, whose folders are then synced
// by the caller with sync_folder().
Status write_file_in_unsynced_folder(const std::filesystem::path& path, ByteView content,
                                     unsigned mode = 0644);

// fsync of a folder, after files in it were created, renamed or removed.
Status sync_folder(const std::filesystem::path& folder);

// Held for life: a second holder, in this process or another, is refused with `conflict`.
class FileLock {
  public:
    static Result<FileLock> create(const std::filesystem::path& path);
    FileLock(FileLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    FileLock& operator=(FileLock&&) = delete;
    FileLock(const FileLock&) = delete;
    ~FileLock();

  private:
    explicit FileLock(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace avow
