// SPDX-License-Identifier: Apache-2.0
#include "app/receipt_commands.hh"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "app/commands.hh"
#include "base/file.hh"
#include "services/receipts/receipt.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

struct Asked {
    std::filesystem::path file;
    std::string key;
    bool json = false;
};

std::string text(const bj::object& object, const char* key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

// "consent given for offers": what happened, in a line.
std::string summary_of(const bj::object& receipt) {
    std::string purposes;
    for (const auto& one : receipt.at("pii_processing").as_array()) {
        if (!purposes.empty()) purposes += ", ";
        purposes += text(one.as_object(), "purpose");
    }
    const auto& event = receipt.at("events").as_array().at(0).as_object();
    return text(event, "event_type") + " " + text(event, "event_state") + " for " + purposes +
           " on " + text(event, "event_time") + ", under version " +
           text(receipt.at("privacy_notice").as_object(), "version");
}

Result<int> refuse(const Asked& asked, const Error& error) {
    if (asked.json) {
        const bj::object told{{"ok", false}, {"detail", error.words().value}};
        std::puts(bj::serialize(told).c_str());
    }
    std::fprintf(stderr, "avow: the receipt does not hold: %s\n", error.describe().c_str());
    return kNo;
}

Result<int> verify(const Asked& asked) {
    TRY(const auto key, ledger::parse_verifier_key(asked.key));
    const auto file = read_file(asked.file, services::kReceiptMax);
    if (!file) {
        // What is too long for a receipt is none; a file that is not there is no answer.
        if (file.error().code() == Code::too_large) return refuse(asked, file.error());
        return file.error();
    }
    const auto receipt = services::open_receipt(*file, key);
    if (!receipt) return refuse(asked, receipt.error());
    if (asked.json) {
        const bj::object told{{"ok", true}, {"signed_by", key.name}, {"receipt", *receipt}};
        std::puts(bj::serialize(told).c_str());
        return kDone;
    }
    std::printf("ok: signed by %s\n%s\n", key.name.c_str(), summary_of(*receipt).c_str());
    return kDone;
}

}  // namespace

void add_receipt_commands(CLI::App& app, std::function<Result<int>()>& act) {
    const auto asked = std::make_shared<Asked>();  // shared: by the callbacks of the commands
    auto* receipt =
        app.add_subcommand("receipt", "Receipts that customers keep")->require_subcommand(1);
    auto* verified = receipt->add_subcommand(
        "verify", "Check a downloaded receipt, offline: what was said, and that it was signed");
    verified->footer("Example: avow receipt verify ent_….receipt --key \"$(cat ledger.key)\"");
    verified->add_option("FILE", asked->file, "The receipt, as the portal gives it")->required();
    verified->add_option("--key", asked->key, "Verifier key, kept from before: /ledger/key")
        ->required();
    verified->add_flag("--json", asked->json, "Answer as JSON");
    verified->callback([=, &act] { act = [=] { return verify(*asked); }; });
}

}  // namespace avow::app
