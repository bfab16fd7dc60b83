// SPDX-License-Identifier: Apache-2.0
#include "base/file.hh"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace avow {
namespace fs = std::filesystem;

Error refused_by_system(std::string_view what, const fs::path& path, int error) {
    const Code code = error == ENOENT                      ? Code::not_found
                      : error == ENOSPC || error == EDQUOT ? Code::unavailable
                                                           : Code::internal;
    return Error(code,
                 "cannot " + std::string(what) + " " + path.string() + ": " + strerror(error));
}

namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) close(fd_);
    }
    int get() const { return fd_; }

  private:
    int fd_;
};

Status write_all(int fd, ByteView content, const fs::path& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return refused_by_system("write", path);
        content = content.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Status write_and_sync(const fs::path& path, ByteView content, unsigned mode) {
    const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (file.get() < 0) return refused_by_system("create", path);
    TRY_OK(write_all(file.get(), content, path));
    if (fchmod(file.get(), mode) != 0) return refused_by_system("set the mode of", path);
    if (fsync(file.get()) != 0) return refused_by_system("sync", path);
    return {};
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::size_t max) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return refused_by_system("open", path);
    struct stat info{};
    if (fstat(file.get(), &info) != 0) return refused_by_system("look at", path);
    if (!S_ISREG(info.st_mode)) return Error(Code::invalid, path.string() + " is not a file");
    if (static_cast<std::size_t>(info.st_size) > max) {
        return Error(Code::too_large,
                     path.string() + " is larger than " + std::to_string(max) + " bytes");
    }
    std::string content(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t done = 0;
    while (done < content.size()) {
        const ssize_t got = ::read(file.get(), content.data() + done, content.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return refused_by_system("read", path);
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    content.resize(done);
    return content;
}

Status write_file_in_unsynced_folder(const fs::path& path, ByteView content, unsigned mode) {
    const fs::path temporary = path.string() + ".tmp";
    if (auto written = write_and_sync(temporary, content, mode); !written) {
        unlink(temporary.c_str());
        return written;
    }
    if (rename(temporary.c_str(), path.c_str()) != 0) return refused_by_system("rename into", path);
    return {};
}

Status write_file_durably(const fs::path& path, ByteView content, unsigned mode) {
    TRY_OK(write_file_in_unsynced_folder(path, content, mode));
    return sync_folder(path.parent_path());
}

Status sync_folder(const fs::path& folder) {
    const Descriptor handle(
        open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (handle.get() < 0) return refused_by_system("open", folder);
    if (fsync(handle.get()) != 0) return refused_by_system("sync", folder);
    return {};
}

Result<FileLock> FileLock::create(const fs::path& path) {
    const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return refused_by_system("open", path);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        close(fd);
        if (error == EWOULDBLOCK) {
            return Error(Code::conflict, path.string() + " is held by another process");
        }
        return refused_by_system("lock", path, error);
    }
    return FileLock(fd);
}

FileLock::~FileLock() {
    if (fd_ >= 0) close(fd_);
}

}  // namespace avow
