// SPDX-License-Identifier: Apache-2.0
// Lines of access logs: pure functions of bytes. Views into the line; whoever holds the line wipes
// it.
#pragma once

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

struct LogLine {
    Time at;
    std::string address, agent, host, method, target, referrer;  // host empty: the log has none
    int status = 0;
    std::int64_t bytes = 0;
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
