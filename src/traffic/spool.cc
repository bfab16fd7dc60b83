// SPDX-License-Identifier: Apache-2.0
#include "traffic/spool.hh"

#include <charconv>

#include <zlib.h>

namespace avow::traffic {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeadBytes = 8;  // length and CRC-32, each of four bytes, big end first
constexpr std::string_view kEnding = ".rows";
// A file grows by so many zeros, which records are written over: a sync that has no new size to
// keep costs half of one that has.
constexpr std::size_t kRoom = 256 * 1024;

std::uint32_t checksum(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

Bytes framed(std::string_view record) {
    Bytes bytes;
    bytes.reserve(kHeadBytes + record.size());
    append_be32(bytes, static_cast<std::uint32_t>(record.size()));
    append_be32(bytes, checksum(record));
    const auto content = as_bytes(record);
    bytes.insert(bytes.end(), content.begin(), content.end());
    return bytes;
}

std::optional<std::uint64_t> number_of(const fs::path& file) {
    const auto name = file.filename().string();
    if (!name.ends_with(kEnding)) return std::nullopt;
    const auto* end = name.data() + name.size() - kEnding.size();
    std::uint64_t number = 0;
    const auto read = std::from_chars(name.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || number == 0) return std::nullopt;
    return number;
}

Error cannot_be_kept(const Error& cause) {
    return Error(Code::unavailable, "the traffic cannot be kept now").caused_by(cause.describe());
}

}  // namespace

Segment read_segment(std::string_view bytes) {
    Segment segment;
    bool first = true;
    while (bytes.size() >= kHeadBytes) {
        const auto size = read_be32(as_bytes(bytes.substr(0, 4)));
        const auto crc = read_be32(as_bytes(bytes.substr(4, 4)));
        // No record is empty: zeros stand where a file had grown and nothing was written yet.
        if (size == 0 || size > bytes.size() - kHeadBytes) break;
        const auto record = bytes.substr(kHeadBytes, size);
        bytes.remove_prefix(kHeadBytes + size);
        if (checksum(record) != crc) {
            segment.damaged = bytes.find_first_not_of('\0') != bytes.npos;
            break;
        }
        if (first) {
            segment.label = record;
        } else {
            segment.records.emplace_back(record);
        }
        first = false;
    }
    return segment;
}

Result<std::unique_ptr<Spool>> Spool::open(const fs::path& folder, std::uint64_t bytes_max,
                                           std::function<std::string()> label) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return refused_by_system("make the folder", folder, error.value());
    auto lock = FileLock::create(folder / "lock");
    if (!lock) {
        return Error(Code::conflict, "another process holds the traffic spool " + folder.string())
            .caused_by(lock.error().describe());
    }
    std::unique_ptr<Spool> spool(new Spool(folder, bytes_max, std::move(label), std::move(*lock)));
    for (const auto& item : fs::directory_iterator(folder, error)) {
        const auto number = number_of(item.path());
        if (!number) continue;
        const auto size = item.file_size(error);
        spool->segments_[*number] = size;
        spool->bytes_ += size;
        spool->next_ = std::max(spool->next_, *number + 1);
    }
    if (error) return refused_by_system("read the folder", folder, error.value());
    return spool;
}

fs::path Spool::path_of(std::uint64_t number) const {
    auto digits = std::to_string(number);
    digits.insert(0, digits.size() < 16 ? 16 - digits.size() : 0, '0');
    return folder_ / (digits + std::string(kEnding));
}

Status Spool::begin() {
    const auto number = next_;
    TRY(auto file, OpenFile::create(path_of(number), OpenFile::IfAbsent::create));
    ++next_;
    segments_[number] = 0;
    open_.emplace(std::move(file));
    room_ = 0;
    TRY_OK(write(label_()));
    return sync_folder(folder_);
}

// Without the room it had; zeros that a crash leaves there are no records.
void Spool::end() {
    if (!open_) return;
    [[maybe_unused]] const auto cut = open_->cut(segments_.rbegin()->second);
    open_.reset();
}

Status Spool::make_room(std::uint64_t end) {
    if (end <= room_) return {};
    TRY_OK(open_->write_at(room_, Bytes(static_cast<std::size_t>(end - room_) + kRoom)));
    room_ = end + kRoom;
    return {};
}

Status Spool::write(std::string_view record) {
    const auto bytes = framed(record);
    auto& size = segments_.rbegin()->second;
    auto written = make_room(size + bytes.size());
    if (written) written = open_->write_at(size, bytes);
    if (written) written = open_->sync();
    if (!written) {
        // What was not acknowledged should not be there; and nothing follows a half of it.
        [[maybe_unused]] const auto undone = open_->cut(size);
        open_.reset();
        return written;
    }
    size += bytes.size();
    bytes_ += bytes.size();
    return {};
}

Status Spool::append(std::string_view record) {
    const std::lock_guard lock(mutex_);
    if (record.size() > kRecordBytesMax) {
        return Error(Code::too_large, "too much traffic at once");
    }
    if (bytes_ + kHeadBytes + record.size() > bytes_max_) {
        return Error(Code::unavailable,
                     "the traffic store has been away for too long: what waits for it may grow no "
                     "further");
    }
    if (open_ && segments_.rbegin()->second > kSegmentBytesMax) end();
    if (!open_) {
        if (auto begun = begin(); !begun) {
            open_.reset();
            return cannot_be_kept(begun.error());
        }
    }
    if (auto written = write(record); !written) return cannot_be_kept(written.error());
    return {};
}

void Spool::cut() {
    const std::lock_guard lock(mutex_);
    end();
}

std::vector<std::uint64_t> Spool::closed() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::uint64_t> numbers;
    numbers.reserve(segments_.size());
    for (const auto& [number, size] : segments_) numbers.push_back(number);
    if (open_) numbers.pop_back();
    return numbers;
}

Result<Segment> Spool::read(std::uint64_t number) const {
    TRY(const auto bytes, read_file(path_of(number), kSegmentBytesMax + 2 * kRecordBytesMax));
    return read_segment(bytes);
}

void Spool::forget(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    const auto found = segments_.find(number);
    if (found == segments_.end()) return;
    bytes_ -= found->second;
    segments_.erase(found);
}

Status Spool::remove(std::uint64_t number) {
    std::error_code error;
    fs::remove(path_of(number), error);
    if (error) return refused_by_system("remove", path_of(number), error.value());
    // A file that a crash brings back is known by its label.
    forget(number);
    return {};
}

Status Spool::set_aside(std::uint64_t number) {
    const auto path = path_of(number);
    std::error_code error;
    fs::rename(path, path.string() + ".damaged", error);
    if (error) return refused_by_system("rename", path, error.value());
    forget(number);
    return {};
}

bool Spool::is_empty() const {
    const std::lock_guard lock(mutex_);
    return segments_.empty();
}

std::uint64_t Spool::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

}  // namespace avow::traffic
