// SPDX-License-Identifier: Apache-2.0
// A file that stays open: read and written in place, synced when the caller says so. Positions are
// the caller's, so threads may share it; errors name the path and the system's words.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <utility>

#include "base/bytes.hh"
#include "base/result.hh"

namespace avow {

class OpenFile {
  public:
    enum class IfAbsent { create, refuse };
    // Read and write. A file that is made gets `mode`; its folder is not synced.
    static Result<OpenFile> create(std::filesystem::path path, IfAbsent if_absent,
                                   unsigned mode = 0600);
    static Result<OpenFile> open_to_read(std::filesystem::path path);

    OpenFile(OpenFile&& other) noexcept
        : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}
    OpenFile& operator=(OpenFile&& other) noexcept;
    OpenFile(const OpenFile&) = delete;
    ~OpenFile();

    Result<std::uint64_t> size() const;
    // Fewer bytes than asked for only at the end of the file.
    Result<std::size_t> read_at(std::uint64_t position, std::span<std::uint8_t> out) const;
    Status write_at(std::uint64_t position, ByteView content);
    Status cut(std::uint64_t size);
    Status sync();
    const std::filesystem::path& path() const { return path_; }

  private:
    OpenFile(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
    std::filesystem::path path_;
    int fd_;
};

// Overwrites a small secret file in place, syncs, removes it and syncs the folder. On a disk that
// writes elsewhere than it is told (flash, copy on write) the old bytes may outlive this: what they
// hold is sealed by another key for that reason.
Status destroy_file(const std::filesystem::path& path);

}  // namespace avow
