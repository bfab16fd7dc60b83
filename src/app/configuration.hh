// SPDX-License-Identifier: Apache-2.0
// The configuration: avow.toml in the data directory, then AVOW_… of the environment, then the
// command line; the later wins. An unknown key is an error with the nearest known one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hh"

namespace avow::app {

struct Configuration {
    std::filesystem::path data = "data";
    std::string listen = "127.0.0.1:8443";  // address and port of HTTPS
    std::string redirect;                   // address and port of the plain redirect; empty: none
    std::string policy;                     // folder published at start; empty: what the store has
    std::vector<std::string> public_hosts;  // names the server answers to, beside localhost
    std::string certificate;                // PEM files; empty: the local authority's
    std::string certificate_key;
    std::string store;              // address of a PostgreSQL database; empty: SQLite in `data`
    std::string master_command;     // prints the master key; empty: the file master.key
    std::string master_credential;  // a systemd credential that holds it
    std::string master_passphrase_command;  // prints a passphrase that gives it
    std::uint32_t workers = 0;              // 0: chosen by cores

    std::string passwords = "standard";  // the preset of what is asked of them

    std::uint32_t forms_per_minute = 60;  // that one network may send where nobody signs in

    std::uint32_t survey_rest_days = 30;  // between two surveys that one person is offered

    // Hours after a request's deadline at which it is told by letter; negative: before it.
    std::int64_t desk_escalate_after = 0;

    std::string drp_business_id;  // ours in the Data Rights Protocol's directory; empty: off
    std::string drp_ca;           // PEM of the authorities of agents' servers; empty: the system's

    struct Traffic {
        std::string sites;            // beside our own: "example.com, shop.example=OTHER-NAME"
        std::string trusted_proxies;  // networks whose X-Forwarded-For is believed
        std::string country_database;
        std::string signals = "count_without_cookie";  // or do_not_count
        std::string keep_parameters;                   // of queries
        std::uint32_t keep_days = 760;
        std::uint32_t events_per_minute = 600;
        std::string store = "duckdb";    // in `data`; or clickhouse
        std::string clickhouse_servers;  // http://host:8123, each a shard
        std::string clickhouse_cluster;  // what the servers call themselves together
        std::string clickhouse_database = "avow";
        std::string clickhouse_user;
        std::string clickhouse_password_file;
        std::uint32_t spool_mb = 1024;  // of events that wait for their store
    } traffic;

    struct Mail {
        std::string server;                 // host:port; empty: letters wait, or go into `folder`
        std::string security = "starttls";  // or tls, or none-on-loopback
        std::string user;
        std::string password_file;
        std::string from;
        std::string ca;             // PEM of the authorities to trust; empty: the system's
        std::string folder;         // in place of a server
        std::string lmtp_listen;    // where mail comes in: a loopback address and port, or a socket
        std::string imap;           // the folder that is read: imaps://user@host/Folder
        std::string imap_security;  // or none-on-loopback
        std::string imap_password_file;
        std::string imap_token_command;  // prints an access token, for XOAUTH2
        std::string imap_processed = "Processed";
        std::string imap_set_aside = "Set aside";
        std::uint32_t imap_poll_seconds = 60;
        std::string desk;   // the address that mail for us goes to; empty: the policy's contact
        std::string links;  // how links in letters begin; empty: https:// and our first host
    } mail;
};

// Reads DIR/avow.toml if it is there, then the environment.
Result<Configuration> read_configuration(const std::filesystem::path& data,
                                         const std::filesystem::path& file);

// The file that a first start writes: every key with its meaning and default.
std::string documented_configuration();

}  // namespace avow::app
