// SPDX-License-Identifier: Apache-2.0
// Records that wait on this disk until a store elsewhere has them. Segments are files, written once
// from front to back; each begins with a label, by which whoever delivers it tells that it was
// delivered before. Thread-safe; one process holds the folder.
// Promises: what append() returned for is on the disk, and stays until remove().
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hh"
#include "base/open_file.hh"
#include "base/result.hh"

namespace avow::traffic {

inline constexpr std::size_t kSegmentBytesMax = 8u << 20;  // LIMIT: then the next one is begun
inline constexpr std::size_t kRecordBytesMax = 32u << 20;  // LIMIT: of one record

struct Segment {
    std::string label;
    std::vector<std::string> records;
    bool damaged = false;  // what follows `records` was written whole, and is not what was written
};
// What a segment's bytes hold. An end that is not whole was never acknowledged. Pure.
Segment read_segment(std::string_view bytes);

class Spool {
  public:
    // Makes the folder when absent. `bytes_max` bounds all segments together. `label` names each
    // new one; it is called under the spool's own lock, so it must not come back here. `conflict`
    // when another process holds the folder.
    static Result<std::unique_ptr<Spool>> open(const std::filesystem::path& folder,
                                               std::uint64_t bytes_max,
                                               std::function<std::string()> label);

    ~Spool() { end(); }

    // `unavailable` at the bound, or when the disk refuses; nothing is kept then.
    Status append(std::string_view record);
    // Nothing more is written to the segment that is open, if one is.
    void cut();
    // Numbers of the segments that nothing more is written to, the oldest first.
    std::vector<std::uint64_t> closed() const;
    Result<Segment> read(std::uint64_t number) const;
    Status remove(std::uint64_t number);
    // Out of the way, for a person to look at.
    Status set_aside(std::uint64_t number);
    bool is_empty() const;
    std::uint64_t bytes() const;

  private:
    Spool(std::filesystem::path folder, std::uint64_t bytes_max, std::function<std::string()> label,
          FileLock lock)
        : folder_(std::move(folder)),
          bytes_max_(bytes_max),
          label_(std::move(label)),
          lock_(std::move(lock)) {}
    std::filesystem::path path_of(std::uint64_t number) const;
    Status begin();
    void end();
    Status make_room(std::uint64_t end);
    Status write(std::string_view record);
    void forget(std::uint64_t number);

    const std::filesystem::path folder_;
    const std::uint64_t bytes_max_;
    const std::function<std::string()> label_;
    const FileLock lock_;
    mutable std::mutex mutex_;                         // guards what follows
    std::map<std::uint64_t, std::uint64_t> segments_;  // number to bytes
    std::optional<OpenFile> open_;                     // the last of them
    std::uint64_t room_ = 0;                           // bytes of its file, with zeros at the end
    std::uint64_t next_ = 1;
    std::uint64_t bytes_ = 0;
};

}  // namespace avow::traffic
