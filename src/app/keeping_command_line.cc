// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>

#include "app/backup.hh"
#include "app/keeping.hh"

namespace avow::app {
namespace {

using Act = std::function<Result<int>()>;

// What the parser fills in; lives as long as the callbacks do.
struct Keeping {
    EraseOptions erase{.data = "data", .customer = {}, .scope = "customer", .name = {}};
    std::string email;
    std::string channel;
    std::string collection;
    std::string datum;
    std::string field;
    std::filesystem::path to;
    std::filesystem::path keyring_to;
    RestoreOptions restore;
    bool preview = false;
    bool json = false;

    Output output() const { return json ? Output::json : Output::text; }
};
using KeepingPtr = std::shared_ptr<Keeping>;  // shared: by the callbacks of all commands

CLI::App* command(CLI::App* parent, const KeepingPtr& asked, const char* name, const char* says,
                  const char* example) {
    auto* made = parent->add_subcommand(name, says);
    made->footer(example);
    made->add_option("--data", asked->erase.data, "Data directory");
    made->add_flag("--json", asked->json, "Answer as JSON");
    return made;
}

Result<int> erase_or_preview(Keeping& asked) {
    for (const auto& [scope, name] : {std::pair{"channel", asked.channel},
                                      {"collection", asked.collection},
                                      {"datum", asked.datum},
                                      {"field", asked.field}}) {
        if (name.empty()) continue;
        asked.erase.scope = scope;
        asked.erase.name = name;
    }
    if (asked.preview) asked.erase.yes = false;
    return erase_customer(asked.erase, asked.output());
}

void add_customer(CLI::App& app, const KeepingPtr& asked, Act& act) {
    auto* customer =
        app.add_subcommand("customer", "Find, export or erase one customer")->require_subcommand(1);
    auto* find =
        command(customer, asked, "find", "The customer who has an email address",
                "Example: echo ada@example.com | avow customer find --email - --data data");
    find->add_option("--email", asked->email, "The address, or - to read it from standard input")
        ->required();
    find->callback([=, &act] {
        act = [=] { return find_customer(asked->erase.data, asked->email, asked->output()); };
    });
    auto* exported = command(customer, asked, "export", "Everything held, as JSON",
                             "Example: avow customer export cus_… --data data");
    exported->add_option("ID", asked->erase.customer, "The customer's id")->required();
    exported->callback([=, &act] {
        act = [=] { return export_customer(asked->erase.data, asked->erase.customer); };
    });
    auto* erase = command(customer, asked, "erase", "Erase a customer, or a part of what is held",
                          "Example: avow customer erase cus_… --yes --data data");
    erase->add_option("ID", asked->erase.customer, "The customer's id")->required();
    auto* parts = erase->add_option_group("part", "Only this part");
    parts->add_option("--channel", asked->channel, "What came by this channel");
    parts->add_option("--collection", asked->collection, "One collection: col_…");
    parts->add_option("--datum", asked->datum, "One value: dat_…");
    parts->add_option("--field", asked->field, "One field, from every channel");
    parts->require_option(0, 1);
    erase->add_flag("--preview", asked->preview, "Say what would go and what would stay");
    erase->add_flag("--yes", asked->erase.yes, "Erase: without it the preview is shown");
    erase->callback([=, &act] { act = [=] { return erase_or_preview(*asked); }; });
}

void add_keys(CLI::App& app, const KeepingPtr& asked, Act& act) {
    auto* keys =
        app.add_subcommand("keys", "The keys above the customers' keys")->require_subcommand(1);
    command(keys, asked, "status", "Which epoch wraps how many keys",
            "Example: avow keys status --data data")
        ->callback(
            [=, &act] { act = [=] { return show_keys(asked->erase.data, asked->output()); }; });
    command(keys, asked, "rotate", "Begin an epoch, wrap every key with it, destroy the older ones",
            "Example: avow keys rotate --data data")
        ->callback(
            [=, &act] { act = [=] { return rotate_keys(asked->erase.data, asked->output()); }; });
}

void add_retention(CLI::App& app, const KeepingPtr& asked, Act& act) {
    auto* retention = app.add_subcommand("retention", "What was kept as long as was promised")
                          ->require_subcommand(1);
    command(retention, asked, "preview", "What tomorrow's run would take",
            "Example: avow retention preview --data data")
        ->callback([=, &act] {
            act = [=] { return preview_retention(asked->erase.data, asked->output()); };
        });
    command(retention, asked, "run", "Run now; it runs by itself once a day",
            "Example: avow retention run --data data")
        ->callback(
            [=, &act] { act = [=] { return run_retention(asked->erase.data, asked->output()); }; });
}

void add_backup(CLI::App& app, const KeepingPtr& asked, Act& act) {
    auto* back_up = command(&app, asked, "backup", "Back up store, ledger and keyring, sealed",
                            "Example: avow backup --to /backup/avow --data data");
    back_up->add_option("--to", asked->to, "Folder of the archives")->required();
    back_up->add_option("--keyring-to", asked->keyring_to, "Another folder for the keyring's");
    back_up->callback([=, &act] {
        act = [=] {
            return backup(asked->erase.data, asked->to, asked->keyring_to, asked->output());
        };
    });
    auto* bring_back =
        command(&app, asked, "restore", "Restore a backup, and erase again who was erased since",
                "Example: avow restore --from store-….avow --keyring keyring-….avow --data new");
    bring_back->add_option("--from", asked->restore.store, "The store's archive")->required();
    bring_back->add_option("--keyring", asked->restore.keyring, "The keyring's archive")
        ->required();
    auto* journal = bring_back->add_option("--journal", asked->restore.journal,
                                           "The erasure journal, if it is not in the directory");
    bring_back->add_option("--ledger", asked->restore.ledger,
                           "A ledger's folder that survived and is newer than the backup's");
    bring_back
        ->add_flag("--journal-lost", asked->restore.journal_lost,
                   "There is none any more: erased people may come back")
        ->excludes(journal);
    bring_back->callback([=, &act] {
        act = [=] {
            asked->restore.data = asked->erase.data;
            return restore(asked->restore, asked->output());
        };
    });
}

}  // namespace

void add_keeping_commands(CLI::App& app, Act& act) {
    const auto asked = std::make_shared<Keeping>();
    add_customer(app, asked, act);
    add_keys(app, asked, act);
    add_retention(app, asked, act);
    add_backup(app, asked, act);
}

}  // namespace avow::app
