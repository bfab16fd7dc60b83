// SPDX-License-Identifier: Apache-2.0
// The mailing list's door: /list for people, without JavaScript too, and /api/v1/list for programs.
// Whoever asks gets the same answer for every address.
#include <algorithm>

#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/errors.hh"
#include "api/form.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "api/site.hh"
#include "http/problem.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

// What the list offers, in the language asked for.
struct Offer {
    policy::PolicyPtr policy;
    std::string language;
    bj::array topics;  // {purpose, label, sentence}
};

Result<Offer> offer(const Rooms& rooms, std::string language) {
    Offer made{rooms.policies.in_force(), std::move(language), {}};
    if (made.policy != nullptr) {
        for (const auto topic : services::list_topics(*made.policy)) {
            const auto& purpose = (*made.policy)[topic];
            const auto sentence = made.policy->sentence_for("contact.permission", topic);
            made.topics.push_back(bj::object{
                {"purpose", purpose.name},
                {"label", purpose_label(*made.policy, purpose.name, made.language)},
                {"sentence", sentence ? sentence_text(*made.policy, *sentence, made.language) : ""},
            });
        }
    }
    if (made.topics.empty())
        return Error(Code::not_found, "the policy in force has no mailing list");
    return made;
}

// What the policy's own words are in: a reader's language may have no translation.
std::string text_language(const policy::Policy& policy, const std::string& language) {
    const bool translated = std::any_of(policy.translations.begin(), policy.translations.end(),
                                        [&](const auto& one) { return one.language == language; });
    return translated ? language : policy.language;
}

// The very words of a yes to these topics: the evidence of it.
std::string words_of_yes(const Offer& offer, const std::vector<std::string>& chosen,
                         const Words& words) {
    auto text = words.text(offer.language, "list_yes");
    for (const auto& topic : offer.topics) {
        const std::string_view name = topic.at("purpose").as_string();
        if (std::find(chosen.begin(), chosen.end(), name) == chosen.end()) continue;
        text += "\n" + std::string(topic.at("label").as_string()) + ": " +
                std::string(topic.at("sentence").as_string());
    }
    return text;
}

// --- pages

