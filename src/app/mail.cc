// SPDX-License-Identifier: Apache-2.0
#include "app/mail.hh"

#include <boost/json.hpp>

#include "api/errors.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "api/words.hh"
#include "app/mail_place.hh"
#include "base/embedded.hh"
#include "base/text.hh"
#include "mail/address.hh"
#include "mail/folder.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;
using mail::Security;

constexpr int kSetAsideShown = 1'000;  // LIMIT: mails in the quarantine that are told
constexpr mail::Patience kTestPatience{std::chrono::seconds(20)};

Result<Security> security_of(const std::string& name) {
    if (name == "starttls") return Security::starttls;
    if (name == "tls") return Security::tls;
    if (name == "none-on-loopback") return Security::none_on_loopback;
    return wrong("mail.security", "must be starttls, tls or none-on-loopback");
}

// What our EHLO says: a name that a server may look up, if there is one.
std::string our_name(const std::string& from) {
    const auto domain = from.substr(from.rfind('@') + 1);
    return mail::is_ascii(domain) ? domain : "localhost";
}

Result<mail::SmtpOptions> smtp_options(const Configuration::Mail& configured,
                                       const mail::Timeouts& timeouts) {
    mail::SmtpOptions options;
    TRY(options.security, security_of(configured.security));
    auto place = server_of(configured.server, options.security == Security::tls ? 465 : 587);
    if (!place) {
        return wrong("mail.server", "must be a host and a port, as mail.example.org:587");
    }
    options.host = std::move(place->host);
    options.port = place->port;
    if (!mail::check_address(configured.from)) {
        return wrong("mail.from", "must be an email address: letters come from it");
    }
    options.name = our_name(configured.from);
    options.user = configured.user;
    if (configured.user.empty() != configured.password_file.empty()) {
        return wrong("mail.user", "and mail.password_file belong together: set both or none");
    }
    if (!configured.user.empty()) {
        TRY(options.password, password_in(configured.password_file, "mail.password_file"));
    }
    TRY(options.authorities_pem, authorities_in(configured.ca));
    options.timeouts = timeouts;
    return options;
}

std::string first_host(const Configuration& configuration) {
    return configuration.public_hosts.empty() ? "localhost" : configuration.public_hosts[0];
}

std::string_view name_of(mail::Delivery::Outcome outcome) {
    switch (outcome) {
        case mail::Delivery::Outcome::delivered:
            return "delivered";
        case mail::Delivery::Outcome::refused:
            return "refused";
        case mail::Delivery::Outcome::later:
            return "later";
    }
    return "later";
}

// Null when mail is not fetched.
bj::value told_of(const std::optional<Fetching>& standing) {
    if (!standing) return nullptr;
    bj::object told{{"state", std::string(name_of(standing->state))},
                    {"since", rfc3339(standing->since)},
                    {"cause", standing->cause},
                    {"idle", standing->idles},
                    {"messages_when_opened", standing->messages},
                    {"fetched", standing->fetched},
                    {"set_aside", standing->set_aside},
                    {"newest", nullptr}};
    if (standing->newest) told["newest"] = rfc3339(*standing->newest);
    return told;
}

http::Response get_mail(House& house, const http::Request&) {
    API_TRY(const auto counts, house.letters->counts());
    bj::object states;
    for (const auto& [state, count] : counts) {
        states[state] = bj::object{{"letters", count.letters},
                                   {"under_way", count.under_way},
                                   {"oldest", rfc3339(count.oldest)}};
    }
    API_TRY(const auto items, house.desk->quarantined(kSetAsideShown));
    bj::array newest;
    std::int64_t bytes = 0;
    for (const auto& item : items) {
        newest.push_back({{"mail", item.id.text()},
                          {"at", rfc3339(item.at)},
                          {"reason", item.reason},
                          {"bytes", item.bytes}});
        bytes += item.bytes;
    }
    bj::object set_aside{{"mails", items.size()}, {"bytes", bytes}, {"items", std::move(newest)}};
    return api::json_answer(200, bj::object{{"carrier", std::string(carrier_name(house.mail))},
                                            {"states", std::move(states)},
                                            {"listens", house.mail.lmtp_listen},
                                            {"fetching", told_of(house.fetching.look())},
                                            {"set_aside", std::move(set_aside)}});
}

