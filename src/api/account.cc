// SPDX-License-Identifier: Apache-2.0
// The portal's own calls: sign up, in and out, the account, the profile.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/caller.hh"
#include "api/errors.hh"
#include "api/once.hh"
#include "api/passkey_reading.hh"
#include "api/reading.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"
#include "base/telephone.hh"
#include "http/problem.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

constexpr std::string_view kPortal = "portal";

http::Response signed_in(int status, const services::SignedIn& signed_in) {
    auto response = json_answer(status, bj::object{{"customer", signed_in.customer.text()}});
    set_session(response, signed_in.session);
    if (!signed_in.device.empty()) set_device(response, signed_in.device);
    return response;
}

// With the place of the code where the password was right and a code is wanted besides.
http::Response not_signed_in(const Error& error) {
    if (error.code() != Code::denied) return answer(error);
    return http::problem(401, "Not signed in", error.words().value, error.inputs());
}

http::Response sign_up(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    services::SignUp form{
        Personal<std::string>(reader.text("email", Need::required).value_or("")),
        Personal<std::string>(reader.text("password", Need::required).value_or("")),
        personal(reader.text("name", Need::optional)),
        reader.text("language", Need::optional).value_or("en"),
        reader.text("policy_version", Need::required).value_or(""),
        {},
        {}};
    for (auto& [purpose, granted] : reader.flag_members("permissions", Need::optional)) {
        if (granted) form.permissions.push_back({purpose, granted});
    }
    END_OR_ANSWER(reader, wrongs);
    API_TRY(form.once, read_once(request, "sign-up"));
    const auto made = rooms.accounts.sign_up(std::move(form));
    return made ? signed_in(201, *made) : not_signed_in(made.error());
}

http::Response sign_in(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    const services::SignIn form{
        Personal<std::string>(reader.text("email", Need::required).value_or("")),
        Personal<std::string>(reader.text("password", Need::required).value_or("")),
        network_of(rooms, request),
        std::string(request.find_cookie(kDeviceCookie).value_or("")),
        reader.text("code", Need::optional),
        personal(reader.text("new_password", Need::optional))};
    END_OR_ANSWER(reader, wrongs);
    auto session = rooms.accounts.sign_in(form);
    if (session) return signed_in(200, *session);
    return not_signed_in(session.error());
}

http::Response sign_in_by_passkey(Rooms& rooms, const http::Request& request) {
    const auto body = read_body(request);
    if (!body) return unreadable(body.error());
    Wrongs wrongs;
    const auto signed_challenge = read_passkey_answer(*body, "", wrongs);
    if (auto fits = wrongs.result(); !fits) return answer(fits.error());
    auto session = rooms.accounts.sign_in_by_passkey(
        site_of(request), signed_challenge, request.find_cookie(kDeviceCookie).value_or(""));
    return session ? signed_in(200, *session) : not_signed_in(session.error());
}

Result<std::string> proved_by(Rooms& rooms, const http::Request& request, const Caller& caller,
                              const bj::value& body) {
    const auto session = request.find_cookie(kSessionCookie).value_or("");
    return read_proof(
        body,
        [&](const services::PasskeyAnswer& answer) {
            return rooms.accounts.step_up_by_passkey(*caller.customer(), session, site_of(request),
                                                     answer);
        },
        [&](const Personal<std::string>& password, const std::optional<std::string>& code) {
            return rooms.accounts.step_up(*caller.customer(), session, password, code);
        });
}

http::Response step_up(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    const auto body = read_body(request);
    if (!body) return unreadable(body.error());
    const auto stepped = proved_by(rooms, request, *caller, *body);
    if (!stepped) return answer_to_password(stepped.error(), "/password");
    auto response = http::Response::empty(204);
    set_session(response, *stepped);
    return response;
}

http::Response sign_out(Rooms& rooms, const http::Request& request) {
    if (const auto session = request.find_cookie(kSessionCookie)) {
        if (auto ended = rooms.accounts.sessions().end(*session); !ended)
            return answer(ended.error());
    }
    auto response = http::Response::empty(204);
    clear_session(response);
    return response;
}

// The newest value of each field that came through the portal or any other channel.
bj::object newest_fields(const std::vector<gate::HeldCollection>& held, const PurposeToken& token) {
    bj::object fields;
    for (const auto& collection : held) {
        for (const auto& field : collection.fields) {
            if (!collection.policy->find_channel(kPortal)) continue;
            const auto index = collection.policy->find_field(field.field);
            const auto& portal = (*collection.policy)[*collection.policy->find_channel(kPortal)];
            // What was written to us is no part of a profile.
            const bool contact = index && (*collection.policy)[*index].category == "contact";
            if (contact && portal.fields[index->value])
                fields[field.field] = field.value.reveal(token);
        }
    }
    return fields;
}

http::Response get_account(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    API_TRY(const auto account, rooms.accounts.get(*caller->customer()));
    API_TRY(const auto held, rooms.gate.held(*caller->customer(), caller->actor()));
    auto told = newest_fields(held, rooms.gate.own_data_token());
    API_TRY(const auto proved, rooms.accounts.address_proved(*caller->customer()));
    told["customer"] = caller->customer()->text();
    API_TRY(const auto returned, rooms.accounts.address_returned(*caller->customer()));
    told["address_verified"] = proved.has_value() && !returned;
    told["created"] = rfc3339(account.created);
    told["policy_version_seen"] = account.policy_seen;
    told["policy_version"] = rooms.policies.in_force()->version;
    if (!told.contains("language")) told["language"] = account.language;
    return json_answer(200, told);
}

