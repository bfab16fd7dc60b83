// SPDX-License-Identifier: Apache-2.0
#include "services/exports/page.hh"

#include <set>

#include <boost/json.hpp>

#include "base/locale.hh"
#include "base/text.hh"
#include "policy/labels.hh"
#include "services/exports/walk.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

constexpr std::string_view kStyle =
    "<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 "
    "1rem}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{text-align:start;padding:.4rem "
    ".6rem;border-bottom:1px solid #ccc;vertical-align:top;overflow-wrap:anywhere}h2{margin-top:"
    "2.5rem}.hint{color:#555}@media(prefers-color-scheme:dark){body{background:#121614;color:#"
    "e8ece9}"
    ".hint{color:#a9b3ad}th,td{border-color:#39423d}a{color:#7fd0ad}}</style>";

std::string cell(std::string_view text) {
    return "<td dir=\"auto\">" + html_escaped(text) + "</td>";
}

std::string row(std::string_view head, std::string_view text) {
    return "<tr><th scope=\"row\">" + html_escaped(head) + "</th>" + cell(text) + "</tr>";
}

std::string spelled(const bj::value& value) {
    if (value.is_null()) return "–";
    if (value.is_string()) return std::string(value.get_string());
    return bj::serialize(value);
}

}  // namespace

std::string ExportPage::words(std::string_view id) const {
    return html_escaped(say_(language_, Phrase(std::string(id))));
}

std::string ExportPage::words(const Phrase& phrase) const {
    return html_escaped(say_(language_, phrase));
}

std::string ExportPage::when(Time time) const {
    const auto exact = rfc3339(time);
    return "<time datetime=\"" + exact + "\">" + html_escaped(spelled_date(language_, time)) +
           ", <bdi>" + exact.substr(11, 5) + " UTC</bdi></time>";
}

std::string ExportPage::begin(const CustomerId& customer, Time now) const {
    const auto title = words({"export_title", {{"organization", policy_.organization}}});
    return "<!doctype html>\n<html lang=\"" + language_ + "\" dir=\"" +
           (is_right_to_left(language_) ? "rtl" : "ltr") +
           "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
           "content=\"width=device-width\"><title>" +
           title + "</title>" + std::string(kStyle) + "</head><body><main><h1>" + title +
           "</h1>\n<p>" +
           words({"export_made",
                  {{"day", now}, {"customer", customer.text()}, {"version", policy_.version}}}) +
           "</p>\n<h2>" + words("export_files") +
           "</h2><ul><li><bdi>data.json</bdi>: " + words("export_file_json") +
           "</li><li><bdi>csv/</bdi>: " + words("export_file_csv") +
           "</li><li><bdi>receipts/</bdi>: " + words("export_file_receipts") +
           "</li><li><bdi>proofs/</bdi>: " + words("export_file_proofs") +
           "</li><li><bdi>ledger-key.txt</bdi>: " + words("export_file_key") + "</li></ul>\n<h2>" +
           words("export_values") + "</h2>\n";
}

std::string ExportPage::collection(const gate::HeldCollection& held,
                                   const PurposeToken& token) const {
    std::vector<std::string> purposes;
    purposes.reserve(held.purposes.size());
    for (const auto& name : held.purposes)
        purposes.push_back(purpose_label(*held.policy, name, language_));
    std::string text = "<h3>" + html_escaped(channel_label(*held.policy, held.channel, language_)) +
                       "</h3><p class=\"hint\">" + when(held.at) + " · " +
                       words({"export_version", {{"version", held.policy->version}}}) + " · " +
                       html_escaped(join(purposes, say_(language_, Phrase("export_comma")))) +
                       "</p><table>";
    for (const auto& field : held.fields) {
        text += row(field_label(*held.policy, field.field, language_), field.value.reveal(token));
        if (field.kept_until) {
            text += "<tr><td></td><td class=\"hint\">" +
                    words({"export_kept_until", {{"day", *field.kept_until}}}) + "</td></tr>";
        }
    }
    return text + "</table>\n";
}

