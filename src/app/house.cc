// SPDX-License-Identifier: Apache-2.0
#include "app/house.hh"

#include <algorithm>
#include <charconv>

#include <boost/json.hpp>

#include "app/backup.hh"
#include "app/exporter.hh"
#include "app/mail.hh"
#include "app/traffic_store.hh"
#include "base/embedded.hh"
#include "base/log.hh"
#include "base/text.hh"
#include "sql/postgres.hh"
#include "sql/sqlite.hh"

namespace avow::app {
namespace {

namespace fs = std::filesystem;

Status make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return Error(Code::internal,
                     "cannot make the data directory " + folder.string() + ": " + error.message());
    }
    fs::permissions(folder, fs::perms::owner_all, error);
    return {};
}

Result<std::unique_ptr<FileLock>> lock_folder(const fs::path& data) {
    auto lock = FileLock::create(data / "lock");
    if (lock) return std::make_unique<FileLock>(std::move(*lock));
    if (lock.error().code() != Code::conflict) return lock.error();
    return Error(Code::conflict, "another avow serves the data directory " + data.string() +
                                     ": stop it first, or name another with --data");
}

// The origin names the log for ever: it is written down at the first start.
Result<std::string> origin_of(const Configuration& configuration) {
    const auto file = configuration.data / "ledger" / "origin";
    if (fs::exists(file)) return read_file(file, 1024);
    std::string host =
        configuration.public_hosts.empty() ? "localhost" : configuration.public_hosts[0];
    const auto port = configuration.listen.substr(configuration.listen.rfind(':') + 1);
    if (port != "443" && port != "0") host += ":" + port;
    const auto origin = host + "/ledger";
    TRY_OK(make_folder(configuration.data / "ledger"));
    TRY_OK(write_file_durably(file, as_bytes(origin)));
    return origin;
}

// What this directory calls itself among the nodes of a shared store; its lock makes it the only
// one.
Result<std::string> node_of(const Configuration& configuration, Random& random) {
    if (configuration.store.empty()) return std::string();
    const auto file = configuration.data / "ledger" / "node";
    if (fs::exists(file)) return read_file(file, 1024);
    auto node = base64url(random.take<12>());
    TRY_OK(write_file_durably(file, as_bytes(node)));
    return node;
}

Result<std::unique_ptr<sql::Connection>> open_store(const Configuration& configuration) {
    if (configuration.store.empty()) return sql::open_sqlite(configuration.data / "store.db", {});
    return sql::open_postgres(configuration.store, {});
}

// A server that takes any free port says so itself once it has one.
std::uint16_t configured_port(const Configuration& configuration) {
    const auto text = configuration.listen.substr(configuration.listen.rfind(':') + 1);
    std::uint16_t port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    return port;
}

// Made by scripts/web; nothing when this program was built without it, which the accounts refuse.
std::string_view common_passwords() {
    const auto& files = embedded_files();
    const auto found = files.find("dist/common-passwords.bin");
    return found == files.end() ? std::string_view() : found->second;
}

}  // namespace

vault::MasterSource master_source(const Configuration& configuration) {
    return {configuration.data / "master.key", configuration.master_command,
            configuration.master_credential, configuration.master_passphrase_command,
            configuration.data / "master.salt"};
}

