// SPDX-License-Identifier: Apache-2.0
// GET /api/v1/traffic/{report}?site=&from=&to=&filter=country:DE&filter=…&compare=previous
// &interval=&page=&direction=&steps=&funnel=&k=&limit=&format=csv
#include <algorithm>
#include <array>
#include <charconv>

#include <boost/json.hpp>

#include "api/caller.hh"
#include "api/errors.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "api/traffic.hh"
#include "base/text.hh"
#include "http/target.hh"
#include "traffic/periods.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;
using traffic::Question;
using traffic::Report;
using traffic::Value;
using traffic::Values;

constexpr int kDaysAsked = 30;  // when from is not named
const std::vector<std::string> kParameters{"site",     "from",   "to",        "filter", "compare",
                                           "interval", "page",   "direction", "steps",  "k",
                                           "limit",    "format", "lang",      "funnel"};

// Each parameter once, but for filter.
struct Parameters {
    std::vector<std::pair<std::string, std::string>> all;
    std::optional<std::string> find(std::string_view name) const {
        for (const auto& [key, value] : all) {
            if (key == name) return value;
        }
        return std::nullopt;
    }
};

Parameters read_parameters(const http::Request& request, Wrongs& wrongs) {
    Parameters parameters;
    for (const auto pair : split(request.query, '&')) {
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const auto key = http::decode_query(pair.substr(0, equals));
        if (std::find(kParameters.begin(), kParameters.end(), key) == kParameters.end()) {
            const auto near = nearest(key, kParameters);
            wrongs.add("/", "has a parameter that no report knows" +
                                (near ? "; did you mean \"" + *near + "\"?" : std::string()));
            continue;
        }
        parameters.all.emplace_back(
            key, equals == pair.npos ? std::string() : http::decode_query(pair.substr(equals + 1)));
    }
    return parameters;
}

std::optional<std::int64_t> day_from(const std::string& text) {
    if (text.size() != 10) return std::nullopt;
    const auto time = from_rfc3339(text + "T00:00:00Z");
    return time ? std::optional(time->ms / kDayMs) : std::nullopt;
}

void read_number(const Parameters& parameters, const char* name, int least, int most,
                 Wrongs& wrongs, const std::function<void(int)>& set) {
    const auto text = parameters.find(name);
    if (!text) return;
    int number = 0;
    const auto* end = text->data() + text->size();
    const auto [at, error] = std::from_chars(text->data(), end, number);
    if (error != std::errc() || at != end || number < least || number > most) {
        wrongs.add("/" + std::string(name), "must be a number from " + std::to_string(least) +
                                                " to " + std::to_string(most));
        return;
    }
    set(number);
}

void read_days(const Parameters& parameters, Question& question, Time now, Wrongs& wrongs) {
    question.to = now.ms / kDayMs;
    for (const auto& [name, day] :
         {std::pair{"to", &question.to}, std::pair{"from", &question.from}}) {
        if (std::string_view(name) == "from") question.from = question.to - kDaysAsked + 1;
        const auto text = parameters.find(name);
        if (!text) continue;
        if (const auto read = day_from(*text)) {
            *day = *read;
        } else {
            wrongs.add("/" + std::string(name), "must be a day, as 2026-01-31");
        }
    }
}

// "country:DE"; several in one are separated by semicolons.
void read_filters(const Parameters& parameters, Question& question, Wrongs& wrongs) {
    for (const auto& [key, value] : parameters.all) {
        if (key != "filter") continue;
        for (const auto part : split(value, ';')) {
            if (part.empty()) continue;
            auto filter = filter_from(part);
            if (!filter) {
                wrongs.add(
                    "/filter",
                    "must be DIMENSION:VALUE, with page, source, channel, campaign, country, "
                    "browser, system, device, origin or event");
                continue;
            }
            question.filters.push_back(*std::move(filter));
        }
    }
    if (question.filters.size() > traffic::kFiltersMax) {
        wrongs.add("/filter", "may stand at most five times");
    }
}

