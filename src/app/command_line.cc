// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.hh"

#include <cstdio>

#include <CLI/CLI.hpp>

#include "app/commands.hh"
#include "app/drp_commands.hh"
#include "app/i18n_commands.hh"
#include "app/keeping.hh"
#include "app/mail_commands.hh"
#include "app/receipt_commands.hh"
#include "app/staff_commands.hh"
#include "base/process.hh"

namespace avow::app {
namespace {

constexpr const char* kVersion = "avow 0.1.0";

// Keeps what the parser fills in, and the act that was chosen.
struct Asked {
    ServeOptions serve{.data = "data", .config = {}, .listen = {}, .policy = {}};
    std::filesystem::path data = "data";
    std::filesystem::path folder;
    std::filesystem::path ca;
    std::string role;
    std::string name;
    std::string id;
    std::string url;
    std::string key;
    std::vector<std::string> files;
    std::string site;
    std::string format;
    bool json = false;
    bool apply = false;
    std::function<Result<int>()> act;

    Output output() const { return json ? Output::json : Output::text; }
};

void add_serve(CLI::App& app, Asked& asked) {
    auto* serve_command = app.add_subcommand("serve", "Serve the portal and the API over TLS");
    serve_command->footer("Example: avow serve --demo --policy policy --data data");
    serve_command->add_option("--data", asked.serve.data, "Data directory; made at first start");
    serve_command->add_option("--config", asked.serve.config,
                              "Configuration file; DIR/avow.toml else");
    serve_command->add_option("--listen", asked.serve.listen, "ADDRESS:PORT; 127.0.0.1:8443 else");
    serve_command->add_option("--policy", asked.serve.policy, "Folder of the policy to publish");
    serve_command->add_flag("--demo", asked.serve.demo, "Fill a sample company at first start");
    serve_command->callback([&] { asked.act = [&] { return serve(asked.serve); }; });
}

void add_policy(CLI::App& app, Asked& asked) {
    auto* policy =
        app.add_subcommand("policy", "Check, show or publish a policy")->require_subcommand(1);
    auto* check =
        policy->add_subcommand("check", "Name every sentence that is not bound, with its place");
    check->footer("Example: avow policy check policy");
    check->add_option("DIR", asked.folder, "Folder with privacy.md and promises.toml")->required();
    check->add_flag("--json", asked.json, "Findings as JSON");
    check->callback(
        [&] { asked.act = [&] { return check_policy(asked.folder, asked.output()); }; });
    auto* show = policy->add_subcommand("show", "The policy as the program understands it");
    show->footer("Example: avow policy show policy");
    show->add_option("DIR", asked.folder, "Folder of the policy")->required();
    show->callback([&] { asked.act = [&] { return show_policy(asked.folder); }; });
    auto* publish = policy->add_subcommand("publish", "Put a new version in force");
    publish->footer("Example: avow policy publish policy --data data");
    publish->add_option("DIR", asked.folder, "Folder of the policy")->required();
    publish->add_option("--data", asked.data, "Data directory");
    publish->add_flag("--json", asked.json, "Answer as JSON");
    publish->callback([&] {
        asked.act = [&] { return publish_policy(asked.data, asked.folder, asked.output()); };
    });
}

void add_token(CLI::App& app, Asked& asked) {
    auto* token = app.add_subcommand("token", "Tokens of machines")->require_subcommand(1);
    const auto common = [&](CLI::App* command, const char* example) {
        command->footer(example);
        command->add_option("--data", asked.data, "Data directory");
        command->add_flag("--json", asked.json, "Answer as JSON");
        return command;
    };
    auto* create = common(token->add_subcommand("create", "Make a token; it is shown once"),
                          "Example: avow token create --role agent --name desk --data data");
    create->add_option("--role", asked.role, "intake agent marketer researcher web officer …")
        ->required();
    create->add_option("--name", asked.name, "A name; customers will read it")->required();
    create->callback([&] {
        asked.act = [&] {
            return create_token(asked.data, asked.role, asked.name, asked.output());
        };
    });
    auto* list = common(token->add_subcommand("list", "All tokens, without their secrets"),
                        "Example: avow token list --data data");
    list->callback([&] { asked.act = [&] { return list_tokens(asked.data, asked.output()); }; });
    auto* revoke = common(token->add_subcommand("revoke", "End a token at once"),
                          "Example: avow token revoke tok_… --data data");
    revoke->add_option("ID", asked.id, "The token's id")->required();
    revoke->callback(
        [&] { asked.act = [&] { return revoke_token(asked.data, asked.id, asked.output()); }; });
}

void add_ledger(CLI::App& app, Asked& asked) {
    auto* ledger = app.add_subcommand("ledger", "The tamper-evident ledger")->require_subcommand(1);
    auto* verify =
        ledger->add_subcommand("verify", "Check every entry, tile and checkpoint from scratch");
    verify->footer("Example: avow ledger verify --data data");
    auto* data = verify->add_option("--data", asked.data, "Data directory of a stopped server");
    auto* url =
        verify->add_option("--url", asked.url, "Address of a ledger, as https://host/ledger");
    data->excludes(url);
    verify->add_option("--key", asked.key, "Verifier key; for --url it should come by another way");
    verify->add_option("--ca", asked.ca, "PEM of the authority to trust, for --url");
    verify->add_flag("--json", asked.json, "Answer as JSON");
    verify->callback([&] {
        asked.act = [&] {
            return asked.url.empty() ? verify_data(asked.data, asked.key, asked.output())
                                     : verify_url(asked.url, asked.key, asked.ca, asked.output());
        };
    });
    auto* proof = ledger->add_subcommand(
        "verify-proof", "Check a downloaded proof, offline: what happened, and that it was signed");
    proof->footer("Example: avow ledger verify-proof en_….tlog-proof --key \"$(cat ledger.key)\"");
    proof->add_option("FILE", asked.folder, "The proof, as the portal gives it to its customer")
        ->required();
    proof->add_option("--key", asked.key, "Verifier key, kept from before: /ledger/key")
        ->required();
    proof->add_flag("--json", asked.json, "Answer as JSON");
    proof->callback(
        [&] { asked.act = [&] { return verify_proof(asked.folder, asked.key, asked.output()); }; });
}

void add_db(CLI::App& app, Asked& asked) {
    auto* db = app.add_subcommand("db", "The database")->require_subcommand(1);
    auto* distribute = db->add_subcommand(
        "distribute", "Print what spreads the store over a Citus cluster, or run it");
    distribute->footer("Example: avow db distribute --apply --data data");
    distribute->add_option("--data", asked.data, "Data directory, whose avow.toml names the store");
    distribute->add_flag("--apply", asked.apply, "Run the statements on the store");
    distribute->callback([&] {
        asked.act = [&] {
            return distribute_store(asked.data,
                                    asked.apply ? Applying::apply : Applying::print_only);
        };
    });
}

void add_traffic(CLI::App& app, Asked& asked) {
    auto* traffic =
        app.add_subcommand("traffic", "The anonymous study of traffic")->require_subcommand(1);
    auto* import = traffic->add_subcommand("import", "Count the page views of access logs, once");
    import->footer("Example: avow traffic import /var/log/nginx/access.log* --data data");
    import->add_option("FILE", asked.files, "Logs: plain, gzip or zstd")->required();
    import->add_option("--data", asked.data, "Data directory");
    import->add_option("--site", asked.site, "The site they are of; their hosts say it else");
    import->add_option("--format", asked.format,
                       "common combined vhost caddy cloudfront w3c; guessed else");
    import->add_flag("--json", asked.json, "One JSON object for each file");
    import->callback([&] {
        asked.act = [&] {
            return import_traffic(asked.data, asked.files, asked.site, asked.format,
                                  asked.output());
        };
    });
}

}  // namespace

int run(int argc, char** argv) {
    CLI::App app("avow: the privacy policy that runs");
    app.require_subcommand(1);
    Asked asked;
    add_serve(app, asked);
    add_policy(app, asked);
    add_token(app, asked);
    add_ledger(app, asked);
    add_traffic(app, asked);
    add_db(app, asked);
    add_keeping_commands(app, asked.act);
    add_mail_commands(app, asked.act);
    add_staff_commands(app, asked.act);
    add_receipt_commands(app, asked.act);
    add_drp_commands(app, asked.act);
    add_i18n_commands(app, asked.act);
    app.add_subcommand("version", "Print the version")->callback([&] {
        asked.act = []() -> Result<int> {
            std::puts(kVersion);
            return kDone;
        };
    });
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kDone : kWrongUsage;
    }
    if (auto hidden = keep_memory_private(); !hidden) {
        std::fprintf(stderr, "avow: %s\n", hidden.error().describe().c_str());
        return kFailed;
    }
    const auto result = asked.act();
    if (result) return *result;
    std::fprintf(stderr, "avow: %s\n", result.error().describe().c_str());
    return kFailed;
}

}  // namespace avow::app
