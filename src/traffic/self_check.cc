// SPDX-License-Identifier: Apache-2.0
#include "traffic/self_check.hh"

#include <algorithm>
#include <set>

namespace avow::traffic {
namespace {

constexpr std::string_view kAddress = "198.51.100.201";
constexpr std::string_view kAgent =
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0 selfcheck";
constexpr std::int64_t kDaysLooked = 30;

bool is_in(const std::string& text) {
    return text.find(kAddress) != text.npos || text.find(kAgent) != text.npos ||
           text.find("selfcheck") != text.npos;
}

// Reads a visit as any other, keeps nothing of it, and looks through all that would be kept.
bool leaves_nobody(const Traffic& traffic, Time now) {
    Event event;
    event.name = "pageview";
    event.url = "https://" + traffic.own_site() + "/";
    const auto client =
        traffic.reader().client(Fleeting::over(kAddress), Fleeting::over(kAgent), {});
    const auto seen = traffic.reader().sighting(event, client, traffic.own_site(), now, {});
    if (!seen || seen->browser.empty()) return false;
    const std::vector<std::string> kept{seen->site,     seen->page,    seen->name,  seen->source,
                                        seen->campaign, seen->browser, seen->system};
    return std::none_of(kept.begin(), kept.end(), is_in);
}

// Every value that browsers come to by any sequence of visits within two months.
std::int64_t reachable_cookies() {
    std::set<std::string> reached;
    for (std::int64_t day = 0; day < 64; ++day) {
        std::optional<std::string> cookie;
        for (int page = 0; page <= kDepthMax; ++page) {
            cookie = turn_page(cookie, day).cookie;
            reached.insert(*cookie);
        }
    }
    return static_cast<std::int64_t>(reached.size());
}

Status look_at_rows(Traffic& traffic, Time now, SelfCheck& check) {
    Question question;
    question.site = traffic.own_site();
    question.to = now.ms / kDayMs;
    question.from = question.to - kDaysLooked;
    for (const auto* report : {"pages", "countries", "browsers", "paths"}) {
        question.report = report;
        TRY(const auto made, traffic.answer(question));
        for (const auto& row : made.rows) {
            const auto* count = std::get_if<std::int64_t>(&row[question.report == "paths" ? 3 : 1]);
            ++check.rows;
            // What fell under k stands in "other", which names nobody.
            const auto* name = std::get_if<std::string>(&row[1]);
            const bool other = name != nullptr && *name == "(other)";
            check.large_rows += other || (count != nullptr && *count >= question.k);
        }
    }
    return {};
}

}  // namespace

Result<SelfCheck> check_self(Traffic& traffic, Time now) {
    SelfCheck check;
    TRY(const auto kept, traffic.store().kept_columns());
    const auto published = published_columns();
    check.columns = static_cast<std::int64_t>(kept.size());
    check.published_columns = std::count_if(kept.begin(), kept.end(), [&](const auto& column) {
        return std::find(published.begin(), published.end(), column) != published.end();
    });
    check.leaves_nobody = leaves_nobody(traffic, now);
    check.cookie_values = reachable_cookies();
    TRY_OK(look_at_rows(traffic, now, check));
    return check;
}

}  // namespace avow::traffic
