// SPDX-License-Identifier: Apache-2.0
// A ZIP archive written once from front to end, by libarchive: nothing of it is kept, and no size
// is known beforehand (data descriptors, ZIP64 where it must be). The only file that knows
// libarchive. Not thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/bytes.hh"
#include "base/result.hh"
#include "base/time.hh"

struct archive;
struct archive_entry;

namespace avow::services {

class ZipWriter {
  public:
    // Takes the archive's bytes as they come. Its error ends the archive and is the call's.
    using Sink = std::function<Status(ByteView)>;
    static Result<std::unique_ptr<ZipWriter>> create(Sink sink);
    ~ZipWriter();
    ZipWriter(const ZipWriter&) = delete;
    ZipWriter& operator=(const ZipWriter&) = delete;

    // A file, up to the next begin() or finish(). `name`: relative, with /.
    Status begin(std::string_view name, Time changed);
    Status write(std::string_view content);
    // The archive's end; nothing may be written after it.
    Status finish();

  private:
    explicit ZipWriter(Sink sink) : sink_(std::move(sink)) {}
    Status checked(int code);

    Sink sink_;
    Status sunk_;  // what the sink said last
    archive* zip_ = nullptr;
};

}  // namespace avow::services
