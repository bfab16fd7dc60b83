// SPDX-License-Identifier: Apache-2.0
// Instants, in milliseconds since the Unix epoch, UTC. Clocks come in through constructors, so
// that no rule of the house depends on the wall.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace avow {

struct Time {
    std::int64_t ms = 0;
    auto operator<=>(const Time&) const = default;
};

constexpr Time operator+(Time time, std::int64_t ms) {
    return {time.ms + ms};
}
constexpr std::int64_t operator-(Time a, Time b) {
    return a.ms - b.ms;
}

inline constexpr std::int64_t kSecondMs = 1000;
inline constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;

// RFC 3339 in UTC with milliseconds: 2026-11-24T02:29:14.123Z
std::string rfc3339(Time time);
// Takes any offset and fraction; nothing else than RFC 3339.
std::optional<Time> from_rfc3339(std::string_view text);
// 2026-11-24
std::string date_of(Time time);

class Clock {
  public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
};

class SystemClock final : public Clock {
  public:
    Time now() const override;
};

// Stands still until it is told to move: for tests.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Time start = {1'700'000'000'000}) : now_(start) {}
    Time now() const override { return now_; }
    void advance(std::int64_t ms) { now_.ms += ms; }
    void set(Time time) { now_ = time; }

  private:
    Time now_;
};

}  // namespace avow
