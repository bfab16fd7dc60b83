// SPDX-License-Identifier: Apache-2.0
#include "app/commands.hh"

#include <cstdio>

#include <boost/json.hpp>

#include "app/admin.hh"
#include "app/house.hh"
#include "base/json.hh"
#include "policy/check.hh"
#include "policy/show.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

void print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
}

void print_line(const std::string& text) {
    std::puts(text.c_str());
}

}  // namespace

Result<int> check_policy(const std::filesystem::path& folder, Output output) {
    TRY(const auto files, read_policy_folder(folder));
    const auto compiled = policy::compile(files);
    if (output == Output::json) {
        print_line(bj::serialize(policy::check_json(compiled)));
    } else {
        print(policy::check_text(compiled));
    }
    return compiled.policy != nullptr ? kDone : kNo;
}

Result<int> show_policy(const std::filesystem::path& folder) {
    TRY(const auto files, read_policy_folder(folder));
    const auto compiled = policy::compile(files);
    if (compiled.policy == nullptr) {
        print(policy::check_text(compiled));
        return kNo;
    }
    print(policy::show_text(*compiled.policy));
    return kDone;
}

Result<int> publish_policy(const std::filesystem::path& data, const std::filesystem::path& folder,
                           Output output) {
    TRY(const auto files, read_policy_folder(folder));
    // Said here, with every place, before anything is sent.
    const auto compiled = policy::compile(files);
    if (compiled.policy == nullptr) {
        std::fputs(policy::check_text(compiled).c_str(), stderr);
        return kNo;
    }
    bj::object contents;
    for (const auto& file : files) contents[file.name] = file.content;
    const auto body = bj::serialize(bj::object{{"files", std::move(contents)}});
    const auto answer = ask_admin(data, http::Method::post, "/policy", body);
    if (!answer && answer.error().code() != Code::invalid &&
        answer.error().code() != Code::conflict) {
        return answer.error();
    }
    if (!answer) {
        std::fprintf(stderr, "avow: %s\n", answer.error().describe().c_str());
        return kNo;
    }
    TRY(const auto told, json::parse(*answer));
    print_line(output == Output::json
                   ? *answer
                   : "version " + std::string(told.at("version").as_string()) + " is in force");
    return kDone;
}

Result<int> create_token(const std::filesystem::path& data, const std::string& role,
                         const std::string& name, Output output) {
    const auto body = bj::serialize(bj::object{{"role", role}, {"name", name}});
    TRY(const auto answer, ask_admin(data, http::Method::post, "/tokens", body));
    if (output == Output::json) {
        print_line(answer);
        return kDone;
    }
    TRY(const auto told, json::parse(answer));
    print_line(std::string(told.at("id").as_string()));
    print_line(std::string(told.at("token").as_string()));
    std::fputs("Keep the second line: it is not shown again.\n", stderr);
    return kDone;
}

Result<int> list_tokens(const std::filesystem::path& data, Output output) {
    TRY(const auto answer, ask_admin(data, http::Method::get, "/tokens", ""));
    if (output == Output::json) {
        print_line(answer);
        return kDone;
    }
    TRY(const auto told, json::parse(answer));
    for (const auto& item : told.at("items").as_array()) {
        const auto text = [&](const char* key) { return std::string(item.at(key).as_string()); };
        print_line(text("id") + "  " + text("role") + "  " + text("name") + "  " +
                   (item.at("revoked").is_null() ? "in use" : "revoked"));
    }
    return kDone;
}

Result<int> revoke_token(const std::filesystem::path& data, const std::string& id, Output output) {
    TRY(const auto answer, ask_admin(data, http::Method::delete_, "/tokens/" + id, ""));
    print_line(output == Output::json ? answer : id + " is revoked");
    return kDone;
}

}  // namespace avow::app
