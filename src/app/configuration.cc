// SPDX-License-Identifier: Apache-2.0
#include "app/configuration.hh"

#include <cstdlib>
#include <functional>
#include <map>

#include <toml++/toml.h>

#include "base/file.hh"
#include "base/text.hh"

namespace avow::app {
namespace {

// One row a key: how it is spelled, what it means, and where it goes.
struct Key {
    std::string name;  // in the file; AVOW_NAME in the environment
    std::string meaning;
    std::string shown;  // the line a first start writes
    std::function<Status(Configuration&, const std::string&)> set;
};

Status set_workers(Configuration& configuration, const std::string& text) {
    char* end = nullptr;
    const auto value = std::strtoul(text.c_str(), &end, 10);
    if (text.empty() || *end != '\0' || value > 1024) {
        return Error(Code::invalid, "workers must be a number from 0 to 1024");
    }
    configuration.workers = static_cast<std::uint32_t>(value);
    return {};
}

using Traffic = Configuration::Traffic;

auto traffic_text(std::string Traffic::* member) {
    return [member](Configuration& configuration, const std::string& value) -> Status {
        configuration.traffic.*member = value;
        return {};
    };
}

Status set_number(std::uint32_t& member, const std::string& text, std::uint32_t least,
                  std::uint32_t most) {
    char* end = nullptr;
    const auto value = std::strtoul(text.c_str(), &end, 10);
    if (text.empty() || *end != '\0' || value < least || value > most) {
        return Error(Code::invalid, "must be a number from " + std::to_string(least) + " to " +
                                        std::to_string(most));
    }
    member = static_cast<std::uint32_t>(value);
    return {};
}

auto traffic_number(std::uint32_t Traffic::* member, std::uint32_t least, std::uint32_t most) {
    return [=](Configuration& configuration, const std::string& text) {
        return set_number(configuration.traffic.*member, text, least, most);
    };
}

Status set_survey_rest(Configuration& configuration, const std::string& text) {
    return set_number(configuration.survey_rest_days, text, 0, 3'650);
}

Status set_forms(Configuration& configuration, const std::string& text) {
    return set_number(configuration.forms_per_minute, text, 1, 1'000'000);
}

// Before the deadline by less than the three days that an answer may take.
Status set_escalation(Configuration& configuration, const std::string& text) {
    constexpr std::int64_t kLeast = -48;
    constexpr std::int64_t kMost = 720;
    char* end = nullptr;
    const auto value = std::strtoll(text.c_str(), &end, 10);
    if (text.empty() || *end != '\0' || value < kLeast || value > kMost) {
        return Error(Code::invalid, "must be a number of hours from -48 to 720");
    }
    configuration.desk_escalate_after = value;
    return {};
}

using Mail = Configuration::Mail;

auto mail_text(std::string Mail::* member) {
    return [member](Configuration& configuration, const std::string& value) -> Status {
        configuration.mail.*member = value;
        return {};
    };
}

const std::vector<Key>& keys() {
    const auto text = [](std::string Configuration::* member) {
        return [member](Configuration& configuration, const std::string& value) -> Status {
            configuration.*member = value;
            return {};
        };
    };
    static const std::vector<Key> all{
        {"listen", "Address and port of HTTPS.", "listen = \"127.0.0.1:8443\"",
         text(&Configuration::listen)},
        {"redirect", "Address and port that answer plain HTTP with a redirect; empty: none.",
         "redirect = \"\"", text(&Configuration::redirect)},
        {"policy", "Folder of the policy, published at start when its version is new.",
         "policy = \"\"", text(&Configuration::policy)},
        {"public_hosts", "Names the server answers to beside localhost, separated by commas.",
         "public_hosts = \"\"",
         [](Configuration& configuration, const std::string& value) -> Status {
             configuration.public_hosts.clear();
             for (const auto name : split(value, ',')) {
                 if (!trimmed(name).empty()) configuration.public_hosts.emplace_back(trimmed(name));
             }
             return {};
         }},
        {"certificate", "Certificate chain in PEM; empty: one of the local authority (ca.pem).",
         "certificate = \"\"", text(&Configuration::certificate)},
        {"certificate_key", "Its private key in PEM.", "certificate_key = \"\"",
         text(&Configuration::certificate_key)},
        {"store",
         "PostgreSQL database to keep everything in, as postgresql://user@host/database; empty: "
         "SQLite in this directory.",
         "store = \"\"", text(&Configuration::store)},
        {"master_command",
         "A command that prints the master key (64 hex digits); empty: master.key.",
         "master_command = \"\"", text(&Configuration::master_command)},
        {"master_credential",
         "The systemd credential that holds the master key (LoadCredentialEncrypted=).",
         "master_credential = \"\"", text(&Configuration::master_credential)},
        {"master_passphrase_command",
         "A command that prints a passphrase; Argon2id makes the master key of it.",
         "master_passphrase_command = \"\"", text(&Configuration::master_passphrase_command)},
        {"passwords",
         "What is asked of customers' passwords: standard; pci (PCI DSS 4.0.1: letters and digits, "
         "a new one after 90 days without a second factor) or legacy (8 characters, letters and "
         "digits, a new one after 180 days). The last two break ASVS 5.0 6.2.5 and 6.2.10 and NIST "
         "SP 800-63B-4 3.1.1.2.",
         "passwords = \"standard\"", text(&Configuration::passwords)},
        {"workers", "Threads for requests that touch the store; 0: four for each core.",
         "workers = \"0\"", set_workers},
        {"forms_per_minute",
         "What one network (an IPv4 address, an IPv6 /64) may send in a minute where nobody signs "
         "in: answers to public surveys, the mailing list's forms.",
         "forms_per_minute = \"60\"", set_forms},
        {"surveys.rest_days", "Days after one survey in which nobody is offered another; 0: none.",
         "surveys.rest_days = \"30\"", set_survey_rest},
        {"desk.escalate_after",
         "Hours after the deadline of a request at which employees who asked for it are told by "
         "letter; negative: before it.",
         "desk.escalate_after = \"0\"", set_escalation},
        {"drp.business_id",
         "What we are called in the directory of the Data Rights Protocol; empty: agents are not "
         "answered.",
         "drp.business_id = \"\"", text(&Configuration::drp_business_id)},
        {"drp.ca", "PEM of the authorities that agents' servers may be of; empty: the system's.",
         "drp.ca = \"\"", text(&Configuration::drp_ca)},
        {"traffic.sites",
         "Sites whose traffic is studied beside this one, by host, separated by commas; further "
         "names a site is called by follow equals signs.",
         "traffic.sites = \"\"", traffic_text(&Traffic::sites)},
        {"traffic.trusted_proxies",
         "Networks of proxies whose X-Forwarded-For is believed, as 10.0.0.0/8, ::1; empty: none.",
         "traffic.trusted_proxies = \"\"", traffic_text(&Traffic::trusted_proxies)},
        {"traffic.country_database",
         "A country database (.mmdb) in place of the one that came with the program.",
         "traffic.country_database = \"\"", traffic_text(&Traffic::country_database)},
        {"traffic.signals", "What Sec-GPC and DNT lead to: count_without_cookie or do_not_count.",
         "traffic.signals = \"count_without_cookie\"", traffic_text(&Traffic::signals)},
        {"traffic.keep_parameters",
         "Parameters of addresses that make different pages, separated by commas; all others go.",
         "traffic.keep_parameters = \"\"", traffic_text(&Traffic::keep_parameters)},
        {"traffic.keep_days", "Days that traffic is kept.", "traffic.keep_days = \"760\"",
         traffic_number(&Traffic::keep_days, 1, 36'600)},
        {"traffic.events_per_minute", "Events that one address may send in a minute.",
         "traffic.events_per_minute = \"600\"",
         traffic_number(&Traffic::events_per_minute, 1, 1'000'000)},
        {"traffic.store",
         "Where traffic is kept: duckdb, in this directory, or clickhouse, for many machines.",
         "traffic.store = \"duckdb\"", traffic_text(&Traffic::store)},
        {"traffic.clickhouse_servers",
         "The ClickHouse servers, as http://db1:8123, http://db2:8123; each holds a part.",
         "traffic.clickhouse_servers = \"\"", traffic_text(&Traffic::clickhouse_servers)},
        {"traffic.clickhouse_cluster",
         "What their remote_servers call them together; empty: there is one server.",
         "traffic.clickhouse_cluster = \"\"", traffic_text(&Traffic::clickhouse_cluster)},
        {"traffic.clickhouse_database", "Their database, made when it is not there.",
         "traffic.clickhouse_database = \"avow\"", traffic_text(&Traffic::clickhouse_database)},
        {"traffic.clickhouse_user", "Who we are there; empty: default.",
         "traffic.clickhouse_user = \"\"", traffic_text(&Traffic::clickhouse_user)},
        {"traffic.clickhouse_password_file", "A file with the password, mode 0600; empty: none.",
         "traffic.clickhouse_password_file = \"\"",
         traffic_text(&Traffic::clickhouse_password_file)},
        {"traffic.spool_mb",
         "Megabytes of events that may wait on this disk for their store; then new ones are "
         "refused.",
         "traffic.spool_mb = \"1024\"", traffic_number(&Traffic::spool_mb, 1, 1'000'000)},
        {"mail.server",
         "The mail server that takes our letters, as host:port; empty: letters wait for one.",
         "mail.server = \"\"", mail_text(&Mail::server)},
        {"mail.security",
         "How it is spoken to: starttls, tls, or none-on-loopback for one on this machine.",
         "mail.security = \"starttls\"", mail_text(&Mail::security)},
        {"mail.user", "The name we sign in to it with; empty: without.", "mail.user = \"\"",
         mail_text(&Mail::user)},
        {"mail.password_file", "A file with its password, mode 0600.", "mail.password_file = \"\"",
         mail_text(&Mail::password_file)},
        {"mail.from", "The address that letters come from.", "mail.from = \"\"",
         mail_text(&Mail::from)},
        {"mail.ca", "PEM of the authorities that its certificate may be of; empty: the system's.",
         "mail.ca = \"\"", mail_text(&Mail::ca)},
        {"mail.folder",
         "A folder in place of a mail server, to try things out: each letter becomes a file, in "
         "clear.",
         "mail.folder = \"\"", mail_text(&Mail::folder)},
        {"mail.lmtp_listen",
         "Where the mail server hands in what comes for us, by LMTP: 127.0.0.1:2424, or "
         "unix:/run/avow/lmtp; empty: nothing comes in.",
         "mail.lmtp_listen = \"\"", mail_text(&Mail::lmtp_listen)},
        {"mail.imap",
         "The mailbox that mail for us is fetched from, as imaps://user@host/INBOX; a user's own @ "
         "is written %40; empty: none.",
         "mail.imap = \"\"", mail_text(&Mail::imap)},
        {"mail.imap_security",
         "Empty: TLS for imaps://, STARTTLS for imap://; none-on-loopback for a server on this "
         "machine.",
         "mail.imap_security = \"\"", mail_text(&Mail::imap_security)},
        {"mail.imap_password_file", "A file with its password, mode 0600.",
         "mail.imap_password_file = \"\"", mail_text(&Mail::imap_password_file)},
        {"mail.imap_token_command",
         "In place of a password: a command that prints an OAuth 2.0 access token (XOAUTH2).",
         "mail.imap_token_command = \"\"", mail_text(&Mail::imap_token_command)},
        {"mail.imap_processed", "The folder that mail is moved to when it was taken.",
         "mail.imap_processed = \"Processed\"", mail_text(&Mail::imap_processed)},
        {"mail.imap_set_aside", "The folder for mail that could not be taken.",
         "mail.imap_set_aside = \"Set aside\"", mail_text(&Mail::imap_set_aside)},
        {"mail.imap_poll_seconds", "How often a server is asked that does not tell by itself.",
         "mail.imap_poll_seconds = \"60\"",
         [](Configuration& configuration, const std::string& text) {
             return set_number(configuration.mail.imap_poll_seconds, text, 1, 86'400);
         }},
        {"mail.desk", "The address that mail for us goes to; empty: the policy's contact.",
         "mail.desk = \"\"", mail_text(&Mail::desk)},
        {"mail.links",
         "How links in letters begin, as https://privacy.example.org; empty: by the first of "
         "public_hosts.",
         "mail.links = \"\"", mail_text(&Mail::links)},
    };
    return all;
}

std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const auto& key : keys()) names.push_back(key.name);
    return names;
}

// Members of a table, those of tables within it by their dotted name.
Status apply_table(Configuration& configuration, const toml::table& table,
                   const std::string& prefix, const std::string& file) {
    for (const auto& [name, value] : table) {
        const std::string where = file + ":" + std::to_string(name.source().begin.line) + ": ";
        const auto asked = prefix + std::string(name.str());
        if (const auto* inner = value.as_table()) {
            TRY_OK(apply_table(configuration, *inner, asked + ".", file));
            continue;
        }
        const auto known = std::find_if(keys().begin(), keys().end(),
                                        [&](const Key& key) { return key.name == asked; });
        if (known == keys().end()) {
            const auto near = nearest(asked, names());
            return Error(Code::invalid, where + "there is no key \"" + asked + "\"" +
                                            (near ? "; did you mean \"" + *near + "\"?" : ""));
        }
        const auto* text = value.as_string();
        if (text == nullptr)
            return Error(Code::invalid, where + "the value must be a string in quotes");
        if (auto set = known->set(configuration, text->get()); !set) {
            return Error(Code::invalid, where + asked + ": " + set.error().words().value);
        }
    }
    return {};
}

Status apply_file(Configuration& configuration, const std::filesystem::path& file) {
    TRY(const auto content, read_file(file, 1u << 20));
    toml::table table;
    try {
        table = toml::parse(std::string_view(content), std::string_view(file.native()));
    } catch (const toml::parse_error& error) {
        return Error(Code::invalid, file.string() + ":" +
                                        std::to_string(error.source().begin.line) + ": " +
                                        std::string(error.description()));
    }
    return apply_table(configuration, table, "", file.string());
}

std::string environment_name(const std::string& key) {
    std::string name = "AVOW_";
    for (const char c : key) name += c == '.' ? '_' : static_cast<char>(std::toupper(c));
    return name;
}

}  // namespace

Result<Configuration> read_configuration(const std::filesystem::path& data,
                                         const std::filesystem::path& file) {
    Configuration configuration;
    configuration.data = data;
    const auto path = file.empty() ? data / "avow.toml" : file;
    if (std::filesystem::exists(path)) {
        TRY_OK(apply_file(configuration, path));
    } else if (!file.empty()) {
        return Error(Code::not_found, "the configuration " + file.string() + " is not there");
    }
    for (const auto& key : keys()) {
        const auto name = environment_name(key.name);
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) continue;
        if (auto set = key.set(configuration, value); !set) {
            return Error(Code::invalid, name + ": " + set.error().words().value);
        }
    }
    return configuration;
}

std::string documented_configuration() {
    std::string text =
        "# The configuration of avow. Every key may also be given as AVOW_<KEY> in the\n"
        "# environment; the command line wins over both.\n";
    for (const auto& key : keys()) text += "\n# " + key.meaning + "\n# " + key.shown + "\n";
    return text;
}

}  // namespace avow::app