Result<Question> read_question(const http::Request& request, const traffic::Traffic& traffic,
                               Time now) {
    Wrongs wrongs;
    const auto parameters = read_parameters(request, wrongs);
    Question question;
    question.report = request.parameter("report");
    const auto site = parameters.find("site").value_or("");
    question.site = site.empty() ? traffic.own_site() : traffic.find_site(site).value_or("");
    if (question.site.empty()) wrongs.add("/site", "is none of our sites");
    read_days(parameters, question, now, wrongs);
    read_filters(parameters, question, wrongs);
    if (const auto compare = parameters.find("compare")) {
        question.compare = *compare == "previous";
        if (!question.compare) wrongs.add("/compare", "must be \"previous\"");
    }
    if (const auto text = parameters.find("interval")) {
        const auto interval = traffic::interval_from(*text);
        if (interval) {
            question.interval = *interval;
        } else {
            wrongs.add("/interval", "must be hour, day, week, month or year");
        }
    }
    question.page = parameters.find("page").value_or("");
    if (const auto direction = parameters.find("direction")) {
        question.backward = *direction == "backward";
        if (!question.backward && *direction != "forward") {
            wrongs.add("/direction", "must be forward or backward");
        }
    }
    read_number(parameters, "steps", 1, traffic::kStepsMax, wrongs,
                [&](int n) { question.steps = n; });
    // More is allowed, less is not: k is a promise.
    read_number(parameters, "k", traffic::kSmallest, 10'000, wrongs,
                [&](int n) { question.k = n; });
    read_number(parameters, "limit", 1, static_cast<int>(traffic::kRowsMax), wrongs,
                [&](int n) { question.limit = static_cast<std::size_t>(n); });
    if (const auto format = parameters.find("format");
        format && *format != "csv" && *format != "json") {
        wrongs.add("/format", "must be json or csv");
    }
    TRY_OK(wrongs.result());
    return question;
}

bj::value json_of(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
    if (const auto* real = std::get_if<double>(&value)) return *real;
    if (const auto* text = std::get_if<std::string>(&value)) return bj::value(*text);
    return nullptr;
}

bj::object row_json(const Report& report, const Values& row) {
    bj::object told;
    for (std::size_t i = 0; i < row.size() && i < report.columns.size(); ++i) {
        // A campaign is stored as one word and told in its three parts.
        if (report.columns[i] == "campaign") {
            const auto whole = std::get<std::string>(row[i]);
            const auto parts = split(whole, traffic::kCampaignJoin);
            told["campaign"] = parts.size() == 3 ? std::string(parts[2]) : whole;
            if (parts.size() == 3) {
                told["source"] = std::string(parts[0]);
                told["medium"] = std::string(parts[1]);
            }
            continue;
        }
        told[report.columns[i]] = json_of(row[i]);
    }
    return told;
}

bj::object totals_json(const std::map<std::string, Value>& totals) {
    bj::object told;
    for (const auto& [name, value] : totals) {
        told[name] = name == "visitors_exact" ? bj::value(std::get<std::int64_t>(value) != 0)
                                              : json_of(value);
    }
    return told;
}

// RFC 4180; a cell that a spreadsheet would take for a formula is kept a text.
std::string csv_cell(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* real = std::get_if<double>(&value)) {
        std::array<char, 32> digits{};
        const auto end = std::to_chars(digits.begin(), digits.end(), *real).ptr;
        return std::string(digits.begin(), end);
    }
    const auto* given = std::get_if<std::string>(&value);
    if (given == nullptr) return "";
    std::string text = *given;
    if (!text.empty() && std::string_view("=+-@\t").find(text[0]) != std::string_view::npos) {
        text.insert(0, "'");
    }
    if (text.find_first_of(",\"\r\n\t") == text.npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

http::Response as_csv(const Report& report) {
    std::string text;
    const auto line = [&](const Values& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i)
            text += (i > 0 ? "," : "") + csv_cell(cells[i]);
        text += "\r\n";
    };
    if (report.columns.empty()) {
        line({std::string("figure"), std::string("value")});
        for (const auto& [name, value] : report.totals) line({name, value});
    } else {
        line(Values(report.columns.begin(), report.columns.end()));
        for (const auto& row : report.rows) line(row);
        if (report.other) line(*report.other);
    }
    auto response = http::Response::text(200, std::move(text));
    response.set_header("content-type", "text/csv; charset=utf-8");
    return response;
}