Result<std::unique_ptr<House>> House::create(const Configuration& configuration, Opening opening) {
    const auto& data = configuration.data;
    const bool first = !fs::exists(data / "keys" / "index.key");
    const bool has_file = fs::exists(data / "store.db");
    const bool fresh = configuration.store.empty() ? !has_file : first;
    if (!configuration.store.empty() && has_file) {
        return Error(Code::conflict, "the data directory " + data.string() +
                                         " keeps its store in SQLite: `store` wants a directory of "
                                         "its own");
    }
    if (fresh && fs::exists(data / kRestoring)) {
        return Error(Code::conflict,
                     "a restore into " + data.string() + " was cut short: run avow restore again");
    }
    if (fresh && opening == Opening::must_exist) {
        return Error(Code::not_found,
                     "there is no avow data directory at " + data.string() +
                         ": name one with --data, or start `avow serve` to make it");
    }
    TRY_OK(make_folder(data));
    auto house = std::make_unique<House>();
    house->data = data;
    TRY(house->lock, lock_folder(data));
    TRY_OK(make_folder(data / "keys"));
    TRY(auto master,
        vault::read_master_key(master_source(configuration),
                               fresh && first ? vault::IfAbsent::create : vault::IfAbsent::refuse,
                               house->random));
    TRY(house->keys, vault::HouseKeys::create(data / "keys", std::move(master), house->clock.now(),
                                              house->random));
    std::error_code none_left;
    fs::remove(data / "backup.tmp", none_left);  // of a backup that was cut short
    TRY(house->store, open_store(configuration));
    TRY(house->keyring,
        vault::Keyring::create(data / "keyring.avow",
                               fresh ? OpenFile::IfAbsent::create : OpenFile::IfAbsent::refuse,
                               *house->keys, house->random));
    TRY(house->vault,
        vault::Vault::create(*house->store, *house->keys, *house->keyring, house->random));
    TRY(auto origin, origin_of(configuration));
    TRY(const auto node, node_of(configuration, house->random));
    TRY(house->ledger,
        ledger::Ledger::create(*house->store, {data / "ledger", std::move(origin), node},
                               crypto::SigningKey(house->keys->ledger_seed().clone())));
    TRY(house->policies,
        gate::PolicyBook::create(*house->store, *house->ledger, house->clock, house->random));
    TRY(house->journal, vault::ErasureJournal::create(data / "erasures" / "journal"));
    house->gate =
        std::make_unique<gate::Gate>(*house->store, *house->vault, *house->journal, *house->ledger,
                                     *house->policies, house->clock, house->random);
    house->retention =
        std::make_unique<gate::Retention>(*house->gate, *house->store, house->clock, house->random);
    house->mail = configuration.mail;
    house->address = pages_address(configuration, configured_port(configuration));
    TRY(house->letters,
        services::Letters::create(*house->store, *house->gate, {letter_domain(configuration), node},
                                  house->clock, house->random));
    TRY(house->accounts,
        services::Accounts::create(*house->store, *house->gate, *house->letters, common_passwords(),
                                   house->clock, house->random));
    TRY(house->desk,
        services::Desk::create(*house->store, *house->gate, *house->accounts, *house->letters,
                               {configuration.mail.desk, post_options(configuration, 0).from},
                               house->clock, house->random));
    TRY(house->mailboxes, services::Mailboxes::create(*house->store, node, house->clock));
    TRY(house->exports, services::Exports::create(*house->store, *house->gate, *house->ledger, node,
                                                  house->clock, house->random));
    add_export_parts(*house);
    TRY(house->rights,
        services::Rights::create(*house->store, *house->gate, *house->accounts, *house->desk,
                                 *house->letters, *house->exports, house->clock, house->random));
    TRY(house->drp,
        services::drp::Drp::create(*house->store, *house->gate, *house->rights,
                                   configuration.drp_business_id, house->clock, house->random));
    TRY(house->products,
        services::Products::create(*house->store, *house->gate, *house->desk, house->clock));
    TRY(house->studies, services::Studies::create(*house->store, house->clock, house->random));
    TRY(house->digests, services::Digests::create(*house->store, house->clock));
    TRY(house->overdue_letters,
        services::OverdueLetters::create(*house->store, configuration.desk_escalate_after * kHourMs,
                                         house->clock));
    TRY(house->mailing_list,
        services::MailingList::create(*house->store, *house->gate, *house->letters, house->clock,
                                      house->random));
    TRY(house->surveys, services::Surveys::create(*house->store, *house->gate,
                                                  {configuration.survey_rest_days * kDayMs},
                                                  house->clock, house->random));
    house->invitations = std::make_unique<services::Invitations>(*house->surveys, *house->gate,
                                                                 *house->letters, house->clock);
    auto& invitations = *house->invitations;
    house->desk->when_done(
        {[&invitations](sql::Reader& reader, const CustomerId& customer) -> Result<std::string> {
             TRY(const auto invited, invitations.look(reader, customer));
             return std::string(name_of(invited));
         },
         [&invitations](sql::Writer& unit, const CustomerId& customer) -> Status {
             TRY([[maybe_unused]] const auto invited, invitations.invite(unit, customer));
             return {};
         }});
    TRY(house->tokens, services::Tokens::create(*house->store, house->clock, house->random));
    TRY(house->staff, services::Staff::create(*house->store, *house->gate,
                                              services::staff_keys_from(house->keys->index_key()),
                                              common_passwords(), house->clock, house->random));
    // Every room that keeps something of a customer is wired: what a crash or a restore left to be
    // erased goes before anything is served.
    TRY(house->resumed, house->gate->resume_erasures());
    TRY_OK(house->accounts->resume());
    TRY_OK(house->surveys->resume());
    TRY_OK(house->gate->scrub());
    return house;
}

