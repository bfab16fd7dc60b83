// SPDX-License-Identifier: Apache-2.0
// Bodies of HTML forms (application/x-www-form-urlencoded, WHATWG URL §5.1), for pages that work
// without JavaScript.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "http/message.hh"

namespace avow::api {

inline constexpr std::size_t kFormMax = 16'384;  // LIMIT: bytes of a form

class Form {
  public:
    // `denied` without the content type of a form, `too_large` beyond the limit.
    static Result<Form> read(const http::Request& request);

    // The first of the name; nothing when it is absent or empty.
    std::optional<std::string> text(std::string_view name) const;
    std::vector<std::string> texts(std::string_view name) const;

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace avow::api
