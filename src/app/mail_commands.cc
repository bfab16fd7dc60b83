// SPDX-License-Identifier: Apache-2.0
#include "app/mail_commands.hh"

#include <cstdio>
#include <iostream>
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
    std::string to;
    std::string language = "en";
    bool json = false;
};

std::string text(const bj::value& value, const char* key) {
    return std::string(value.at(key).as_string());
}

Result<int> send_test(const Asked& asked) {
    auto to = asked.to;
    if (to == "-") std::getline(std::cin, to);
    const auto body = bj::serialize(bj::object{{"to", to}, {"language", asked.language}});
    TRY(const auto answer, ask_admin(asked.data, http::Method::post, "/mail/test", body));
    TRY(const auto told, json::parse(answer));
    const bool delivered = text(told, "outcome") == "delivered";
    if (asked.json) {
        std::puts(answer.c_str());
    } else {
        std::printf("%s %s: %s\n", text(told, "outcome").c_str(), text(told, "status").c_str(),
                    text(told, "why").c_str());
    }
    return delivered ? kDone : kNo;
}

void print(const bj::value& fetching) {
    const auto number = [&](const char* key) { return fetching.at(key).to_number<long long>(); };
    const auto cause = text(fetching, "cause");
    std::printf("mail is fetched by IMAP: %s since %s%s%s\n", text(fetching, "state").c_str(),
                text(fetching, "since").c_str(), cause.empty() ? "" : ": ", cause.c_str());
    std::printf("  %6lld  fetched since the start\n", number("fetched"));
    if (number("set_aside") > 0) {
        std::printf("  %6lld  moved into mail.imap_set_aside, to be looked at\n",
                    number("set_aside"));
    }
}

Result<int> show_status(const Asked& asked) {
    TRY(const auto answer, ask_admin(asked.data, http::Method::get, "/mail", ""));
    if (asked.json) {
        std::puts(answer.c_str());
        return kDone;
    }
    TRY(const auto told, json::parse(answer));
    const auto carrier = text(told, "carrier");
    std::printf("%s\n", carrier == "smtp"     ? "letters go to the mail server"
                        : carrier == "folder" ? "letters go into the folder mail.folder, in clear"
                                              : "letters wait: mail.server is not set");
    for (const auto& [state, count] : told.at("states").as_object()) {
        std::printf("  %6lld  %-9s oldest of %s\n", count.at("letters").to_number<long long>(),
                    std::string(state).c_str(), text(count, "oldest").c_str());
    }
    if (const auto& fetching = told.at("fetching"); fetching.is_object()) print(fetching);
    const auto& aside = told.at("set_aside").as_object();
    if (const auto mails = aside.at("mails").to_number<long long>(); mails > 0) {
        std::printf("%lld mails could not be read and are set aside, sealed\n", mails);
        for (const auto& item : aside.at("items").as_array()) {
            std::printf("  %s  %s  %lld bytes: %s\n", text(item, "mail").c_str(),
                        text(item, "at").c_str(), item.at("bytes").to_number<long long>(),
                        text(item, "reason").c_str());
        }
    }
    return kDone;
}

}  // namespace

void add_mail_commands(CLI::App& app, std::function<Result<int>()>& act) {
    const auto asked = std::make_shared<Asked>();  // shared: by the callbacks of both commands
    auto* mail = app.add_subcommand("mail", "Whether letters go out")->require_subcommand(1);
    const auto common = [&](CLI::App* command, const char* example) {
        command->footer(example);
        command->add_option("--data", asked->data, "Data directory");
        command->add_flag("--json", asked->json, "Answer as JSON");
        return command;
    };
    auto* test = common(mail->add_subcommand("test", "Send a message now, past the waiting ones"),
                        "Example: avow mail test you@example.org --data data");
    test->add_option("ADDRESS", asked->to, "Where to, or - to read it from standard input")
        ->required();
    test->add_option("--language", asked->language, "en, fr, de, ja or ar");
    test->callback([=, &act] { act = [=] { return send_test(*asked); }; });
    common(mail->add_subcommand("status", "How many letters wait, and what became of the others"),
           "Example: avow mail status --data data")
        ->callback([=, &act] { act = [=] { return show_status(*asked); }; });
}

}  // namespace avow::app