Status House::rotate_keys(const vault::Keyring::KeepOn& keep_on) {
    if (keys->epochs().size() < 2) return {};
    TRY_OK(keyring->rewrap(keep_on));
    const auto standing = keyring->standing();
    log::info("keys_rotated", {{"epoch", standing.epoch}, {"keys", standing.keys}});
    return gate->note_house_act(ledger::Kind::key_rotated,
                                {{"epoch", standing.epoch}, {"keys", standing.keys}});
}

Status House::publish_folder(const fs::path& folder) {
    TRY(const auto files, read_policy_folder(folder));
    TRY([[maybe_unused]] const auto policy, policies->publish(files));
    return {};
}

Status House::open_traffic(const Configuration& configuration) {
    const auto& asked = configuration.traffic;
    traffic::Options options;
    options.folder = configuration.data / "traffic";
    // Our own pages are a site from the start, under whatever name they are reached.
    auto ours = configuration.public_hosts;
    ours.insert(ours.end(), {"localhost", "127.0.0.1", "[::1]"});
    options.sites.push_back({ours.front(), {ours.begin() + 1, ours.end()}});
    TRY(auto sites, traffic::parse_sites(asked.sites));
    for (auto& site : sites) options.sites.push_back(std::move(site));
    TRY(options.trusted_proxies, traffic::parse_networks(asked.trusted_proxies));
    options.countries = asked.country_database;
    options.keep_days = static_cast<int>(asked.keep_days);
    options.per_minute = static_cast<int>(asked.events_per_minute);
    for (const auto name : split(asked.keep_parameters, ',')) {
        if (!trimmed(name).empty()) options.kept_parameters.emplace_back(trimmed(name));
    }
    if (asked.signals == "do_not_count") {
        options.signals = traffic::Signals::do_not_count;
    } else if (asked.signals != "count_without_cookie") {
        return Error(Code::invalid, "traffic.signals must be count_without_cookie or do_not_count");
    }
    options.spool_bytes = std::uint64_t{asked.spool_mb} << 20;
    TRY(options.clickhouse, clickhouse_of(asked));
    TRY(traffic, traffic::Traffic::create(std::move(options), clock, random));
    return {};
}

Result<std::vector<policy::SourceFile>> read_policy_folder(const fs::path& folder) {
    std::vector<policy::SourceFile> files;
    std::error_code error;
    for (const auto& item : fs::directory_iterator(folder, error)) {
        const auto name = item.path().filename().string();
        const bool ours = (name.starts_with("privacy.") && name.ends_with(".md")) ||
                          (name.starts_with("promises.") && name.ends_with(".toml"));
        if (!ours) continue;
        TRY(auto content, read_file(item.path()));
        files.push_back({name, std::move(content)});
    }
    if (error) {
        return Error(Code::not_found, "the policy folder " + folder.string() +
                                          " cannot be read: " + error.message());
    }
    if (files.empty()) {
        return Error(Code::not_found, folder.string() +
                                          " holds no policy: privacy.md and promises.toml "
                                          "are wanted");
    }
    std::sort(files.begin(), files.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return files;
}

}  // namespace avow::app
