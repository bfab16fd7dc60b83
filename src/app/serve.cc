// SPDX-License-Identifier: Apache-2.0
// `avow serve`: opens the house, binds, says that it is ready, and ends in order on SIGINT or
// SIGTERM.
#include <cstdio>

#include <signal.h>

#include "api/rooms.hh"
#include "api/site.hh"
#include "api/traffic.hh"
#include "api/words.hh"
#include "app/admin.hh"
#include "app/agent_teller.hh"
#include "app/catalogue.hh"
#include "app/commands.hh"
#include "app/demo.hh"
#include "app/digester.hh"
#include "app/exporter.hh"
#include "app/fetcher.hh"
#include "app/housekeeper.hh"
#include "app/mail.hh"
#include "app/mail_standing.hh"
#include "app/mailroom.hh"
#include "app/postman.hh"
#include "app/right_mover.hh"
#include "base/embedded.hh"
#include "base/log.hh"
#include "base/process.hh"
#include "crypto/certificate.hh"
#include "http/server.hh"
#include "services/publishing/evidence.hh"
#include "traffic/self_check.hh"

namespace avow::app {
namespace {

constexpr std::size_t kFreedKept = 8u << 20;  // some batches of requests and their answers

namespace fs = std::filesystem;
constexpr int kStopWithinMs = 10'000;
constexpr std::int64_t kRenewBeforeMs = 30 * kDayMs;

Status write_pair(const fs::path& folder, const std::string& name,
                  const crypto::CertificateAndKey& made) {
    TRY_OK(write_file_durably(folder / (name + ".key"), as_bytes(made.key_pem), 0600));
    return write_file_durably(folder / (name + ".pem"), as_bytes(made.certificate_pem));
}

Result<crypto::CertificateAndKey> read_pair(const fs::path& certificate, const fs::path& key) {
    crypto::CertificateAndKey pair;
    TRY(pair.certificate_pem, read_file(certificate));
    TRY(pair.key_pem, read_file(key));
    return pair;
}

// The operator's certificate, or one of our own authority, renewed before it ends.
Result<crypto::CertificateAndKey> certificate_of(const Configuration& configuration, House& house) {
    if (!configuration.certificate.empty()) {
        return read_pair(configuration.certificate, configuration.certificate_key);
    }
    const auto& data = configuration.data;
    const auto now = house.clock.now();
    if (!fs::exists(data / "ca.key")) {
        TRY(const auto authority,
            crypto::create_authority("avow local authority", now, house.random));
        TRY_OK(write_pair(data, "ca", authority));
    }
    TRY(const auto authority, read_pair(data / "ca.pem", data / "ca.key"));
    if (fs::exists(data / "server.key")) {
        TRY(auto leaf, read_pair(data / "server.pem", data / "server.key"));
        TRY(const auto end, crypto::expires_at(leaf.certificate_pem));
        if (end - now > kRenewBeforeMs) return leaf;
    }
    TRY(auto leaf, crypto::issue_leaf(authority, configuration.public_hosts, now, house.random));
    TRY_OK(write_pair(data, "server", leaf));
    return leaf;
}

Result<Configuration> configuration_of(const ServeOptions& options) {
    TRY(auto configuration, read_configuration(options.data, options.config));
    if (!options.listen.empty()) configuration.listen = options.listen;
    if (!options.policy.empty()) configuration.policy = options.policy;
    // A sample has no mail server, and its letters are worth looking at.
    if (options.demo && configuration.mail.server.empty() && configuration.mail.folder.empty()) {
        configuration.mail.folder = (options.data / "mail").string();
    }
    return configuration;
}

Result<http::ServerOptions> server_options(const Configuration& configuration,
                                           const crypto::CertificateAndKey& certificate) {
    http::ServerOptions options;
    TRY(options.https, http::parse_listen(configuration.listen));
    if (!configuration.redirect.empty()) {
        TRY(options.plain_redirect, http::parse_listen(configuration.redirect));
    }
    options.admin_socket = configuration.data / "admin.sock";
    options.certificate_pem = certificate.certificate_pem;
    options.key_pem = certificate.key_pem;
    options.public_hosts = configuration.public_hosts;
    options.open_paths = api::paths_open_to_sites();
    options.open_paths.insert(options.open_paths.end(), api::kListPathsOpenToSites.begin(),
                              api::kListPathsOpenToSites.end());
    options.io_threads = cores();
    options.workers = configuration.workers != 0 ? configuration.workers : 4 * cores();
    return options;
}

// Nothing when the store cannot be read.
std::optional<services::Outside::Traffic> traffic_found(const House& house) {
    if (house.traffic == nullptr) return std::nullopt;
    const auto found = traffic::check_self(*house.traffic, house.clock.now());
    if (!found) return std::nullopt;
    return services::Outside::Traffic{found->columns,       found->published_columns,
                                      found->leaves_nobody, found->cookie_values,
                                      found->rows,          found->large_rows};
}

// Visits our own pages as somebody without a cookie, through the very router that serves them.
services::Outside outside_of(const http::Router& router, const House& house,
                             Time certificate_ends) {
    return {[certificate_ends] { return certificate_ends; },
            [&router](std::string_view path) {
                http::Request request;
                request.path = path;
                const auto response = router.answer(std::move(request));
                return services::Outside::Page{response.status,
                                               response.find_header("set-cookie") != nullptr};
            },
            [&house] { return traffic_found(house); }};
}

void wait_for_end() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    int which = 0;
    sigwait(&signals, &which);
}

// Before any thread is made: all of them leave these signals to wait_for_end().
void block_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);  // a file-size limit is an error of write(), not a death
}

