// SPDX-License-Identifier: Apache-2.0
// Lines of access logs: pure functions of bytes. What is read of a line points into it; whoever
// holds the line wipes it, and wipe() what had to be written anew.
#pragma once

#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "base/time.hh"

namespace avow::traffic {

enum class LogFormat { common, combined, vhost, caddy, cloudfront, w3c };
std::optional<LogFormat> log_format_from(std::string_view name);
std::string_view name_of(LogFormat format);

class LogLine {
  public:
    LogLine() = default;
    LogLine(LogLine&&) = default;
    LogLine& operator=(LogLine&&) = default;

    Time at;
    std::string_view address, agent, host, method, target, referrer;  // host empty: not in the log
    int status = 0;
    std::int64_t bytes = 0;

    // Text that does not stand in the line as it is; kept as long as this.
    std::string_view hold(std::string text) { return held_.emplace_front(std::move(text)); }
    void wipe();

  private:
    std::forward_list<std::string> held_;
};

class LogReader {
  public:
    explicit LogReader(LogFormat format) : format_(format) {}
    LogFormat format() const { return format_; }
    // Nothing for a comment or an empty line; `invalid` says what is wrong, never with its bytes.
    // "#Fields:" of W3C and CloudFront logs is remembered for the lines after it.
    Result<std::optional<LogLine>> read(std::string_view line);

  private:
    Result<std::optional<LogLine>> read_fields(std::string_view line);
    LogFormat format_;
    std::vector<std::string> fields_;
};

// What the first lines look like; nothing when they look like no format we read.
std::optional<LogFormat> guess_format(std::string_view head);

}  // namespace avow::traffic
