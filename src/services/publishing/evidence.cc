// SPDX-License-Identifier: Apache-2.0
#include "services/publishing/evidence.hh"

#include <algorithm>
#include <array>
#include <iterator>

#include "policy/compile.hh"
#include "services/publishing/questions.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr std::int64_t kMeasureEveryMs = 10 * kSecondMs;
constexpr std::array<std::uint8_t, 2> kSealedHead{0x01, 0x01};  // of every sealed value
constexpr std::int64_t kCookieValuesMax = 32 * 11;  // as published: days of a month × pages
constexpr std::int64_t kCertificateWarningMs = 14 * kDayMs;

Evidence evidence(Keeping keeping, Phrase words, std::string figure) {
    return {"", keeping, std::move(words), std::move(figure), {}};
}

Evidence of_questions(const Asked& asked, std::string id) {
    const auto right = asked.cases - asked.wrong;
    const auto figure = std::to_string(right) + "/" + std::to_string(asked.cases);
    const auto keeping = asked.wrong == 0 && asked.cases > 0 ? Keeping::kept : Keeping::broken;
    return evidence(
        keeping,
        {std::move(id), {{"right", std::int64_t{right}}, {"asked", std::int64_t{asked.cases}}}},
        figure);
}

Result<std::int64_t> count(sql::Connection& store, std::string_view statement,
                           sql::Parameters parameters, int column) {
    std::int64_t value = 0;
    TRY_OK(store.read([&](sql::Reader& reader) {
        return reader.query(statement, parameters, [&](const sql::Row& row) -> Status {
            value = row.integer(column);
            return {};
        });
    }));
    return value;
}

}  // namespace

std::string_view name_of(Keeping keeping) {
    switch (keeping) {
        case Keeping::kept:
            return "kept";
        case Keeping::at_risk:
            return "at_risk";
        case Keeping::broken:
            return "broken";
        case Keeping::attested:
            return "attested";
    }
    return "broken";
}

Evidence EvidenceBook::storage_encrypted() {
    const ByteView head(kSealedHead);
    const auto values = count(store_, statements::count_sealed, {head}, 0);
    const auto sealed = count(store_, statements::count_sealed, {head}, 1);
    if (!values || !sealed)
        return evidence(Keeping::broken, Phrase("evidence_store_unreadable"), "");
    const auto figure = std::to_string(*sealed) + "/" + std::to_string(*values);
    return evidence(*values == *sealed ? Keeping::kept : Keeping::broken,
                    {"evidence_sealed", {{"sealed", *sealed}, {"values", *values}}}, figure);
}

Evidence EvidenceBook::collection_declared() {
    gate::Collection undeclared;
    undeclared.channel = "a channel that no policy declares";
    undeclared.fields.push_back({"email", Personal<std::string>("nobody@example.invalid")});
    const auto tried =
        gate_.collect(undeclared, {gate::Actor::Kind::system, "evidence", "", false, false});
    const bool refused = !tried && tried.error().code() == Code::invalid;
    return evidence(refused ? Keeping::kept : Keeping::broken,
                    Phrase(refused ? "evidence_channel_refused" : "evidence_channel_not_refused"),
                    refused ? "1/1" : "0/1");
}

Evidence EvidenceBook::access_portal() {
    const auto accounts = count(store_, statements::count_accounts, {}, 0);
    const auto page = outside_.visit("/account/held");
    if (!accounts || page.status != 200) {
        return evidence(Keeping::broken, Phrase("evidence_portal_closed"),
                        std::to_string(page.status));
    }
    return evidence(Keeping::kept, {"evidence_accounts", {{"count", *accounts}}},
                    std::to_string(*accounts));
}

Evidence EvidenceBook::page_without_cookie(std::string_view path) {
    const auto page = outside_.visit(path);
    const bool kept = page.status == 200 && !page.sets_cookie;
    return evidence(kept ? Keeping::kept : Keeping::broken,
                    Phrase(kept ? "evidence_page_clean" : "evidence_page_wrong"),
                    page.sets_cookie ? "1" : "0");
}

