// SPDX-License-Identifier: Apache-2.0
// The rooms that handlers work with, borrowed from the wiring for the life of the server.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "base/random.hh"
#include "base/time.hh"
#include "gate/gate.hh"
#include "http/router.hh"
#include "ledger/ledger.hh"
#include "services/account/accounts.hh"
#include "services/desk/desk.hh"
#include "services/drp/drp.hh"
#include "services/exports/exports.hh"
#include "services/letters/letters.hh"
#include "services/outreach/mailing_list.hh"
#include "services/products/products.hh"
#include "services/publishing/evidence.hh"
#include "services/rights/rights.hh"
#include "services/staff/staff.hh"
#include "services/staff/tokens.hh"
#include "services/studies/studies.hh"
#include "services/survey/survey.hh"
#include "traffic/network.hh"
#include "traffic/rate_limit.hh"

namespace avow::services {
class OverdueLetters;
}

namespace avow::api {

class Site;
class Words;

struct Rooms {
    gate::Gate& gate;
    gate::PolicyBook& policies;
    ledger::Ledger& ledger;
    services::Accounts& accounts;
    services::Tokens& tokens;
    services::Staff& staff;
    services::Letters& letters;
    services::Desk& desk;
    services::Exports& exports;
    services::Rights& rights;
    services::drp::Drp& drp;
    services::Products& products;
    services::MailingList& mailing_list;
    services::Surveys& surveys;
    services::Studies& studies;
    const Clock& clock;
    Random& random;
    traffic::Networks trusted_proxies;  // whose X-Forwarded-For is believed
    traffic::RateLimit& open_forms;     // what one network may send where nobody signs in
};

// One function per noun; each adds its routes.
void add_policy_routes(http::Router& router, Rooms& rooms, services::EvidenceBook& evidence,
                       const Words& words);
void add_collection_routes(http::Router& router, Rooms& rooms);
void add_use_routes(http::Router& router, Rooms& rooms);
void add_customer_routes(http::Router& router, Rooms& rooms);
void add_permission_routes(http::Router& router, Rooms& rooms);
void add_receipt_routes(http::Router& router, Rooms& rooms);
void add_export_routes(http::Router& router, Rooms& rooms);
void add_timeline_routes(http::Router& router, Rooms& rooms);
void add_erasure_routes(http::Router& router, Rooms& rooms);
void add_account_routes(http::Router& router, Rooms& rooms);
void add_account_password_routes(http::Router& router, Rooms& rooms);
void add_account_link_routes(http::Router& router, Rooms& rooms);
void add_account_passkey_routes(http::Router& router, Rooms& rooms);
void add_account_second_factor_routes(http::Router& router, Rooms& rooms);
void add_account_session_routes(http::Router& router, Rooms& rooms);
void add_staff_routes(http::Router& router, Rooms& rooms);
void add_product_routes(http::Router& router, Rooms& rooms);
void add_survey_routes(http::Router& router, Rooms& rooms);
void add_survey_answer_routes(http::Router& router, Rooms& rooms);
void add_stop_routes(http::Router& router, Rooms& rooms);
void add_request_routes(http::Router& router, Rooms& rooms);
void add_right_routes(http::Router& router, Rooms& rooms);
void add_officer_right_routes(http::Router& router, Rooms& rooms);
// /v1/…, as the Data Rights Protocol has it. `portal`: where our pages are.
void add_drp_routes(http::Router& router, Rooms& rooms, std::function<std::string()> portal);
void add_audience_routes(http::Router& router, Rooms& rooms);
void add_desk_routes(http::Router& router, Rooms& rooms, const Words& words);
void add_overdue_letter_routes(http::Router& router, Rooms& rooms,
                               services::OverdueLetters& letters);
void add_ledger_routes(http::Router& router, Rooms& rooms);
// How mail stands, for the operator: no address, and nothing that a server said.
struct MailStanding {
    std::optional<bool> lmtp;  // whether the door is open; nothing: it is not configured
    struct Mailbox {
        std::string state;
        std::optional<Time> seen;  // when its server answered last
        std::int64_t fetched = 0;  // since the start
        std::int64_t set_aside = 0;
    };
    std::optional<Mailbox> imap;  // nothing: it is not configured
    std::string carrier;          // smtp, folder or none
    std::int64_t waiting = 0;     // letters
    std::optional<Time> oldest;   // of them
};
using TellMail = std::function<Result<MailStanding>()>;
void add_health_routes(http::Router& router, Rooms& rooms, TellMail mail);
void add_description_routes(http::Router& router, const Site& site);
void add_site_routes(http::Router& router, Rooms& rooms, services::EvidenceBook& evidence,
                     const Site& site);
// /list, for people and programs. Forms of other sites may lead here: no cookie plays a part.
inline constexpr std::array<const char*, 2> kListPathsOpenToSites{"/list", "/list/leave"};
void add_mailing_list_routes(http::Router& router, Rooms& rooms, const Site& site);
void add_portal_routes(http::Router& router, const Site& site);
void add_console_routes(http::Router& router, const Site& site);

}  // namespace avow::api
