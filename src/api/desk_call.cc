// SPDX-License-Identifier: Apache-2.0
// A call: the notice that is read to whoever called, and what was said, written down.
#include <algorithm>

#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/desk.hh"
#include "api/once.hh"
#include "api/policy_shapes.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "api/words.hh"
#include "policy/policy.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

constexpr std::size_t kLanguageMax = 35;  // LIMIT: RFC 5646 §4.4.1
constexpr std::string_view kPhone = "phone";

// What a caller of this language can be read: ours, where the policy was translated too.
std::string spoken(const policy::Policy& policy, const std::string& asked) {
    const bool shipped = std::find(kLanguages.begin(), kLanguages.end(), asked) != kLanguages.end();
    return shipped && (asked == policy.language || policy.find_translation(asked) != nullptr)
               ? asked
               : policy.language;
}

// Names of a policy's items with their labels: to be said one after the other.
std::string labels(const auto& items, const auto& chosen, const std::string& comma,
                   const auto& label_of) {
    std::string all;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!chosen[i]) continue;
        if (!all.empty()) all += comma;
        all += label_of(items[i].name);
    }
    return all;
}

bj::array notice_paragraphs(const policy::Policy& policy, const policy::Channel& channel,
                            const Words& words, const std::string& language) {
    const auto field = [&](const auto& name) { return field_label(policy, name, language); };
    const auto purpose = [&](const auto& name) { return purpose_label(policy, name, language); };
    const auto comma = words.text(language, "notice_comma");
    bj::array paragraphs;
    const auto say = [&](const char* id, const char* place, std::string value) {
        paragraphs.emplace_back(words.text(language, Phrase{id, {{place, std::move(value)}}}));
    };
    say("notice_who", "organization", policy.organization);
    say("notice_what", "fields", labels(policy.fields, channel.fields, comma, field));
    say("notice_why", "purposes", labels(policy.purposes, channel.purposes, comma, purpose));
    say("notice_long", "time", retention_words(channel.retention, words, language));
    say("notice_rights", "contact", policy.contact);
    say("notice_more", "version", policy.version);
    return paragraphs;
}

// What is done only when the caller says yes.
bj::array spoken_permissions(const policy::Policy& policy, const std::string& language) {
    bj::array permissions;
    for (std::size_t i = 0; i < policy.purposes.size(); ++i) {
        const auto& purpose = policy.purposes[i];
        if (purpose.basis != policy::Basis::permission) continue;
        bj::object told{{"purpose", purpose.name},
                        {"label", purpose_label(policy, purpose.name, language)},
                        {"sentence", nullptr}};
        const policy::PurposeIndex at{static_cast<std::uint16_t>(i)};
        if (const auto said = policy.sentence_for("contact.permission", at)) {
            told["sentence"] = sentence_text(policy, *said, language);
        }
        permissions.push_back(std::move(told));
    }
    return permissions;
}

http::Response get_notice(Rooms& rooms, const Words& words, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    const auto policy = rooms.policies.in_force();
    const auto at = policy == nullptr ? std::nullopt : policy->find_channel(kPhone);
    if (!at) return answer(Error(Code::not_found, "the policy in force takes no calls"));
    const auto& channel = (*policy)[*at];
    const auto language = spoken(*policy, std::string(request.parameter("language")));
    bj::array fields;
    for (std::size_t i = 0; i < policy->fields.size(); ++i) {
        if (channel.fields[i]) fields.emplace_back(policy->fields[i].name);
    }
    return json_answer(
        200, bj::object{{"policy_version", policy->version},
                        {"language", language},
                        {"fields", std::move(fields)},
                        {"paragraphs", notice_paragraphs(*policy, channel, words, language)},
                        {"permissions", spoken_permissions(*policy, language)}});
}

http::Response post_call(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    services::Called called{
        std::nullopt,
        {},
        {Personal<std::string>(reader.text("subject", Need::required).value_or("")),
         Personal<std::string>(reader.text("text", Need::required).value_or("")),
         {}},
        {},
        {},
        reader.text("policy_version", Need::optional)};
    for (auto& [purpose, granted] : reader.flag_members("permissions", Need::optional)) {
        called.permissions.push_back({purpose, granted});
    }
    if (const auto* notice = reader.value("notice_read", Need::optional)) {
        ObjectReader inner(*notice, "/notice_read", wrongs);
        called.notice_language = inner.text("language", Need::required).value_or("");
        if (called.notice_language.size() > kLanguageMax) {
            wrongs.add("/notice_read/language", "is not a language's tag");
        }
        inner.finish();
    }
    if (const auto customer = reader.text("customer", Need::optional)) {
        called.customer = CustomerId::parse(*customer);
        if (!called.customer) wrongs.add("/customer", "is not a customer's id");
    }
    for (auto& [field, value] : reader.text_members("fields", Need::optional)) {
        if (field == "message") wrongs.add("/fields/message", "is made of subject and text");
        called.fields.push_back({field, Personal<std::string>(std::move(value))});
    }
    if (!called.customer && called.fields.empty() && wrongs.none()) {
        wrongs.add("/customer", "name the customer, or fields of whoever called");
    }
    END_OR_ANSWER(reader, wrongs);
    API_TRY(called.asked.once, read_once(request, caller->id()));
    API_TRY(const auto made, rooms.desk.take_call(std::move(called), caller->actor()));
    return json_answer(201, desk_json(made));
}

}  // namespace

void add_desk_call_routes(http::Router& router, Rooms& rooms, const Words& words) {
    router.add(http::Method::get, "/api/v1/desk/notices/{language}", http::Runs::on_worker,
               [&](const http::Request& request) { return get_notice(rooms, words, request); });
    add_on_worker(router, rooms, http::Method::post, "/api/v1/desk/requests", post_call);
}

}  // namespace avow::api
