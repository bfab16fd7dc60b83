// SPDX-License-Identifier: Apache-2.0
#include "app/exporter.hh"

#include <boost/json.hpp>

#include "api/words.hh"
#include "base/embedded.hh"
#include "base/log.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

// Another node's exports, and what is over, are noticed this late.
constexpr std::chrono::milliseconds kBetween{2'000};
constexpr std::chrono::milliseconds kAfterFailure{30'000};
constexpr int kRequestsAtOnce = 50;

Result<bj::value> tell_account(House& house, const CustomerId& customer) {
    const auto account = services::find_account(*house.store, customer);
    if (!account && account.error().code() == Code::not_found) return bj::value(bj::object());
    if (!account) return account.error();
    TRY(const auto password, house.accounts->password_facts(customer));
    TRY(const auto factor, house.accounts->second_factor().state(customer));
    TRY(const auto returned, house.accounts->address_returned(customer));
    TRY(const auto sessions, house.accounts->sessions().list(customer, ""));
    TRY(const auto passkeys, house.accounts->passkeys().list(customer));
    bj::array began;
    for (const auto& one : sessions)
        began.push_back(bj::object{{"created", rfc3339(one.created)}, {"seen", rfc3339(one.seen)}});
    bj::array keys;
    for (const auto& one : passkeys) {
        keys.push_back(bj::object{{"name", one.name.reveal(house.gate->own_data_token())},
                                  {"created", rfc3339(one.made)}});
    }
    bj::object told{{"created", rfc3339(account->created)},
                    {"language", account->language},
                    {"policy_version_seen", account->policy_seen},
                    {"password_changed", rfc3339(password.changed)},
                    {"sessions", std::move(began)},
                    {"passkeys", std::move(keys)}};
    if (returned) told["mail_returned"] = rfc3339(*returned);
    if (factor.since) told["authenticator_since"] = rfc3339(*factor.since);
    return bj::value(std::move(told));
}

Result<bj::value> tell_requests(House& house, const CustomerId& customer) {
    bj::array told;
    std::optional<RequestId> before;
    while (true) {
        TRY(const auto page, house.desk->own_requests(customer, before, kRequestsAtOnce));
        for (const auto& one : page.requests) {
            bj::object line{{"request", one.request.id.text()},
                            {"subject", nullptr},
                            {"state", std::string(name_of(one.request.state))},
                            {"channel", one.request.channel},
                            {"created", rfc3339(one.request.created)},
                            {"updated", rfc3339(one.request.updated)}};
            if (one.subject) line["subject"] = one.subject->reveal(house.gate->own_data_token());
            told.push_back(std::move(line));
        }
        if (!page.next) return bj::value(std::move(told));
        before = page.next;
    }
}

// The export's own words, and below them those that the portal says the same things with.
Result<services::Say> export_words() {
    TRY(auto own, api::Words::create(embedded_files(), "export"));
    TRY(auto portal, api::Words::create(embedded_files(), "portal"));
    return services::Say([own = std::move(own), portal = std::move(portal)](
                             std::string_view language, const Phrase& phrase) {
        const auto* source = own.find_catalogue("en");
        const bool is_own = source != nullptr &&
                            (source->contains(phrase.id) || source->contains(phrase.id + "_other"));
        return is_own ? own.text(language, phrase) : portal.text(language, phrase);
    });
}

// Answers themselves stand among what we hold; here is what else we know of a survey.
Result<bj::value> tell_surveys(House& house, const CustomerId& customer) {
    bj::array told;
    TRY(const auto rows, house.surveys->own(customer));
    for (const auto& row : rows) {
        TRY(const auto survey, house.surveys->get(row.survey));
        bj::object line{{"survey", survey.id.text()},
                        {"name", survey.name},
                        {"state", std::string(name_of(row.state))},
                        {"version", row.version},
                        {"at", rfc3339(row.at)}};
        if (row.state == services::AnswerState::answered) {
            line["collection"] = row.collection.text();
        } else if (row.state == services::AnswerState::draft) {
            TRY(const auto draft, house.surveys->own(customer, row.survey));
            if (draft && draft->content) {
                line["draft"] = bj::parse(draft->content->reveal(house.gate->own_data_token()));
            }
        }
        told.push_back(std::move(line));
    }
    TRY(const auto invitations, house.surveys->invitations(customer));
    for (const auto& invitation : invitations) {
        TRY(const auto survey, house.surveys->get(invitation.survey));
        told.push_back(bj::object{{"survey", survey.id.text()},
                                  {"name", survey.name},
                                  {"state", "invited"},
                                  {"at", rfc3339(invitation.at)}});
    }
    return bj::value(std::move(told));
}

// Whoever makes the export noted the reading.
Status tell_files(House& house, const CustomerId& customer, const services::FileSink& sink) {
    const auto token = house.gate->own_data_token();
    return house.desk->each_attachment(
        customer,
        [&](const services::Attachment& one) {
            const auto& name = one.name->reveal(token);
            return sink.begin("attachments/" + one.message.text() + "/" +
                              std::to_string(one.number) + (name.empty() ? "" : "-" + name));
        },
        [&](const Personal<std::string>& bytes) { return sink.write(bytes.reveal(token)); });
}

}  // namespace

void add_export_parts(House& house) {
    house.exports->tell_files([&house](const CustomerId& customer, const services::FileSink& sink) {
        return tell_files(house, customer, sink);
    });
    house.exports->add_part({"account", [&house](const CustomerId& customer) {
                                 return tell_account(house, customer);
                             }});
    house.exports->add_part({"requests", [&house](const CustomerId& customer) {
                                 return tell_requests(house, customer);
                             }});
    house.exports->add_part({"surveys", [&house](const CustomerId& customer) {
                                 return tell_surveys(house, customer);
                             }});
}

Result<std::unique_ptr<Exporter>> Exporter::create(services::Exports& exports) {
    TRY(auto say, export_words());
    return std::unique_ptr<Exporter>(new Exporter(exports, std::move(say)));
}

Exporter::Exporter(services::Exports& exports, services::Say say)
    : exports_(exports), say_(std::move(say)), thread_([this] { serve(); }) {
    exports_.on_notify([this] { rest_.wake(); });
}

Exporter::~Exporter() {
    exports_.on_notify({});
    rest_.end();
    thread_.join();
}

void Exporter::serve() {
    const auto keep_on = [this] { return !rest_.is_ending(); };
    auto pause = kBetween * 0;
    while (!rest_.take(pause)) {
        auto swept = exports_.forget_old();
        auto made = swept ? exports_.step(say_, keep_on) : Result<bool>(swept.error());
        if (!made && keep_on()) {
            log::error("export_failed", {{"code", name_of(made.error().code())},
                                         {"cause", made.error().describe()}});
        }
        pause = !made ? kAfterFailure : *made ? kBetween * 0 : kBetween;
    }
}

}  // namespace avow::app
