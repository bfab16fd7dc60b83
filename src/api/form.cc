// SPDX-License-Identifier: Apache-2.0
#include "api/form.hh"

#include <algorithm>

#include "base/text.hh"
#include "http/target.hh"

namespace avow::api {

Result<Form> Form::read(const http::Request& request) {
    const auto type = request.find_header("content-type").value_or("");
    if (!fold(type).starts_with("application/x-www-form-urlencoded"))
        return Error(Code::denied, "send this as a form");
    if (request.body.size() > kFormMax)
        return Error(Code::too_large,
                     "this form is longer than " + std::to_string(kFormMax) + " bytes");
    Form form;
    std::string_view rest = request.body;
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const auto equals = pair.find('=');
        form.fields_.emplace_back(
            http::decode_query(pair.substr(0, equals)),
            equals == pair.npos ? std::string() : http::decode_query(pair.substr(equals + 1)));
    }
    return form;
}

std::optional<std::string> Form::text(std::string_view name) const {
    for (const auto& [field, value] : fields_) {
        if (field == name && !value.empty()) return value;
    }
    return std::nullopt;
}

std::vector<std::string> Form::texts(std::string_view name) const {
    std::vector<std::string> all;
    for (const auto& [field, value] : fields_) {
        if (field == name && !value.empty()) all.push_back(value);
    }
    return all;
}

}  // namespace avow::api
