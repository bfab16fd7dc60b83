// SPDX-License-Identifier: Apache-2.0
#include "app/staff_commands.hh"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "app/admin.hh"
#include "base/json.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

struct Asked {
    std::filesystem::path data = "data";
    std::vector<std::string> roles;
    std::string name;
    std::string email;
    std::string language = "en";
    std::string id;
    bool json = false;
};

std::string text(const bj::value& value, const char* key) {
    return std::string(value.at(key).as_string());
}

Result<int> invite(const Asked& asked) {
    const auto body =
        bj::serialize(bj::object{{"roles", bj::array(asked.roles.begin(), asked.roles.end())},
                                 {"name", asked.name},
                                 {"email", asked.email},
                                 {"language", asked.language}});
    TRY(const auto answer, ask_admin(asked.data, http::Method::post, "/staff", body));
    if (asked.json) {
        std::puts(answer.c_str());
        return kDone;
    }
    TRY(const auto told, json::parse(answer));
    std::puts(text(told, "id").c_str());
    std::puts(text(told, "link").c_str());
    std::fprintf(stderr,
                 "Hand the link to them: it works once, until %s, and is not shown again.\n",
                 text(told, "until").c_str());
    return kDone;
}

Result<int> list(const Asked& asked) {
    TRY(const auto answer, ask_admin(asked.data, http::Method::get, "/staff", ""));
    if (asked.json) {
        std::puts(answer.c_str());
        return kDone;
    }
    TRY(const auto told, json::parse(answer));
    for (const auto& item : told.at("items").as_array()) {
        std::string roles;
        for (const auto& role : item.at("roles").as_array())
            roles += (roles.empty() ? "" : ",") + std::string(role.as_string());
        std::puts((text(item, "employee") + "  " + text(item, "state") + "  " + roles + "  " +
                   text(item, "name") + "  " + text(item, "email"))
                      .c_str());
    }
    return kDone;
}

Result<int> disable(const Asked& asked) {
    TRY(const auto answer, ask_admin(asked.data, http::Method::delete_, "/staff/" + asked.id, ""));
    std::puts(asked.json ? answer.c_str() : (asked.id + " is disabled").c_str());
    return kDone;
}

}  // namespace

void add_staff_commands(CLI::App& app, std::function<Result<int>()>& act) {
    const auto asked = std::make_shared<Asked>();  // shared: by the callbacks of the commands
    auto* staff =
        app.add_subcommand("staff", "Employees who use the console")->require_subcommand(1);
    const auto common = [&](CLI::App* command, const char* example) {
        command->footer(example);
        command->add_option("--data", asked->data, "Data directory");
        command->add_flag("--json", asked->json, "Answer as JSON");
        return command;
    };
    auto* invited = common(staff->add_subcommand("invite", "Make a link that works once, for 72 h"),
                           "Example: avow staff invite --role web --role officer "
                           "--name \"Ada Example\" --email ada@example.org --data data");
    invited->add_option("--role", asked->roles, "agent marketer researcher web officer …; several")
        ->required();
    invited->add_option("--name", asked->name, "Their name")->required();
    invited->add_option("--email", asked->email, "Their address, to sign in with")->required();
    invited->add_option("--language", asked->language, "en, fr, de, ja or ar");
    invited->callback([=, &act] { act = [=] { return invite(*asked); }; });
    common(staff->add_subcommand("list", "All employees, with their state and roles"),
           "Example: avow staff list --data data")
        ->callback([=, &act] { act = [=] { return list(*asked); }; });
    auto* disabled = common(staff->add_subcommand("disable", "End their access at once"),
                            "Example: avow staff disable emp_… --data data");
    disabled->add_option("ID", asked->id, "The employee's id")->required();
    disabled->callback([=, &act] { act = [=] { return disable(*asked); }; });
}

}  // namespace avow::app