// Goals and funnels are asked of what the web team keeps.
Status add_studies(Rooms& rooms, const http::Request& request, Question& question) {
    const bool goals = question.report == "goals";
    if (!goals && question.report != "funnel") return {};
    TRY(const auto studies, rooms.studies.list(question.site));
    const auto wanted = http::decode_query(request.find_query("funnel").value_or(""));
    for (const auto& study : studies) {
        if (goals && study.kind == services::StudyKind::goal) {
            if (auto what = filter_from(study.terms.at(0)))
                question.goals.push_back({study.name, *std::move(what)});
        } else if (!goals && study.kind == services::StudyKind::funnel &&
                   study.id.text() == wanted) {
            question.funnel = study.terms;
        }
    }
    if (goals || !question.funnel.empty()) return {};
    return Error(Code::invalid, "name the funnel").at("/funnel", "is none of this site's funnels");
}

http::Response get_report(Rooms& rooms, traffic::Traffic& traffic, const http::Request& request) {
    API_TRY(const auto caller, find_staff(rooms, request));
    if (!caller) return unauthorized();
    if (!caller->has_role({"web"})) return forbidden("traffic is for the role web");
    API_TRY(auto question, read_question(request, traffic, rooms.clock.now()));
    if (const auto added = add_studies(rooms, request, question); !added) {
        return answer(added.error());
    }
    API_TRY(const auto report, traffic.answer(question));
    if (request.find_query("format").value_or("json") == "csv") return as_csv(report);
    return report_json(question, report, traffic);
}

http::Response get_overview(Rooms& rooms, traffic::Traffic& traffic, const http::Request& request) {
    API_TRY(const auto caller, find_staff(rooms, request));
    if (!caller) return unauthorized();
    if (!caller->has_role({"web"})) return forbidden("traffic is for the role web");
    bj::array sites;
    for (const auto& site : traffic.sites()) sites.emplace_back(site.name);
    bj::array reports{"live"};
    for (const auto name : traffic::report_names()) reports.emplace_back(std::string(name));
    return json_answer(200,
                       bj::object{{"sites", std::move(sites)}, {"reports", std::move(reports)}});
}

}  // namespace

http::Response report_json(const Question& question, const Report& report,
                           const traffic::Traffic& traffic) {
    bj::array rows;
    for (const auto& row : report.rows) rows.push_back(row_json(report, row));
    bj::array filters;
    for (const auto& filter : question.filters) {
        filters.emplace_back(std::string(traffic::name_of(filter.dimension)) + ":" + filter.value);
    }
    bj::array uncertainty;
    for (const auto& words : report.uncertainty) uncertainty.emplace_back(words);
    bj::object told{{"report", question.report},
                    {"site", question.site},
                    {"from", traffic::day_label(question.from)},
                    {"to", traffic::day_label(question.to)},
                    {"filters", std::move(filters)},
                    {"k", question.k},
                    {"suppressed", report.suppressed},
                    {"totals", totals_json(report.totals)},
                    {"rows", std::move(rows)},
                    {"other", nullptr},
                    {"uncertainty", std::move(uncertainty)}};
    if (report.other) told["other"] = row_json(report, *report.other);
    if (question.noise) {
        told["noise"] = {{"deviation", traffic::Noise::kDeviation},
                         {"pages", traffic::Noise::kPagesOfOneVisitor}};
    }
    if (question.compare) told["previous"] = totals_json(report.before);
    if (question.report == "live") {
        bj::array minutes;
        for (const auto views : traffic.live_minutes(question.site)) minutes.emplace_back(views);
        told["minutes"] = std::move(minutes);
    }
    if (question.report == "countries") {
        told["attribution"] = {{"text", "IP Geolocation by DB-IP"}, {"href", "https://db-ip.com"}};
    }
    return json_answer(200, told);
}

std::optional<traffic::Filter> filter_from(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == text.npos) return std::nullopt;
    const auto dimension = traffic::dimension_from(text.substr(0, colon));
    if (!dimension) return std::nullopt;
    return traffic::Filter{*dimension, std::string(text.substr(colon + 1))};
}

void set_newest_days(Question& question, Time now, int days) {
    question.to = now.ms / kDayMs;
    question.from = question.to - days + 1;
}

void add_traffic_routes(http::Router& router, Rooms& rooms, traffic::Traffic& traffic) {
    router.add(http::Method::get, "/api/v1/traffic", http::Runs::on_worker,
               [&](const http::Request& request) { return get_overview(rooms, traffic, request); });
    router.add(http::Method::get, "/api/v1/traffic/{report}", http::Runs::on_worker,
               [&](const http::Request& request) { return get_report(rooms, traffic, request); });
}

}  // namespace avow::api