bool has(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

// What somebody filled in, and what is wrong with it.
struct Filled {
    std::string email;
    std::string name;
    std::vector<std::string> topics;
    std::optional<std::string> wrong_email;
    std::optional<std::string> wrong_topics;
    std::optional<std::string> note;  // why the form is shown again
};

http::Response form_page(const Rooms& rooms, const Site& site, const http::Request& request,
                         int status, const Filled& filled) {
    const auto offered = offer(rooms, language_of(request));
    if (!offered) {
        return site.render(request, 404, "not_found",
                           {{"title", site.words().text(language_of(request), "missing_title")}});
    }
    const auto& words = site.words();
    auto topics = offered->topics;
    const bool untouched = filled.email.empty() && filled.topics.empty();
    for (auto& item : topics) {
        auto& topic = item.as_object();
        topic["is_chosen"] =
            has(filled.topics, topic["purpose"].as_string()) || (untouched && topics.size() == 1);
    }
    const auto channel = (*offered->policy)[*offered->policy->find_channel(services::kListChannel)];
    const auto name = offered->policy->find_field("name");
    const auto text_or_false = [](const std::optional<std::string>& text) {
        return text ? bj::value(*text) : bj::value(false);
    };
    return site.render(request, status, "list",
                       {{"title", words.text(offered->language, "list_title")},
                        {"organization", offered->policy->organization},
                        {"policy_version", offered->policy->version},
                        {"topics", std::move(topics)},
                        {"asks_name", name.has_value() && channel.fields[name->value]},
                        {"email", filled.email},
                        {"name", filled.name},
                        {"wrong_email", text_or_false(filled.wrong_email)},
                        {"wrong_topics", text_or_false(filled.wrong_topics)},
                        {"note", text_or_false(filled.note)},
                        {"text_lang", text_language(*offered->policy, offered->language)}});
}

http::Response notice(const Site& site, const http::Request& request, int status,
                      std::string_view id, bj::object more = {}) {
    const auto language = language_of(request);
    const auto phrase = [&](const char* part) {
        return site.words().text(language, std::string(id) + part);
    };
    more["title"] = phrase("_title");
    more["lead"] = phrase("_words");
    return site.render(request, status, "list_notice", more);
}

// What a form is answered when it was refused: the form again, each place with its own words.
http::Response refused(const Rooms& rooms, const Site& site, const http::Request& request,
                       Filled filled, const Error& error) {
    const auto language = language_of(request);
    const auto text = [&](const char* id) { return site.words().text(language, id); };
    if (error.code() == Code::too_often) {
        auto response = notice(site, request, 429, "list_often");
        if (error.wait_s() > 0) response.set_header("retry-after", std::to_string(error.wait_s()));
        return response;
    }
    if (error.code() == Code::conflict) {
        filled.note = text("list_policy_changed");
        return form_page(rooms, site, request, 409, filled);
    }
    if (error.code() != Code::invalid) return answer(error);
    for (const auto& input : error.inputs()) {
        if (input.pointer == "/email") filled.wrong_email = text("list_wrong_email");
        if (input.pointer.starts_with("/topics")) filled.wrong_topics = text("list_wrong_topics");
        if (input.pointer == "/name") filled.note = text("list_wrong_name");
    }
    return form_page(rooms, site, request, 422, filled);
}

http::Response unreadable_form(const Error& error) {
    return error.code() == Code::denied ? http::problem(415, "Not a form", error.words().value)
                                        : answer(error);
}

http::Response post_list(Rooms& rooms, const Site& site, const http::Request& request) {
    const auto form = Form::read(request);
    if (!form) return unreadable_form(form.error());
    const auto text = [&](const char* name) { return form->text(name).value_or(""); };
    Filled filled{text("email"), text("name"), form->texts("topic"), {}, {}, {}};
    // A form of another site brings an address and no text that was read: ours is shown, filled in.
    if (!form->text("policy_version")) return form_page(rooms, site, request, 200, filled);
    const auto offered = offer(rooms, language_of(request));
    if (!offered) return form_page(rooms, site, request, 404, filled);
    if (const auto may = allow_open_form(rooms, request); !may)
        return refused(rooms, site, request, std::move(filled), may.error());
    services::ListJoining joining{Personal<std::string>(filled.email),
                                  {},
                                  filled.topics,
                                  offered->language,
                                  text("policy_version"),
                                  "/list",
                                  words_of_yes(*offered, filled.topics, site.words()),
                                  network_of(rooms, request)};
    if (!filled.name.empty()) joining.name.emplace(filled.name);
    const auto asked = rooms.mailing_list.ask_to_join(joining);
    if (!asked) return refused(rooms, site, request, std::move(filled), asked.error());
    return notice(site, request, 202, "list_asked");
}

http::Response leave_page(const Site& site, const http::Request& request, int status,
                          const std::string& email, bool wrong) {
    const auto language = language_of(request);
    return site.render(
        request, status, "list_leave",
        {{"title", site.words().text(language, "list_leave_title")},
         {"email", email},
         {"wrong_email",
          wrong ? bj::value(site.words().text(language, "list_wrong_email")) : bj::value(false)}});
}

http::Response post_leave(Rooms& rooms, const Site& site, const http::Request& request) {
    const auto form = Form::read(request);
    if (!form) return unreadable_form(form.error());
    const auto email = form->text("email").value_or("");
    if (const auto may = allow_open_form(rooms, request); !may)
        return refused(rooms, site, request, {}, may.error());
    const auto asked = rooms.mailing_list.ask_to_leave(
        {Personal<std::string>(email), language_of(request), network_of(rooms, request)});
    if (asked) return notice(site, request, 202, "list_asked");
    if (asked.error().code() == Code::invalid) return leave_page(site, request, 422, email, true);
    return refused(rooms, site, request, {}, asked.error());
}

http::Response confirm_page(const Site& site, const http::Request& request, int status,
                            bool wrong) {
    const auto language = language_of(request);
    return site.render(request, status, "list_confirm",
                       {{"title", site.words().text(language, "list_confirm_title")},
                        {"wrong", wrong ? bj::value(site.words().text(language, "list_wrong_link"))
                                        : bj::value(false)}});
}

http::Response post_confirm(Rooms& rooms, const Site& site, const http::Request& request) {
    const auto form = Form::read(request);
    if (!form) return unreadable_form(form.error());
    const auto confirmed = rooms.mailing_list.confirm(form->text("link").value_or(""));
    if (!confirmed) {
        const auto code = confirmed.error().code();
        if (code == Code::not_found) return confirm_page(site, request, 404, true);
        if (code == Code::conflict) return refused(rooms, site, request, {}, confirmed.error());
        return answer(confirmed.error());
    }
    const auto language = language_of(request);
    const auto policy = rooms.policies.in_force();
    bj::array topics;
    for (const auto& topic : confirmed->topics)
        topics.push_back(bj::object{{"label", purpose_label(*policy, topic, language)}});
    return notice(site, request, 200, confirmed->joined ? "list_joined" : "list_left",
                  {{"topics", std::move(topics)},
                   {"joined", confirmed->joined},
                   {"text_lang", text_language(*policy, language)}});
}

// --- for programs

http::Response get_offer(Rooms& rooms, const Words& words, const http::Request& request) {
    API_TRY(const auto offered, offer(rooms, language_of(request)));
    return json_answer(200, bj::object{{"policy_version", offered.policy->version},
                                       {"language", offered.language},
                                       {"words", words.text(offered.language, "list_yes")},
                                       {"topics", offered.topics}});
}

http::Response ask_to_join(Rooms& rooms, const Words& words, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    services::ListJoining joining{
        Personal<std::string>(reader.text("email", Need::required).value_or("")),
        personal(reader.text("name", Need::optional)),
        reader.texts("topics", Need::required),
        reader.text("language", Need::optional).value_or("en"),
        reader.text("policy_version", Need::required).value_or(""),
        "/api/v1/list",
        {},
        network_of(rooms, request)};
    if (words.find_catalogue(joining.language) == nullptr)
        wrongs.add("/language", "is none of ours: en, fr, de, ja, ar");
    END_OR_ANSWER(reader, wrongs);
    if (const auto may = allow_open_form(rooms, request); !may) return answer(may.error());
    API_TRY(const auto offered, offer(rooms, joining.language));
    joining.words = words_of_yes(offered, joining.topics, words);
    const auto asked = rooms.mailing_list.ask_to_join(joining);
    return asked ? http::Response::empty(202) : answer(asked.error());
}

http::Response ask_to_leave(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    const services::ListLeaving leaving{
        Personal<std::string>(reader.text("email", Need::required).value_or("")),
        reader.text("language", Need::optional).value_or("en"), network_of(rooms, request)};
    END_OR_ANSWER(reader, wrongs);
    if (const auto may = allow_open_form(rooms, request); !may) return answer(may.error());
    const auto asked = rooms.mailing_list.ask_to_leave(leaving);
    return asked ? http::Response::empty(202) : answer(asked.error());
}

http::Response confirm(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    const auto link = reader.text("link", Need::required).value_or("");
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto confirmed, rooms.mailing_list.confirm(link));
    return json_answer(
        200, bj::object{{"joined", confirmed.joined},
                        {"topics", bj::array(confirmed.topics.begin(), confirmed.topics.end())}});
}

}  // namespace