Status write_first_configuration(const fs::path& data) {
    const auto file = data / "avow.toml";
    if (fs::exists(file)) return {};
    return write_file_durably(file, as_bytes(documented_configuration()));
}

}  // namespace

Result<int> serve(const ServeOptions& options) {
    block_signals();
    keep_freed_memory(kFreedKept);
    TRY(const auto configuration, configuration_of(options));
    TRY(const auto house, House::create(configuration, Opening::create_if_absent));
    TRY_OK(write_first_configuration(configuration.data));
    auto rules = services::password_preset(configuration.passwords);
    if (!rules) return Error(Code::invalid, "passwords " + rules.error().words().value);
    for (const auto broken : rules->breaks) {
        log::info("password_rules_break", {{"preset", rules->name}, {"requirement", broken}});
    }
    house->accounts->set_rules(std::move(*rules));
    if (!configuration.policy.empty()) {
        TRY_OK(house->publish_folder(configuration.policy));
        TRY(auto catalogue, read_catalogue(configuration.policy));
        house->products->set_catalogue(std::move(catalogue));
    }
    if (house->policies->in_force() == nullptr) {
        return Error(Code::invalid, "no policy is published yet: name its folder with --policy");
    }
    TRY(const auto certificate, certificate_of(configuration, *house));
    TRY(const auto certificate_ends, crypto::expires_at(certificate.certificate_pem));

    // The router is measured by the evidence that its own pages show: it must exist first.
    http::Router pages;
    TRY(auto trusted_proxies, traffic::parse_networks(configuration.traffic.trusted_proxies));
    traffic::RateLimit open_forms(static_cast<int>(configuration.forms_per_minute), house->random);
    api::Rooms rooms{*house->gate,
                     *house->policies,
                     *house->ledger,
                     *house->accounts,
                     *house->tokens,
                     *house->staff,
                     *house->letters,
                     *house->desk,
                     *house->exports,
                     *house->rights,
                     *house->drp,
                     *house->products,
                     *house->mailing_list,
                     *house->surveys,
                     *house->studies,
                     house->clock,
                     house->random,
                     std::move(trusted_proxies),
                     open_forms};
    services::EvidenceBook evidence(*house->store, *house->gate, *house->accounts, house->clock,
                                    outside_of(pages, *house, certificate_ends));
    TRY(const auto words, api::Words::create(embedded_files()));
    const api::Site site(embedded_files(), words);
    TRY_OK(house->open_traffic(configuration));
    api::add_site_routes(pages, rooms, evidence, site);
    api::add_portal_routes(pages, site);
    http::Router router;
    api::add_use_routes(router, rooms);
    api::add_account_routes(router, rooms);
    api::add_collection_routes(router, rooms);
    api::add_customer_routes(router, rooms);
    api::add_permission_routes(router, rooms);
    api::add_receipt_routes(router, rooms);
    api::add_timeline_routes(router, rooms);
    api::add_export_routes(router, rooms);
    api::add_erasure_routes(router, rooms);
    api::add_policy_routes(router, rooms, evidence, words);
    api::add_product_routes(router, rooms);
    api::add_audience_routes(router, rooms);
    api::add_request_routes(router, rooms);
    api::add_desk_routes(router, rooms, words);
    api::add_right_routes(router, rooms);
    api::add_officer_right_routes(router, rooms);
    api::add_drp_routes(router, rooms, [&] { return house->address; });
    api::add_survey_routes(router, rooms);
    api::add_survey_answer_routes(router, rooms);
    api::add_stop_routes(router, rooms);
    api::add_ledger_routes(router, rooms);
    api::add_health_routes(router, rooms, [&house] { return mail_standing(*house); });
    api::add_site_routes(router, rooms, evidence, site);
    api::add_mailing_list_routes(router, rooms, site);
    api::add_portal_routes(router, site);
    api::add_staff_routes(router, rooms);
    api::add_console_routes(router, site);
    const auto* script = site.find(api::kTrafficScript);
    api::add_collector_routes(router, *house->traffic,
                              script != nullptr ? *script : std::string_view());
    api::add_traffic_routes(router, rooms, *house->traffic);
    api::add_overdue_letter_routes(router, rooms, *house->overdue_letters);
    api::add_study_routes(router, rooms, *house->traffic, *house->digests);
    api::add_description_routes(router, site);
    auto admin = admin_routes(*house);
    add_listing(admin, router);

    TRY(auto server_settings, server_options(configuration, certificate));
    TRY(auto carrier, carrier_of(configuration.mail, {}));
    TRY(const auto server,
        http::Server::create(std::move(server_settings), std::move(router), std::move(admin)));
    house->address = pages_address(configuration, server->https_port());
    Housekeeper keeper(*house);
    server->start();
    const auto address = "https://localhost:" + std::to_string(server->https_port());
    auto postman = std::make_unique<Postman>(*house, std::move(carrier),
                                             post_options(configuration, server->https_port()));
    TRY(auto exporter, Exporter::create(*house->exports));
    auto mover = std::make_unique<RightMover>(*house->rights, *house->drp);
    std::unique_ptr<AgentTeller> teller;
    if (house->drp->is_on()) {
        TRY(teller,
            AgentTeller::create(*house->drp, configuration.drp_ca, [&] { return house->address; }));
    }
    TRY(auto digester,
        Digester::create(*house, pages_address(configuration, server->https_port())));
    TRY(auto mailroom, Mailroom::create(*house, letter_domain(configuration)));
    TRY(auto fetcher, Fetcher::create(*house, *mailroom));
    if (options.demo) TRY_OK(tell_demo(*house, configuration, address));
    std::printf("avow: serving %s\n", address.c_str());
    std::fflush(stdout);
    wait_for_end();
    log::info("stopping");
    server->stop(kStopWithinMs);
    fetcher.reset();
    mailroom.reset();
    teller.reset();
    digester.reset();
    mover.reset();
    exporter.reset();
    postman.reset();
    TRY_OK(house->ledger->flush());
    return kDone;
}

}  // namespace avow::app
