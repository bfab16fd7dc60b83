// SPDX-License-Identifier: Apache-2.0
// /api/v1/studies: goals, funnels, segments and links of the web team; and what a link shows.
// /api/v1/digests: figures by letter.
#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/caller.hh"
#include "api/errors.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "api/traffic.hh"
#include "http/target.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;
using services::Studies;
using services::Study;
using services::StudyKind;

constexpr int kDaysShownMax = 366;  // LIMIT: of a link
constexpr std::array<std::string_view, 5> kSharedWithoutNoise{"summary", "exits", "time_on_page",
                                                              "events", "outbound"};

bool may_be_shared(std::string_view report) {
    return traffic::takes_noise(report) ||
           std::find(kSharedWithoutNoise.begin(), kSharedWithoutNoise.end(), report) !=
               kSharedWithoutNoise.end();
}

bj::object study_json(const Study& study) {
    bj::object told{{"study", study.id.text()},
                    {"site", study.site},
                    {"kind", services::name_of(study.kind)},
                    {"name", study.name},
                    {"terms", bj::array(study.terms.begin(), study.terms.end())},
                    {"created", rfc3339(study.created)}};
    if (study.kind == StudyKind::link) {
        told["report"] = study.report;
        told["days"] = study.days;
        told["noise"] = study.noise;
    }
    return told;
}

std::vector<std::string> read_terms(ObjectReader& reader, Wrongs& wrongs) {
    std::vector<std::string> terms;
    const auto* all = reader.value("terms", Need::required);
    if (all == nullptr) return terms;
    if (!all->is_array()) {
        wrongs.add("/terms", "must be a list of texts");
        return terms;
    }
    for (const auto& one : all->get_array()) {
        if (one.is_string()) {
            terms.emplace_back(one.get_string());
        } else {
            wrongs.add("/terms/" + std::to_string(terms.size()), "must be a text");
            terms.emplace_back("?");
        }
    }
    return terms;
}

void check_filters(const std::vector<std::string>& terms, Wrongs& wrongs) {
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (filter_from(terms[i])) continue;
        wrongs.add("/terms/" + std::to_string(i), "must be DIMENSION:VALUE, as country:DE");
    }
    if (terms.size() > traffic::kFiltersMax) wrongs.add("/terms", "may be at most five filters");
}

void check_goal(const std::vector<std::string>& terms, Wrongs& wrongs) {
    const auto what = terms.size() == 1 ? filter_from(terms[0]) : std::nullopt;
    const bool fits = what && !what->value.empty() &&
                      (what->dimension == traffic::Dimension::page ||
                       what->dimension == traffic::Dimension::event);
    if (!fits) wrongs.add("/terms", "must be one page:PATH or event:NAME");
}

void check_funnel(const std::vector<std::string>& terms, Wrongs& wrongs) {
    if (terms.size() < 2 || terms.size() > traffic::kFunnelStepsMax)
        wrongs.add("/terms", "must be 2 to 8 pages, in order");
}

void read_link(ObjectReader& reader, services::NewStudy& wanted, Wrongs& wrongs) {
    wanted.report = reader.text("report", Need::required).value_or("");
    if (!wanted.report.empty() && !may_be_shared(wanted.report))
        wrongs.add("/report", "is no report that a link may show");
    const auto days = reader.number("days", Need::required).value_or(1);
    if (days < 1 || days > kDaysShownMax) wrongs.add("/days", "must be 1 to 366");
    wanted.days = static_cast<int>(std::clamp<std::int64_t>(days, 1, kDaysShownMax));
    wanted.noise = reader.flag("noise", Need::optional).value_or(false);
    if (wanted.noise && !traffic::takes_noise(wanted.report))
        wrongs.add("/noise", "is not for this report: its counts of one browser have no bound");
    check_filters(wanted.terms, wrongs);
}

Result<services::NewStudy> read_new(const bj::value& body, const traffic::Traffic& traffic) {
    Wrongs wrongs;
    ObjectReader reader(body, "", wrongs);
    services::NewStudy wanted;
    const auto kind = reader.text("kind", Need::required);
    const auto known = services::study_kind_from(kind.value_or(""));
    if (kind && !known) wrongs.add("/kind", "must be goal, funnel, segment or link");
    wanted.kind = known.value_or(StudyKind::goal);
    wanted.name = reader.text("name", Need::required).value_or("");
    const auto site = reader.text("site", Need::optional);
    wanted.site = site ? traffic.find_site(*site).value_or("") : traffic.own_site();
    if (wanted.site.empty()) wrongs.add("/site", "is none of our sites");
    wanted.terms = read_terms(reader, wrongs);
    switch (wanted.kind) {
        case StudyKind::goal:
            if (known) check_goal(wanted.terms, wrongs);
            break;
        case StudyKind::funnel:
            check_funnel(wanted.terms, wrongs);
            break;
        case StudyKind::segment:
            if (wanted.terms.empty()) wrongs.add("/terms", "must be one filter at least");
            check_filters(wanted.terms, wrongs);
            break;
        case StudyKind::link:
            read_link(reader, wanted, wrongs);
            break;
    }
    reader.finish();
    TRY_OK(wrongs.result());
    return wanted;
}

