// SPDX-License-Identifier: Apache-2.0
#include "sql/postgres_address.hh"

#include <memory>

#include <libpq-fe.h>

namespace avow::sql {

Result<PostgresAddress> PostgresAddress::parse(const std::string& text) {
    char* words = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(text.c_str(), &words), &PQconninfoFree);
    // libpq's words repeat pieces of the text: they are not passed on.
    PQfreemem(words);
    if (options == nullptr) {
        return Error(Code::invalid,
                     "`store` is no address of a PostgreSQL database: postgresql://host/database "
                     "is wanted, or libpq's keywords as in \"host=… dbname=…\"");
    }
    PostgresAddress address;
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr) address.settings_.emplace_back(option->keyword, option->val);
    }
    address.set_default("application_name", "avow");
    address.set_default("client_encoding", "UTF8");
    address.set_default("connect_timeout", "5");
    // A host that vanishes without a word is noticed within seconds.
    address.set_default("keepalives_idle", "5");
    address.set_default("keepalives_interval", "2");
    address.set_default("keepalives_count", "3");
    address.set_default("tcp_user_timeout", "10000");
    // Of several hosts the one that takes writes is ours: so a failover is followed.
    const auto* host = address.find("host");
    if (host != nullptr && host->find(',') != std::string::npos)
        address.set_default("target_session_attrs", "read-write");
    return address;
}

const std::string* PostgresAddress::find(const std::string& name) const {
    for (const auto& [keyword, value] : settings_) {
        if (keyword == name) return &value;
    }
    return nullptr;
}

void PostgresAddress::set_default(const std::string& name, const std::string& value) {
    if (find(name) == nullptr) settings_.emplace_back(name, value);
}

std::vector<const char*> PostgresAddress::keywords() const {
    std::vector<const char*> out;
    for (const auto& [keyword, value] : settings_) out.push_back(keyword.c_str());
    out.push_back(nullptr);
    return out;
}

std::vector<const char*> PostgresAddress::values() const {
    std::vector<const char*> out;
    for (const auto& [keyword, value] : settings_) out.push_back(value.c_str());
    out.push_back(nullptr);
    return out;
}

}  // namespace avow::sql