void add_mailing_list_routes(http::Router& router, Rooms& rooms, const Site& site) {
    using Page = http::Response (*)(Rooms&, const Site&, const http::Request&);
    const auto page = [&](http::Method method, const char* path, Page show) {
        router.add(method, path, http::Runs::on_worker,
                   [&rooms, &site, show](const http::Request& request) {
                       return show(rooms, site, request);
                   });
    };
    page(http::Method::get, "/list", [](Rooms& in, const Site& on, const http::Request& request) {
        return form_page(in, on, request, 200, {});
    });
    page(http::Method::post, "/list", post_list);
    page(http::Method::get, "/list/leave",
         [](Rooms&, const Site& on, const http::Request& request) {
             return leave_page(on, request, 200, "", false);
         });
    page(http::Method::post, "/list/leave", post_leave);
    page(http::Method::get, "/list/confirm",
         [](Rooms&, const Site& on, const http::Request& request) {
             return confirm_page(on, request, 200, false);
         });
    page(http::Method::post, "/list/confirm", post_confirm);
    page(http::Method::get, "/api/v1/list",
         [](Rooms& in, const Site& on, const http::Request& request) {
             return get_offer(in, on.words(), request);
         });
    page(http::Method::post, "/api/v1/list",
         [](Rooms& in, const Site& on, const http::Request& request) {
             return ask_to_join(in, on.words(), request);
         });
    add_on_worker(router, rooms, http::Method::post, "/api/v1/list/leave", ask_to_leave);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/list/confirm", confirm);
}

}  // namespace avow::api