// As it is now, or as one collection of it left it.
http::Response profile(Rooms& rooms, const Caller& caller,
                       const std::optional<gate::Collected>& left_by) {
    API_TRY(auto held, rooms.gate.held(*caller.customer(), caller.actor()));
    if (left_by) {
        std::erase_if(held, [&](const auto& one) { return left_by->collection < one.id; });
    }
    bj::object told{{"fields", newest_fields(held, rooms.gate.own_data_token())},
                    {"policy_version", left_by ? left_by->receipt.policy_version
                                               : rooms.policies.in_force()->version},
                    {"email_asked", nullptr}};
    API_TRY(const auto asked, rooms.accounts.asked_address(*caller.customer()));
    if (asked) told["email_asked"] = asked->reveal(rooms.gate.own_data_token());
    if (!held.empty()) told["updated"] = rfc3339(held.back().at);
    return json_answer(200, told);
}

http::Response get_profile(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    return profile(rooms, *caller, std::nullopt);
}

http::Response put_profile(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    const auto given = reader.text_members("fields", Need::required);
    gate::Collection collection;
    collection.channel = kPortal;
    collection.customer = *caller->customer();
    collection.evidence = "profile page of the portal";
    collection.policy_version = reader.text("policy_version", Need::required);
    END_OR_ANSWER(reader, wrongs);
    API_TRY(collection.once, read_once(request, caller->id()));
    API_TRY(auto collected, rooms.gate.find_collected(collection.once));
    if (collected) return profile(rooms, *caller, collected);
    API_TRY(const auto held, rooms.gate.held(*caller->customer(), caller->actor()));
    const auto before = newest_fields(held, rooms.gate.own_data_token());
    std::optional<Personal<std::string>> other_address;
    for (const auto& [field, value] : given) {
        // Only what changed is collected anew; an emptied field was never there.
        const auto* known = before.if_contains(field);
        if ((known == nullptr && value.empty()) ||
            (known != nullptr && known->is_string() && std::string(known->get_string()) == value)) {
            continue;
        }
        if (field == "phone") {
            const auto number = e164(value);
            if (!number) {
                return answer(
                    Error(Code::invalid, "the profile does not fit: nothing was kept")
                        .at("/fields/phone",
                            "is no telephone number with its country code, as +442079460000"));
            }
            if (known == nullptr || std::string(known->as_string()) != *number)
                collection.fields.push_back({field, Personal<std::string>(*number)});
            continue;
        }
        if (field != "email") {
            collection.fields.push_back({field, Personal<std::string>(value)});
            continue;
        }
        // Whoever changes where messages go could take the account over (ASVS 7.5.1).
        if (auto ask = ask_for_step_up(rooms, *caller)) return std::move(*ask);
        other_address.emplace(value);
    }
    if (!collection.fields.empty()) {
        API_TRY(collected, rooms.gate.collect(collection, caller->actor()));
    }
    if (other_address) {
        const auto asked = rooms.accounts.ask_address_change(*caller->customer(), *other_address);
        if (!asked) return answer(asked.error());
    }
    return profile(rooms, *caller, collected);
}

http::Response delete_email_asked(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    const auto forgotten = rooms.accounts.forget_address_change(*caller->customer());
    return forgotten ? http::Response::empty(204) : answer(forgotten.error());
}

// The customer has looked at a version: the page of accounts then stops pointing at it.
http::Response put_policy_seen(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    const auto version = reader.text("version", Need::required).value_or("");
    if (wrongs.none() && rooms.policies.find(version) == nullptr) {
        wrongs.add("/version", "is no published version of the policy");
    }
    END_OR_ANSWER(reader, wrongs);
    auto noted = rooms.accounts.note_policy_seen(*caller->customer(), version);
    return noted ? http::Response::empty(204) : answer(noted.error());
}

}  // namespace

void add_account_routes(http::Router& router, Rooms& rooms) {
    add_on_worker(router, rooms, http::Method::post, "/api/v1/account/sign-up", sign_up);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/account/sign-in", sign_in);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/account/sign-in/passkey",
                  sign_in_by_passkey);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/account/step-up", step_up);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/account/sign-out", sign_out);
    add_on_worker(router, rooms, http::Method::get, "/api/v1/account", get_account);
    add_on_worker(router, rooms, http::Method::get, "/api/v1/account/profile", get_profile);
    add_on_worker(router, rooms, http::Method::put, "/api/v1/account/profile", put_profile);
    add_on_worker(router, rooms, http::Method::delete_, "/api/v1/account/profile/email-asked",
                  delete_email_asked);
    add_on_worker(router, rooms, http::Method::put, "/api/v1/account/policy-seen", put_policy_seen);
    add_account_password_routes(router, rooms);
    add_account_link_routes(router, rooms);
    add_account_passkey_routes(router, rooms);
    add_account_second_factor_routes(router, rooms);
    add_account_session_routes(router, rooms);
}

}  // namespace avow::api