Evidence EvidenceBook::traffic(std::string_view rule) {
    const auto found = outside_.traffic ? outside_.traffic() : std::nullopt;
    if (!found) return evidence(Keeping::at_risk, Phrase("evidence_no_traffic"), "0");
    const auto told = [](bool kept, std::string id, std::int64_t right, std::int64_t asked) {
        return evidence(kept ? Keeping::kept : Keeping::broken,
                        {std::move(id), {{"right", right}, {"asked", asked}}},
                        std::to_string(right) + "/" + std::to_string(asked));
    };
    const auto page = page_without_cookie("/");
    if (page.keeping != Keeping::kept && rule != "traffic.patterns") return page;
    if (rule == "traffic.cookie") {
        const bool small = found->cookie_values > 0 && found->cookie_values <= kCookieValuesMax;
        return evidence(small ? Keeping::kept : Keeping::broken,
                        {"evidence_cookie", {{"values", found->cookie_values}}},
                        std::to_string(found->cookie_values));
    }
    if (rule == "traffic.patterns") {
        return told(found->rows == found->large_rows, "evidence_patterns", found->large_rows,
                    found->rows);
    }
    const bool kept =
        found->leaves_nobody && found->columns > 0 && found->columns == found->published_columns;
    return told(kept, kept ? "evidence_traffic" : "evidence_traffic_wrong",
                found->published_columns, found->columns);
}

Evidence EvidenceBook::transport() {
    const auto ends = outside_.certificate_expires();
    const auto left = ends - clock_.now();
    const auto day = date_of(ends);
    if (left <= 0)
        return evidence(Keeping::broken, {"evidence_certificate_ended", {{"date", ends}}}, day);
    return evidence(left < kCertificateWarningMs ? Keeping::at_risk : Keeping::kept,
                    {"evidence_certificate", {{"date", ends}}}, day);
}

Evidence EvidenceBook::measure_rule(std::string_view rule, const policy::Policy& policy) {
    const auto now = clock_.now();
    if (rule == "collection.declared-channel") return collection_declared();
    if (rule == "storage.encrypted") return storage_encrypted();
    if (rule == "use.stated-purpose") {
        return of_questions(ask_unstated_purposes(policy, now), "evidence_stated_purpose");
    }
    if (rule == "use.new-purpose") {
        return of_questions(ask_new_uses(policy, now), "evidence_new_purpose");
    }
    if (rule == "contact.permission") {
        return of_questions(ask_without_permission(policy, now), "evidence_permission");
    }
    if (rule == "staff.guidelines") {
        return of_questions(ask_unacknowledged(policy, now), "evidence_guidelines");
    }
    if (rule == "transport.tls") return transport();
    if (rule == "access.portal") return access_portal();
    if (rule == "access.profile") return page_without_cookie("/account/profile");
    if (rule == "browsing.anonymous" || rule.starts_with("traffic.")) return traffic(rule);
    if (rule == "disclosure.legal-process") return disclosure_approved();
    if (rule == "policy.versions") return versions_readable();
    if (rule == "password.strength-and-age") return passwords();
    if (rule == "access.by-email") return address_named(policy);
    return evidence(Keeping::attested, Phrase("evidence_attested"), "");
}

std::vector<Evidence> EvidenceBook::measure() {
    const auto publications = gate_.policies().publications();
    if (publications.empty()) return {};
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    if (!measured_.empty() && now - at_ < kMeasureEveryMs) return measured_;
    std::vector<Evidence> measured;
    const auto& current = publications.back();
    const auto add = [&](std::string_view rule) {
        auto found = measure_rule(rule, *current.policy);
        found.rule = rule;
        const auto before = std::find_if(measured_.begin(), measured_.end(),
                                         [&](const auto& one) { return one.rule == rule; });
        const bool same = before != measured_.end() && before->keeping == found.keeping;
        found.since = same ? before->since : measured_.empty() ? current.published : now;
        measured.push_back(std::move(found));
    };
    for (const auto& rule : policy::rules()) add(rule.name);
    for (const auto& safeguard : policy::safeguards()) add(safeguard);
    measured_ = std::move(measured);
    at_ = now;
    return measured_;
}

}  // namespace avow::services
