// SPDX-License-Identifier: Apache-2.0
// Where the database is, as libpq's connection parameters, with the timeouts that a server wants
// where the operator gave none. Never printed: it may hold a password.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.hh"

namespace avow::sql {

class PostgresAddress {
  public:
    // `invalid` when `text` is no postgresql:// URL and no conninfo string.
    static Result<PostgresAddress> parse(const std::string& text);

    // As PQconnectdbParams takes them: ended by a null.
    std::vector<const char*> keywords() const;
    std::vector<const char*> values() const;

  private:
    void set_default(const std::string& name, const std::string& value);
    const std::string* find(const std::string& name) const;
    std::vector<std::pair<std::string, std::string>> settings_;
};

}  // namespace avow::sql