// Declares `caller`, one of the role web, or answers.
#define WEB_OR_ANSWER(caller)                               \
    API_TRY(const auto caller, find_staff(rooms, request)); \
    if (!caller) return unauthorized();                     \
    if (!caller->has_role({"web"})) return forbidden("traffic is for the role web")

http::Response get_studies(Rooms& rooms, traffic::Traffic& traffic, const http::Request& request) {
    WEB_OR_ANSWER(caller);
    const auto asked = http::decode_query(request.find_query("site").value_or(""));
    const auto site = asked.empty() ? std::optional(traffic.own_site()) : traffic.find_site(asked);
    if (!site) {
        return answer(Error(Code::invalid, "there is no such site").at("/site", "is none of ours"));
    }
    API_TRY(const auto studies, rooms.studies.list(*site));
    bj::array items;
    for (const auto& one : studies) items.push_back(study_json(one));
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response post_study(Rooms& rooms, traffic::Traffic& traffic, const http::Request& request) {
    WEB_OR_ANSWER(caller);
    const auto body = read_body(request);
    if (!body) return unreadable(body.error());
    API_TRY(auto wanted, read_new(*body, traffic));
    API_TRY(const auto kept, rooms.studies.keep(std::move(wanted)));
    auto told = study_json(kept.study);
    if (!kept.secret.empty()) told["link"] = "/console/shared#" + kept.secret;
    return json_answer(201, told);
}

http::Response delete_study(Rooms& rooms, const http::Request& request) {
    WEB_OR_ANSWER(caller);
    const auto id = services::StudyId::parse(request.parameter("study"));
    if (!id) return answer(Error(Code::not_found, "there is no such thing kept"));
    const auto removed = rooms.studies.remove(*id);
    return removed ? http::Response::empty(204) : answer(removed.error());
}

http::Response post_shared(Rooms& rooms, traffic::Traffic& traffic, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    const auto link = reader.text("link", Need::required).value_or("");
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto shared, rooms.studies.find_shared(link));
    traffic::Question question;
    question.report = shared.study.report;
    question.site = shared.study.site;
    set_newest_days(question, rooms.clock.now(), shared.study.days);
    for (const auto& term : shared.study.terms) {
        if (auto filter = filter_from(term)) question.filters.push_back(*std::move(filter));
    }
    if (shared.study.noise) question.noise = traffic::Noise{shared.noise_key};
    API_TRY(const auto report, traffic.answer(question));
    return report_json(question, report, traffic);
}

// Declares `employee`, of the role web, or answers: a letter goes to a person.
#define EMPLOYEE_OF_WEB_OR_ANSWER(employee)                              \
    WEB_OR_ANSWER(caller_of_web);                                        \
    const auto* session = caller_of_web->employee();                     \
    if (session == nullptr) return forbidden("letters go to employees"); \
    const auto& employee = session->employee

http::Response get_digests(Rooms& rooms, services::Digests& digests, const http::Request& request) {
    EMPLOYEE_OF_WEB_OR_ANSWER(employee);
    API_TRY(const auto all, digests.list());
    bj::array items;
    for (const auto& one : all) {
        if (one.employee != employee) continue;
        items.push_back(bj::object{{"site", one.site}, {"every", services::name_of(one.every)}});
    }
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response put_digest(Rooms& rooms, traffic::Traffic& traffic, services::Digests& digests,
                          const http::Request& request) {
    EMPLOYEE_OF_WEB_OR_ANSWER(employee);
    BODY_OR_ANSWER(reader, wrongs);
    const auto named = reader.text("site", Need::optional);
    const auto site = named ? traffic.find_site(*named) : std::optional(traffic.own_site());
    if (!site) wrongs.add("/site", "is none of ours");
    const auto often = reader.text("every", Need::required).value_or("");
    const auto every = services::every_from(often);
    if (!every && often != "never") wrongs.add("/every", "must be week, month or never");
    END_OR_ANSWER(reader, wrongs);
    const auto done =
        every ? digests.keep(employee, *site, *every) : digests.remove(employee, *site);
    if (!done) return answer(done.error());
    return json_answer(200, bj::object{{"site", *site}, {"every", often}});
}

}  // namespace

void add_study_routes(http::Router& router, Rooms& rooms, traffic::Traffic& traffic,
                      services::Digests& digests) {
    const std::string all = "/api/v1/studies";
    router.add(http::Method::get, all, http::Runs::on_worker,
               [&](const http::Request& request) { return get_studies(rooms, traffic, request); });
    router.add(http::Method::post, all, http::Runs::on_worker,
               [&](const http::Request& request) { return post_study(rooms, traffic, request); });
    add_on_worker(router, rooms, http::Method::delete_, all + "/{study}", delete_study);
    router.add(http::Method::post, all + "/shared", http::Runs::on_worker,
               [&](const http::Request& request) { return post_shared(rooms, traffic, request); });
    const std::string letters = "/api/v1/digests";
    router.add(http::Method::get, letters, http::Runs::on_worker,
               [&](const http::Request& request) { return get_digests(rooms, digests, request); });
    router.add(
        http::Method::put, letters, http::Runs::on_worker,
        [&](const http::Request& request) { return put_digest(rooms, traffic, digests, request); });
}

}  // namespace avow::api
