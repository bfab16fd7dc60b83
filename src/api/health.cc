// SPDX-License-Identifier: Apache-2.0
// Health for the operator, and the well-known places.
#include <boost/json.hpp>

#include "api/errors.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

bj::value time_or_null(const std::optional<Time>& time) {
    return time ? bj::value(rfc3339(*time)) : bj::value(nullptr);
}

bj::object mail_json(const MailStanding& mail) {
    bj::object told{{"lmtp", nullptr}, {"imap", nullptr}};
    if (mail.lmtp) told["lmtp"] = *mail.lmtp ? "listening" : "down";
    if (mail.imap) {
        told["imap"] = {{"state", mail.imap->state}, {"seen", time_or_null(mail.imap->seen)}};
    }
    told["outbox"] = {{"carrier", mail.carrier},
                      {"waiting", mail.waiting},
                      {"oldest", time_or_null(mail.oldest)}};
    return told;
}

// Alive: the process answers. Ready: the policy is in force and the store can be read. Mail that
// does not flow is told and keeps no node from serving: letters wait, and mail servers come again.
http::Response ready(Rooms& rooms, const TellMail& tell_mail) {
    const auto policy = rooms.policies.in_force();
    if (policy == nullptr) return answer(Error(Code::unavailable, "no policy is published yet"));
    const auto mail = tell_mail();
    if (!mail) return answer(Error(Code::unavailable, "the store cannot be read"));
    return json_answer(200, bj::object{{"status", "ready"},
                                       {"policy_version", policy->version},
                                       {"ledger_size", rooms.ledger.checkpoint().size},
                                       {"mail", mail_json(*mail)}});
}

http::Response privacy_signal(Rooms& rooms, const http::Request&) {
    const auto policy = rooms.policies.in_force();
    const bj::object told{{"gpc", true}, {"lastUpdate", policy ? policy->effective : "2026-01-01"}};
    return json_answer(200, told);
}

// RFC 9116. The policy's own contact is whom people are told to write to.
http::Response security_contact(Rooms& rooms, const http::Request&) {
    const auto policy = rooms.policies.in_force();
    const auto expires = rfc3339({rooms.clock.now().ms + 180 * kDayMs});
    return http::Response::text(200,
                                "Contact: mailto:" + (policy ? policy->contact : std::string()) +
                                    "\nExpires: " + expires + "\nPreferred-Languages: en\n");
}

// Where password managers send people: https://w3c.github.io/webappsec-change-password-url/
http::Response change_password(Rooms&, const http::Request&) {
    return http::Response::redirect(302, "/account/security");
}

// https://w3c.github.io/webappsec-passkey-endpoints/: absolute addresses. The host is one of ours,
// or the pipeline had refused it.
http::Response passkey_endpoints(Rooms&, const http::Request& request) {
    const auto page =
        "https://" + std::string(request.find_header("host").value_or("")) + "/account/security";
    return json_answer(200, bj::object{{"enroll", page}, {"manage", page}});
}

}  // namespace

void add_health_routes(http::Router& router, Rooms& rooms, TellMail mail) {
    const auto add = [&](std::string pattern, auto handler) {
        router.add(
            http::Method::get, std::move(pattern), http::Runs::on_io,
            [&rooms, handler](const http::Request& request) { return handler(rooms, request); });
    };
    add("/healthz", [](Rooms&, const http::Request&) {
        return json_answer(200, bj::object{{"status", "alive"}});
    });
    router.add(
        http::Method::get, "/readyz", http::Runs::on_worker,
        [&rooms, mail = std::move(mail)](const http::Request&) { return ready(rooms, mail); });
    add("/.well-known/gpc.json", privacy_signal);
    add("/.well-known/security.txt", security_contact);
    add("/.well-known/change-password", change_password);
    add("/.well-known/passkey-endpoints", passkey_endpoints);
}

}  // namespace avow::api
