// SPDX-License-Identifier: Apache-2.0
// A log file as chunks of whole lines, whether plain, gzip or zstd.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hh"

namespace avow::traffic {

class LogStream {
  public:
    static Result<std::unique_ptr<LogStream>> create(const std::filesystem::path& path);
    virtual ~LogStream() = default;
    // About `size` bytes that end with a line; less at the end; empty after it. A last line without
    // an end is not given: it may still be written. `corrupt` for damaged compression.
    Result<std::string> next(std::size_t size);
    // Share of the file that was read, from 0 to 1.
    double progress() const {
        return size_ == 0 ? 1 : static_cast<double>(read_) / static_cast<double>(size_);
    }

  protected:
    // Appends decompressed bytes; false at the end.
    virtual Result<bool> fill(std::string& out) = 0;
    std::uintmax_t size_ = 0;
    std::uintmax_t read_ = 0;

  private:
    std::string rest_;
};

}  // namespace avow::traffic
