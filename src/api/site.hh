// SPDX-License-Identifier: Apache-2.0
// Pages that the server renders: readable without JavaScript. Templates escape by default; data
// goes into text and quoted attributes only.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "http/message.hh"

namespace avow::api {

class Site {
  public:
    // `files`: path below web/ to bytes, alive as long as the site; templates are
    // "site/<name>.mustache".
    explicit Site(const std::map<std::string_view, std::string_view>& files) : files_(files) {}

    // Renders a template with JSON data (objects, lists, texts, flags). `internal` when there is
    // none.
    http::Response render(int status, std::string_view name, const boost::json::value& data) const;
    // A page or asset as it is; null when there is none.
    const std::string_view* find(std::string_view path) const;

  private:
    const std::map<std::string_view, std::string_view>& files_;
};

std::string_view type_of(std::string_view path);

}  // namespace avow::api
