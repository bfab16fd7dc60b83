// SPDX-License-Identifier: Apache-2.0
// Errors and results. A code says what the caller may do, words say it to a person, the cause is
// for the log. Neither ever holds personal data or a secret: name the place, not the value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace avow {

enum class Code {
    invalid,      // The input is wrong: mend it and send it again.
    denied,       // Not allowed: asking again changes nothing.
    not_found,    // No such thing, or none that you may know of.
    conflict,     // The thing changed meanwhile: read it again, then decide.
    unavailable,  // Cannot be served now: the same call may succeed later.
    corrupt,      // Stored bytes are not what was written: stop and call the operator.
    too_large,    // Over a stated limit: send less.
    too_often,    // Tried too often: wait as long as the error says.
    internal,     // A fault of ours.
};

std::string_view name_of(Code code);

// Words that a client may read.
struct ClientText {
    std::string value;
};

// Words for the log only: may name files and system errors.
struct LogText {
    std::string value;
};

// One wrong place in an input: an RFC 6901 pointer and what is wrong there.
struct InputError {
    std::string pointer;
    std::string detail;
};

class Error {
  public:
    Error(Code code, std::string words) : code_(code), words_{std::move(words)} {}

    Error caused_by(std::string cause) && {
        cause_.value = std::move(cause);
        return std::move(*this);
    }
    Error at(std::string pointer, std::string detail) && {
        inputs_.push_back({std::move(pointer), std::move(detail)});
        return std::move(*this);
    }

    Error after(std::int64_t seconds) && {
        wait_s_ = seconds;
        return std::move(*this);
    }

    Code code() const { return code_; }
    const ClientText& words() const { return words_; }
    const LogText& cause() const { return cause_; }
    const std::vector<InputError>& inputs() const { return inputs_; }
    std::vector<InputError>& inputs() { return inputs_; }

    // How long to wait before trying again; 0 when that would change nothing or is not known.
    std::int64_t wait_s() const { return wait_s_; }

    // Everything, for a log line or the terminal of the operator.
    std::string describe() const;

  private:
    Code code_;
    ClientText words_;
    LogText cause_;
    std::vector<InputError> inputs_;
    std::int64_t wait_s_ = 0;
};

template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
  public:
    using tl::expected<T, Error>::expected;
    Result(Error error) : tl::expected<T, Error>(tl::unexpect, std::move(error)) {}
};

using Status = Result<void>;

}  // namespace avow

// Statement macros, not expressions: GCC 12 crashes on statement expressions around co_await.
#define AVOW_JOIN_(a, b) a##b
#define AVOW_NAME_(a, b) AVOW_JOIN_(a, b)
#define AVOW_TRY_(temporary, declaration, ...)                          \
    auto temporary = (__VA_ARGS__);                                     \
    if (!temporary) return ::avow::Error(std::move(temporary).error()); \
    declaration = std::move(*temporary)
// TRY(auto x, f());  returns f's error, else declares x.
#define TRY(declaration, ...) AVOW_TRY_(AVOW_NAME_(try_, __COUNTER__), declaration, __VA_ARGS__)
// TRY_OK(f());  for results without a value.
#define TRY_OK(...) AVOW_TRY_OK_(AVOW_NAME_(try_, __COUNTER__), __VA_ARGS__)
#define AVOW_TRY_OK_(temporary, ...)                                        \
    do {                                                                    \
        auto temporary = (__VA_ARGS__);                                     \
        if (!temporary) return ::avow::Error(std::move(temporary).error()); \
    } while (false)
#define CO_TRY(declaration, ...) \
    AVOW_CO_TRY_(AVOW_NAME_(try_, __COUNTER__), declaration, __VA_ARGS__)
#define AVOW_CO_TRY_(temporary, declaration, ...)                          \
    auto temporary = (__VA_ARGS__);                                        \
    if (!temporary) co_return ::avow::Error(std::move(temporary).error()); \
    declaration = std::move(*temporary)
