// SPDX-License-Identifier: Apache-2.0
// Pages that the server renders: readable without JavaScript, in the reader's language. Templates
// escape by default; data goes into text and quoted attributes only.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "api/words.hh"
#include "http/message.hh"

namespace avow::api {

class Site {
  public:
    // `files`: path below web/ to bytes; templates are "site/<name>.mustache". Both outlive the
    // site.
    Site(const std::map<std::string_view, std::string_view>& files, const Words& words);

    // Renders a template with JSON data (objects, lists, texts, flags) and what every page has:
    // the catalogue as `w`, `lang`, `dir`, the `languages` to choose from, and `q`, the query that
    // keeps a chosen language in the links. `internal` when there is no such template.
    http::Response render(const http::Request& request, int status, std::string_view name,
                          const boost::json::object& data) const;
    // A page or asset as it is; null when there is none.
    const std::string_view* find(std::string_view path) const;
    const Words& words() const { return words_; }

  private:
    const std::map<std::string_view, std::string_view>& files_;
    const Words& words_;
    std::string traffic_digest_;  // of the script that counts our own pages; empty: there is none
};

std::string_view type_of(std::string_view path);

}  // namespace avow::api