std::string ExportPage::permissions(const std::vector<gate::StandingPermission>& standing) const {
    std::string text = "<h2>" + words("export_permissions") + "</h2><table>";
    for (const auto& one : standing) {
        text += "<tr><th scope=\"row\">" +
                html_escaped(purpose_label(policy_, one.purpose, language_)) + "</th><td>" +
                words("export_said_" + std::string(name_of(one.said))) + "</td><td>" +
                when(one.since) + "</td></tr>";
    }
    return text + "</table>\n";
}

std::string ExportPage::part(std::string_view name, const bj::value& told) const {
    const auto title = words("export_part_" + std::string(name));
    const auto label = [this](std::string_view key) {
        return say_(language_, Phrase("export_key_" + std::string(key)));
    };
    std::string text = "<h2>" + title + "</h2>";
    const auto table = [&](const bj::object& object) {
        text += "<table>";
        for (const auto& [key, value] : object) text += row(label(key), spelled(value));
        text += "</table>\n";
    };
    if (const auto* object = told.if_object()) table(*object);
    if (const auto* list = told.if_array()) {
        if (list->empty()) text += "<p>" + words("export_none") + "</p>\n";
        for (const auto& item : *list) {
            if (item.is_object()) table(item.get_object());
        }
    }
    return text;
}

std::string ExportPage::recipients() const {
    std::string text = "<h2>" + words("export_recipients") + "</h2><p>" +
                       words("export_recipients_lead") + "</p><table>";
    for (const auto& one : policy_.recipients)
        text += "<tr>" + cell(one.label) + "<td>" +
                words(one.when == "legal-process" ? "export_when_legal_process"
                                                  : "export_when_" + one.when) +
                "</td></tr>";
    return text + "</table>\n";
}

std::string ExportPage::begin_acts() const {
    return "<h2>" + words("export_acts") + "</h2><p>" + words("export_acts_lead") +
           "</p><table><thead><tr><th>" + words("export_head_when") + "</th><th>" +
           words("export_head_what") + "</th><th>" + words("export_head_who") + "</th><th>" +
           words("export_head_answer") + "</th></tr></thead><tbody>\n";
}

// Each reason once, with the fields that have it.
std::string ExportPage::answers(const bj::object& details) const {
    const auto* fields = details.if_contains("fields");
    if (fields == nullptr || !fields->is_object()) return "";
    std::string text;
    for (const auto& [name, field] : fields->get_object()) {
        const auto& told = field.as_object();
        if (!text.empty()) text += "<br>";
        text += html_escaped(field_label(policy_, name, language_)) + ": " +
                words("decision_" + text_at(told, "decision")) + ", " +
                words("because_" + text_at(told, "because"));
    }
    return text;
}

std::string ExportPage::act(const gate::Act& act, const bj::object& details) const {
    const auto* actor = details.if_contains("actor");
    const auto who =
        actor != nullptr && actor->is_object() ? text_at(actor->get_object(), "label") : "";
    const auto purpose = text_at(details, "purpose");
    auto what = words("export_kind_" + std::string(ledger::name_of(act.kind)));
    if (!purpose.empty()) what += ": " + html_escaped(purpose_label(policy_, purpose, language_));
    if (const auto reason = text_at(details, "reason"); !reason.empty())
        what += "<br><q dir=\"auto\">" + html_escaped(reason) + "</q>";
    return "<tr><td>" + when(act.at) + "</td><td>" + what + "</td>" + cell(who) + "<td>" +
           answers(details) + "</td></tr>\n";
}

std::string ExportPage::end() const {
    std::string text = "</tbody></table>\n<h2>" + words("export_left_out") + "</h2><ul>";
    for (const auto& one : left_out()) {
        text += "<li>" + words("export_left_out_" + one.what) + " " +
                words("export_ground_" + one.ground) + "</li>";
    }
    return text + "</ul></main></body></html>\n";
}

}  // namespace avow::services
