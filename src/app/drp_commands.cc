// SPDX-License-Identifier: Apache-2.0
#include "app/drp_commands.hh"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "app/admin.hh"
#include "app/drp_check/check.hh"
#include "base/file.hh"
#include "base/json.hh"
#include "base/text.hh"
#include "crypto/sign.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

struct Asked {
    std::filesystem::path data = "data";
    std::string id;
    std::string name;
    std::string key;
    std::string callback;
    std::filesystem::path file;
    bool json = false;
    DrpCheckOptions check{};
};

std::string text(const bj::value& value, const char* key) {
    const auto& member = value.at(key);
    return member.is_string() ? std::string(member.as_string()) : std::string("-");
}

Result<int> add(const Asked& asked) {
    bj::object body{{"id", asked.id}, {"name", asked.name}, {"key", asked.key}};
    if (!asked.callback.empty()) body["callback"] = asked.callback;
    TRY(const auto answer,
        ask_admin(asked.data, http::Method::post, "/drp/agents", bj::serialize(body)));
    std::puts(asked.json ? answer.c_str() : (asked.id + " may ask for customers").c_str());
    return kDone;
}

Result<int> list(const Asked& asked) {
    TRY(const auto answer, ask_admin(asked.data, http::Method::get, "/drp/agents", ""));
    if (asked.json) {
        std::puts(answer.c_str());
        return kDone;
    }
    TRY(const auto told, json::parse(answer));
    for (const auto& item : told.at("items").as_array()) {
        std::puts((text(item, "id") + "  " + text(item, "key") + "  " + text(item, "callback") +
                   "  " + text(item, "name"))
                      .c_str());
    }
    return kDone;
}

Result<int> remove(const Asked& asked) {
    TRY(const auto answer,
        ask_admin(asked.data, http::Method::delete_, "/drp/agents/" + asked.id, ""));
    std::puts(asked.json ? answer.c_str() : (asked.id + " may not ask any more").c_str());
    return kDone;
}

// A file that is there is shown and never written over: requests were signed by it.
Result<int> show_key(const Asked& asked) {
    if (!std::filesystem::exists(asked.file)) {
        SystemRandom random;
        const auto seed = random.take<crypto::Key::kSize>();
        TRY_OK(write_file_durably(asked.file, as_bytes(base64(seed) + "\n"), 0600));
    }
    TRY(const auto key, read_drp_key(asked.file));
    const auto shown = base64(key.public_key());
    std::puts(asked.json ? bj::serialize(bj::object{{"verify_key", shown}}).c_str()
                         : shown.c_str());
    return kDone;
}

void add_check(CLI::App& drp, const std::shared_ptr<Asked>& asked,
               std::function<Result<int>()>& act) {
    auto* check = drp.add_subcommand(
        "check", "Hold a business's server to the protocol, as an agent that it knows");
    check->footer(
        "Example: avow drp check https://shop.example --agent AGENT_ID --business SHOP "
        "--key agent.key --email you@example.org");
    auto& options = asked->check;
    check->add_option("URL", options.url, "The business's api_base")->required();
    check->add_option("--agent", options.agent, "Who we are to it")->required();
    check->add_option("--business", options.business, "What it calls itself")->required();
    check->add_option("--key", options.key, "Our key, as `avow drp key` makes it")->required();
    check->add_option("--email", options.email, "Whom to ask for: they may get a letter")
        ->required();
    check->add_option("--exercise", options.exercise, "What to ask for, and to revoke: access");
    auto* other = check->add_option("--other-agent", options.other_agent,
                                    "A second agent that it knows: it may not see the first's");
    auto* other_key = check->add_option("--other-key", options.other_key, "The second's key");
    other->needs(other_key);
    other_key->needs(other);
    check->add_option("--ca", options.ca, "PEM of the authority to trust");
    check->add_flag("--strict", options.strict, "What the protocol only means counts, too");
    check->add_flag("--json", asked->json, "Answer as JSON");
    check->callback([=, &act] {
        act = [=] {
            auto chosen = asked->check;
            chosen.output = asked->json ? Output::json : Output::text;
            return check_drp(chosen);
        };
    });
}

}  // namespace

Result<crypto::SigningKey> read_drp_key(const std::filesystem::path& file) {
    TRY(const auto content, read_file(file, 1024));
    const auto seed = from_base64(trimmed(content));
    if (!seed || seed->size() != crypto::Key::kSize) {
        return Error(Code::invalid, file.string() +
                                        " holds no key: base64 of 32 bytes is wanted, "
                                        "as `avow drp key` makes it");
    }
    return crypto::SigningKey(
        crypto::Key::from(std::span<const std::uint8_t, crypto::Key::kSize>(*seed)));
}

void add_drp_commands(CLI::App& app, std::function<Result<int>()>& act) {
    const auto asked = std::make_shared<Asked>();  // shared: by the callbacks of the commands
    auto* drp = app.add_subcommand("drp", "The Data Rights Protocol")->require_subcommand(1);
    auto* agent =
        drp->add_subcommand("agent", "Agents who may ask for customers")->require_subcommand(1);
    const auto common = [&](CLI::App* command, const char* example) {
        command->footer(example);
        command->add_option("--data", asked->data, "Data directory");
        command->add_flag("--json", asked->json, "Answer as JSON");
        return command;
    };
    auto* added = common(agent->add_subcommand("add", "Trust an agent"),
                         "Example: avow drp agent add AGENT_ID \"Agent Name\" "
                         "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo= --data data");
    added->add_option("ID", asked->id, "As the protocol's directory has it")->required();
    added->add_option("NAME", asked->name, "Customers will read it")->required();
    added->add_option("KEY", asked->key, "Its verify_key, in base64")->required();
    added->add_option("--callback", asked->callback,
                      "The host, or host:port, that it may have statuses sent to");
    added->callback([=, &act] { act = [=] { return add(*asked); }; });
    common(agent->add_subcommand("list", "All agents that are trusted"),
           "Example: avow drp agent list --data data")
        ->callback([=, &act] { act = [=] { return list(*asked); }; });
    auto* removed = common(agent->add_subcommand("remove", "End an agent's access at once"),
                           "Example: avow drp agent remove AGENT_ID --data data");
    removed->add_option("ID", asked->id, "The agent's id")->required();
    removed->callback([=, &act] { act = [=] { return remove(*asked); }; });
    add_check(*drp, asked, act);
    auto* key = drp->add_subcommand("key",
                                    "An agent's key: made if the file is not there, and "
                                    "its public half printed");
    key->footer("Example: avow drp key agent.key");
    key->add_option("FILE", asked->file, "Where it is, or is to be; mode 0600")->required();
    key->add_flag("--json", asked->json, "Answer as JSON");
    key->callback([=, &act] { act = [=] { return show_key(*asked); }; });
}

}  // namespace avow::app
