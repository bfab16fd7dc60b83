// SPDX-License-Identifier: Apache-2.0
#include "base/open_file.hh"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.hh"
#include "base/file.hh"

namespace avow {
Result<OpenFile> OpenFile::create(std::filesystem::path path, IfAbsent if_absent, unsigned mode) {
    const int flags = O_RDWR | O_CLOEXEC | (if_absent == IfAbsent::create ? O_CREAT : 0);
    const int fd = open(path.c_str(), flags, mode);
    if (fd < 0) return refused_by_system("open", path);
    return OpenFile(std::move(path), fd);
}

Result<OpenFile> OpenFile::open_to_read(std::filesystem::path path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return refused_by_system("open", path);
    return OpenFile(std::move(path), fd);
}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(fd_, other.fd_);
    return *this;
}

OpenFile::~OpenFile() {
    if (fd_ >= 0) close(fd_);
}

Result<std::uint64_t> OpenFile::size() const {
    struct stat info{};
    if (fstat(fd_, &info) != 0) return refused_by_system("look at", path_);
    return static_cast<std::uint64_t>(info.st_size);
}

Result<std::size_t> OpenFile::read_at(std::uint64_t position, std::span<std::uint8_t> out) const {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got =
            pread(fd_, out.data() + done, out.size() - done, static_cast<off_t>(position + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return refused_by_system("read", path_);
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

Status OpenFile::write_at(std::uint64_t position, ByteView content) {
    while (!content.empty()) {
        const ssize_t written =
            pwrite(fd_, content.data(), content.size(), static_cast<off_t>(position));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return refused_by_system("write", path_);
        content = content.subspan(static_cast<std::size_t>(written));
        position += static_cast<std::uint64_t>(written);
    }
    return {};
}

Status OpenFile::cut(std::uint64_t size) {
    if (ftruncate(fd_, static_cast<off_t>(size)) != 0) return refused_by_system("cut", path_);
    return {};
}

Status OpenFile::sync() {
    if (fdatasync(fd_) != 0) return refused_by_system("sync", path_);
    return {};
}

Status destroy_file(const std::filesystem::path& path) {
    TRY(auto file, OpenFile::create(path, OpenFile::IfAbsent::refuse));
    TRY(const auto size, file.size());
    TRY_OK(file.write_at(0, Bytes(static_cast<std::size_t>(size))));
    TRY_OK(file.sync());
    fault_point("file.overwritten");
    if (unlink(path.c_str()) != 0) return refused_by_system("remove", path);
    return sync_folder(path.parent_path());
}

}  // namespace avow