http::Response post_test(House& house, const http::Request& request) {
    const auto body = api::read_body(request);
    if (!body) return api::unreadable(body.error());
    api::Wrongs wrongs;
    api::ObjectReader reader(*body, "", wrongs);
    const auto to = reader.text("to", api::Need::required).value_or("");
    const auto language = reader.text("language", api::Need::optional).value_or("en");
    reader.finish();
    if (!to.empty() && !mail::check_address(to)) wrongs.add("/to", "is no email address");
    if (auto fits = wrongs.result(); !fits) return api::answer(fits.error());
    // A carrier of its own: the postman's is in use.
    const mail::Timeouts patience{kTestPatience, kTestPatience, kTestPatience, kTestPatience,
                                  kTestPatience};
    API_TRY(const auto carrier, carrier_of(house.mail, patience));
    if (carrier == nullptr) {
        return api::answer(Error(Code::invalid, "no mail server is configured: set mail.server"));
    }
    API_TRY(auto say, letter_words());
    Configuration configuration;
    configuration.mail = house.mail;
    services::Post post(*house.letters, *carrier, std::move(say), post_options(configuration, 0));
    const auto delivery = post.send_test(to, language);
    // The operator asked what is wrong: the cause is for them.
    if (!delivery) {
        const auto& error = delivery.error();
        return api::json_answer(
            200, bj::object{
                     {"outcome", "later"}, {"status", ""}, {"code", 0}, {"why", error.describe()}});
    }
    return api::json_answer(200, bj::object{{"outcome", std::string(name_of(delivery->outcome))},
                                            {"status", delivery->status},
                                            {"code", delivery->code},
                                            {"why", std::string(delivery->why)}});
}

}  // namespace

std::string_view name_of(Fetching::State state) {
    switch (state) {
        case Fetching::State::connecting:
            return "connecting";
        case Fetching::State::reading:
            return "reading";
        case Fetching::State::waiting:
            return "waiting";
        case Fetching::State::elsewhere:
            return "elsewhere";
        case Fetching::State::unreachable:
            return "unreachable";
        case Fetching::State::refused:
            return "refused";
    }
    return {};
}

std::string_view carrier_name(const Configuration::Mail& configured) {
    return !configured.server.empty() ? "smtp" : !configured.folder.empty() ? "folder" : "none";
}

Result<std::unique_ptr<mail::Carrier>> carrier_of(const Configuration::Mail& configured,
                                                  const mail::Timeouts& timeouts) {
    std::unique_ptr<mail::Carrier> carrier;
    if (!configured.server.empty() && !configured.folder.empty()) {
        return wrong("mail.folder", "stands in for a server: set it or mail.server, not both");
    }
    if (!configured.server.empty()) {
        TRY(auto options, smtp_options(configured, timeouts));
        carrier = std::make_unique<mail::Smtp>(std::move(options));
    } else if (!configured.folder.empty()) {
        carrier = std::make_unique<mail::Folder>(configured.folder);
    }
    return carrier;
}

std::string letter_domain(const Configuration& configuration) {
    const auto& from = configuration.mail.from;
    const auto domain = from.substr(std::min(from.rfind('@') + 1, from.size()));
    for (const auto& name : {domain, first_host(configuration)}) {
        if (mail::is_ascii(name) && mail::check_address("x@" + name)) return name;
    }
    return "localhost";
}

std::string pages_address(const Configuration& configuration, std::uint16_t port) {
    auto address = configuration.mail.links;
    while (address.ends_with('/')) address.pop_back();
    if (!address.empty()) return address;
    address = "https://" + first_host(configuration);
    if (port != 443) address += ":" + std::to_string(port);
    return address;
}

services::Post::Options post_options(const Configuration& configuration, std::uint16_t port) {
    const auto& configured = configuration.mail;
    const auto from =
        configured.from.empty() ? "portal@" + letter_domain(configuration) : configured.from;
    return {mail::with_ascii_domain(from), pages_address(configuration, port)};
}

Result<services::Say> letter_words() {
    TRY(auto words, api::Words::create(embedded_files(), "mail"));
    return services::Say(
        [words = std::move(words)](std::string_view language, const Phrase& phrase) {
            return words.text(language, phrase);
        });
}

void add_mail_routes(http::Router& router, House& house) {
    const auto add = [&](http::Method method, std::string pattern, auto handler) {
        router.add(
            method, std::move(pattern), http::Runs::on_worker,
            [&house, handler](const http::Request& request) { return handler(house, request); });
    };
    add(http::Method::get, "/mail", get_mail);
    add(http::Method::post, "/mail/test", post_test);
}

}  // namespace avow::app
