// SPDX-License-Identifier: Apache-2.0
#include "app/digester.hh"

#include <algorithm>

#include "app/mail.hh"
#include "base/log.hh"

namespace avow::app {
namespace {

using namespace std::chrono_literals;

// A week that ended, or another node's, is noticed this late.
constexpr std::chrono::milliseconds kBetween = 10min;
constexpr std::size_t kRowsTold = 5;

std::int64_t number(const std::map<std::string, traffic::Value>& totals, const char* name) {
    const auto found = totals.find(name);
    if (found == totals.end()) return 0;
    const auto* value = std::get_if<std::int64_t>(&found->second);
    return value == nullptr ? 0 : *value;
}

class Wording {
  public:
    Wording(const services::Say& say, std::string language)
        : say_(say), language_(std::move(language)) {}
    std::string operator()(const char* id, PhraseArguments arguments = {}) const {
        return say_(language_, Phrase(id, std::move(arguments)));
    }

  private:
    const services::Say& say_;
    const std::string language_;
};

// "  /prices: 1,200" for each row; a count stands at `column`.
std::string lines_of(const traffic::Report& report, std::size_t column, const Wording& say) {
    std::string text;
    for (const auto& row : report.rows) {
        const auto* name = std::get_if<std::string>(&row[0]);
        const auto* count = std::get_if<std::int64_t>(&row[column]);
        if (name == nullptr || count == nullptr) continue;
        const auto shown = *name == "(none)" ? say("digest_none") : *name;
        text += "  " + say("digest_line", {{"name", shown}, {"number", *count}}) + "\n";
    }
    return text;
}

}  // namespace

Result<services::Worded> word_digest(const traffic::Traffic& traffic, const std::string& site,
                                     services::Every every, const services::Span& span,
                                     const std::string& language, const std::string& organization,
                                     const std::string& address, const services::Say& words) {
    traffic::Question question;
    question.report = "summary";
    question.site = site;
    question.from = span.from;
    question.to = span.to - 1;
    question.limit = kRowsTold;
    question.compare = true;
    TRY(const auto summary, traffic.answer(question));
    question.compare = false;
    question.report = "pages";
    TRY(const auto pages, traffic.answer(question));
    question.report = "referrers";
    TRY(const auto sources, traffic.answer(question));

    const Wording say(words, language);
    const PhraseArguments about{
        {"site", site}, {"from", Time{span.from * kDayMs}}, {"to", Time{question.to * kDayMs}}};
    services::Worded worded;
    worded.subject =
        say(every == services::Every::week ? "digest_subject_week" : "digest_subject_month", about);
    worded.text = say("digest_text", about) + "\n\n";
    if (number(summary.totals, "views") == 0) {
        worded.text += say("digest_nothing") + "\n\n";
    } else {
        const auto figure = [&](const char* phrase, const char* name) {
            worded.text += say(phrase, {{"number", number(summary.totals, name)},
                                        {"before", number(summary.before, name)}}) +
                           "\n";
        };
        figure("digest_visitors", "visitors");
        figure("digest_visits", "visits");
        figure("digest_views", "views");
        const auto list = [&](const char* title, const std::string& lines) {
            if (!lines.empty()) worded.text += "\n" + say(title) + "\n" + lines;
        };
        list("digest_pages", lines_of(pages, 1, say));
        list("digest_sources", lines_of(sources, 2, say));
        worded.text += "\n" + say("digest_small", {{"number", std::int64_t{question.k}}}) + "\n\n";
    }
    worded.text += say("digest_more") + "\n\n" + address + "/console/traffic\n\n" +
                   say("digest_closing", {{"organization", organization}}) + "\n";
    return worded;
}

Result<std::unique_ptr<Digester>> Digester::create(House& house, std::string address) {
    TRY(auto say, letter_words());
    return std::unique_ptr<Digester>(new Digester(house, std::move(address), std::move(say)));
}

Digester::Digester(House& house, std::string address, services::Say say)
    : house_(house),
      address_(std::move(address)),
      say_(std::move(say)),
      thread_([this] { serve(); }) {}

Digester::~Digester() {
    rest_.end();
    thread_.join();
}

void Digester::serve() {
    do {
        if (const auto written = write_due(); !written) {
            log::error("digests_failed", {{"cause", written.error().describe()}});
        }
    } while (!rest_.take(kBetween));
}

Status Digester::write_due() {
    TRY(const auto due, house_.digests->due());
    if (due.empty()) return {};
    TRY(const auto employees, house_.staff->list());
    for (const auto& one : due) {
        if (rest_.is_ending()) return {};
        const auto found = std::find_if(employees.begin(), employees.end(), [&](const auto& who) {
            return who.id == one.digest.employee;
        });
        const bool may = found != employees.end() &&
                         found->state == services::Employee::State::active &&
                         std::ranges::find(found->roles, "web") != found->roles.end();
        // Who left, or no longer studies the traffic, is told nothing more.
        TRY_OK(may ? write(one, *found)
                   : house_.digests->remove(one.digest.employee, one.digest.site));
    }
    return {};
}

Status Digester::write(const services::Digests::Due& due, const services::Employee& employee) {
    const auto& digest = due.digest;
    if (!house_.traffic->find_site(digest.site)) {
        return house_.digests->remove(digest.employee, digest.site);
    }
    const auto policy = house_.gate->policies().in_force();
    TRY(auto worded,
        word_digest(*house_.traffic, digest.site, digest.every, due.span, employee.language,
                    policy == nullptr ? "" : policy->organization, address_, say_));
    services::Letter letter{services::LetterKind::traffic_digest, employee.language};
    const auto token = house_.gate->own_data_token();
    letter.to = Personal<std::string>(employee.person.email.reveal(token));
    letter.answer = services::Letter::Answer{Personal<std::string>(std::move(worded.subject)),
                                             Personal<std::string>(std::move(worded.text)), "",
                                             Personal<std::string>(std::string()),
                                             Personal<std::string>(std::string())};
    TRY_OK(house_.digests->tell(
        due, [&](sql::Writer& unit) { return house_.letters->write_to_stranger(unit, letter); }));
    house_.letters->notify();
    return {};
}

}  // namespace avow::app
