// SPDX-License-Identifier: Apache-2.0
#include "app/mail_standing.hh"

#include "api/errors.hh"
#include "app/mail.hh"

namespace avow::app {
namespace {

class Metrics {
  public:
    void add(std::string_view name, std::string_view type, std::string_view help,
             std::int64_t value) {
        text_ += "# HELP " + std::string(name) + " " + std::string(help) + "\n# TYPE " +
                 std::string(name) + " " + std::string(type) + "\n" + std::string(name) + " " +
                 std::to_string(value) + "\n";
    }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

}  // namespace

Result<api::MailStanding> mail_standing(House& house) {
    api::MailStanding standing;
    if (!house.mail.lmtp_listen.empty()) standing.lmtp = house.takes_mail.load();
    if (const auto fetching = house.fetching.look()) {
        standing.imap = {std::string(name_of(fetching->state)), fetching->seen, fetching->fetched,
                         fetching->set_aside};
    }
    standing.carrier = carrier_name(house.mail);
    TRY(const auto waiting, house.letters->waiting());
    standing.waiting = waiting.letters;
    if (waiting.letters > 0) standing.oldest = waiting.oldest;
    return standing;
}

std::string metrics_text(const api::MailStanding& mail, std::uint64_t ledger_entries, Time now) {
    Metrics metrics;
    metrics.add("avow_ledger_entries", "counter", "Entries of the newest checkpoint.",
                static_cast<std::int64_t>(ledger_entries));
    metrics.add("avow_letters_waiting", "gauge", "Letters that are to be sent.", mail.waiting);
    const auto age = mail.oldest ? std::max<std::int64_t>(0, now - *mail.oldest) / kSecondMs : 0;
    metrics.add("avow_letters_oldest_seconds", "gauge", "How long the oldest of them waits.", age);
    if (mail.lmtp) {
        metrics.add("avow_lmtp_up", "gauge", "Whether mail is taken by LMTP.", *mail.lmtp ? 1 : 0);
    }
    if (mail.imap) {
        const bool up = mail.imap->state == "reading" || mail.imap->state == "waiting";
        metrics.add("avow_imap_up", "gauge", "Whether this node reads the mailbox.", up ? 1 : 0);
        metrics.add("avow_imap_fetched_total", "counter", "Mails fetched since the start.",
                    mail.imap->fetched);
        metrics.add("avow_imap_set_aside", "gauge", "Mails set aside in all.",
                    mail.imap->set_aside);
        if (mail.imap->seen) {
            metrics.add("avow_imap_seen_timestamp_seconds", "gauge",
                        "When the mailbox's server answered last.",
                        mail.imap->seen->ms / kSecondMs);
        }
    }
    return metrics.take();
}

void add_metrics(http::Router& admin, House& house) {
    admin.add(http::Method::get, "/metrics", http::Runs::on_worker, [&house](const http::Request&) {
        const auto mail = mail_standing(house);
        if (!mail) return api::answer(mail.error());
        auto response = http::Response::text(
            200, metrics_text(*mail, house.ledger->checkpoint().size, house.clock.now()));
        response.set_header("content-type", "text/plain; version=0.0.4; charset=utf-8");
        return response;
    });
}

}  // namespace avow::app
