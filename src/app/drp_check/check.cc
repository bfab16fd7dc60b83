// SPDX-License-Identifier: Apache-2.0
#include "app/drp_check/check.hh"

#include <cstdio>
#include <optional>

#include <boost/json.hpp>

#include "app/drp_check/defects.hh"
#include "app/drp_check/report.hh"
#include "app/drp_check/status_faults.hh"
#include "app/drp_commands.hh"
#include "app/https_call.hh"
#include "base/json.hh"
#include "base/random.hh"
#include "base/text.hh"
#include "services/drp/signed.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;
using services::drp::sign_body;

constexpr const char* kRequests = "/v1/data-rights-request";

struct Agent {
    std::string id;
    crypto::SigningKey key;
    std::string token = {};
};

class Checker {
  public:
    Checker(const DrpCheckOptions& options, Agent agent, std::optional<Agent> other,
            HttpsPlace place, const HttpsCaller& caller)
        : options_(options),
          agent_(std::move(agent)),
          other_(std::move(other)),
          place_(std::move(place)),
          caller_(caller),
          stranger_(crypto::Key::random(random_)) {}

    // An error when the server cannot be asked, or gives no token: there is nothing to check then.
    Status run() {
        TRY_OK(check_set_up());
        TRY_OK(check_token());
        TRY_OK(check_exercise());
        TRY_OK(check_status());
        TRY_OK(check_other_agent());
        return check_revocation();
    }
    const Report& report() const { return report_; }

  private:
    Result<HttpsAnswer> send(const char* method, const std::string& path, std::string body,
                             const std::string& token) const {
        HttpsAsk ask{method, path, {}, std::move(body)};
        if (!ask.body.empty() || ask.method == "POST")
            ask.headers.emplace_back("content-type", "text/plain");
        if (!token.empty()) ask.headers.emplace_back("authorization", "Bearer " + token);
        return caller_.call(place_, ask);
    }

    GoodBody good_set_up() const {
        const auto now = clock_.now();
        return {claims_of(agent_.id, options_.business, now), agent_.key, stranger_, now};
    }
    GoodBody good_exercise() {
        auto good = good_set_up();
        good.claims["exercise"] = options_.exercise;
        good.claims["regime"] = "ccpa";
        good.claims["email"] = options_.email;
        // Each body is another one.
        good.claims["agent-request-id"] = "check-" + hex(random_.take<8>());
        return good;
    }
    static std::string signed_by_agent(const GoodBody& good) {
        return sign_body(bj::serialize(good.claims), good.key);
    }

    void refused(std::string name, Level level, const HttpsAnswer& answer) {
        report_.add(std::move(name), level, "4xx with code and message", faults_of_refusal(answer),
                    answer);
    }
    void forbidden(std::string name, const HttpsAnswer& answer) {
        std::vector<std::string> faults;
        if (answer.status != 403) faults.push_back("answered " + std::to_string(answer.status));
        report_.add(std::move(name), Level::must, "403", faults, answer);
    }

    Result<std::string> set_up(const Agent& agent) const {
        const auto now = clock_.now();
        const auto body =
            sign_body(bj::serialize(claims_of(agent.id, options_.business, now)), agent.key);
        TRY(const auto answer, send("POST", "/v1/agent/" + agent.id, body, ""));
        if (answer.status == 200 && !member_of(answer, "token").empty())
            return member_of(answer, "token");
        return Error(Code::denied, "the business gives no token to " + agent.id + ": it answers " +
                                       std::to_string(answer.status) +
                                       "; does it know the agent and its key?");
    }

    Status check_set_up() {
        const auto path = "/v1/agent/" + agent_.id;
        for (const auto& defect : defects()) {
            TRY(const auto answer, send("POST", path, defect.make(good_set_up()), ""));
            std::vector<std::string> faults;
            if (answer.status != 403) faults.push_back("answered " + std::to_string(answer.status));
            if (answer.status >= 400 && !answer.body.empty()) faults.emplace_back("says something");
            report_.add(std::string("set_up.refuses.") + defect.name, defect.level,
                        "403 without a body", faults, HttpsAnswer{answer.status, answer.type, ""});
        }
        const auto body = signed_by_agent(good_set_up());
        TRY(const auto answer, send("POST", path, body, ""));
        std::vector<std::string> faults;
        if (answer.status != 200) faults.push_back("answered " + std::to_string(answer.status));
        if (answer.type != "application/json") faults.emplace_back("is not application/json");
        if (member_of(answer, "agent-id") != agent_.id) faults.emplace_back("agent-id is not ours");
        agent_.token = member_of(answer, "token");
        if (agent_.token.empty()) faults.emplace_back("token is missing");
        // The token itself is in no report.
        report_.add("set_up.gives_a_token", Level::must, "200 with agent-id and token", faults,
                    HttpsAnswer{answer.status, answer.type, ""});
        if (agent_.token.empty()) {
            TRY(agent_.token, set_up(agent_));
        }
        TRY(const auto again, send("POST", path, body, ""));
        std::vector<std::string> taken_twice;
        if (again.status != 403) taken_twice.push_back("answered " + std::to_string(again.status));
        report_.add("set_up.refuses.replayed", Level::should, "403 without a body", taken_twice,
                    HttpsAnswer{again.status, again.type, ""});
        return {};
    }

    Status check_token() {
        TRY(const auto own, send("GET", "/v1/agent/" + agent_.id, "", agent_.token));
        std::vector<std::string> faults;
        const auto told = json::parse(own.body);
        if (own.status != 200) faults.push_back("answered " + std::to_string(own.status));
        if (!told || !told->is_object()) faults.emplace_back("is no JSON object");
        report_.add("agent.knows_its_token", Level::must, "200 with a JSON object", faults, own);
        TRY(const auto other, send("GET", "/v1/agent/SOMEBODY_ELSE", "", agent_.token));
        forbidden("agent.refuses.another_id", other);
        TRY(const auto none, send("GET", "/v1/agent/" + agent_.id, "", ""));
        refused("agent.refuses.no_token", Level::must, none);
        TRY(const auto made_up,
            send("GET", "/v1/agent/" + agent_.id, "", "drp_" + hex(random_.take<16>())));
        refused("agent.refuses.made_up_token", Level::must, made_up);
        return {};
    }

    Status check_exercise() {
        for (const auto& defect : defects()) {
            TRY(const auto answer,
                send("POST", kRequests, defect.make(good_exercise()), agent_.token));
            refused(std::string("exercise.refuses.") + defect.name, defect.level, answer);
        }
        auto unknown = good_exercise();
        unknown.claims["exercise"] = "no-such-right";
        TRY(const auto no_right, send("POST", kRequests, signed_by_agent(unknown), agent_.token));
        refused("exercise.refuses.unknown_right", Level::must, no_right);
        TRY(const auto no_token, send("POST", kRequests, signed_by_agent(good_exercise()), ""));
        refused("exercise.refuses.no_token", Level::must, no_token);
        TRY(const auto made_up, send("POST", kRequests, signed_by_agent(good_exercise()),
                                     "drp_" + hex(random_.take<16>())));
        refused("exercise.refuses.made_up_token", Level::must, made_up);

        const auto good = good_exercise();
        const auto body = signed_by_agent(good);
        TRY(const auto taken, send("POST", kRequests, body, agent_.token));
        status("exercise.is_taken", taken);
        request_ = member_of(taken, "request_id");
        if (request_.empty())
            return Error(Code::denied, "the business takes no request: it answers " +
                                           std::to_string(taken.status));
        const auto named = std::string(good.claims.at("agent-request-id").as_string());
        std::vector<std::string> faults;
        if (member_of(taken, "agent_request_id") != named) faults.emplace_back("is another");
        report_.add("exercise.echoes_agent_request_id", Level::must, "agent_request_id as sent",
                    faults, taken);
        faults.clear();
        if (member_of(taken, "status") == "open") faults.emplace_back("is open");
        report_.add("exercise.goes_on_at_once", Level::should, "a status beyond open", faults,
                    taken);
        TRY(const auto again, send("POST", kRequests, body, agent_.token));
        refused("exercise.refuses.replayed", Level::should, again);
        return {};
    }

    void status(std::string name, const HttpsAnswer& answer) {
        auto faults = faults_of_status(answer);
        if (!request_.empty() && member_of(answer, "request_id") != request_)
            faults.emplace_back("request_id is another");
        report_.add(std::move(name), Level::must, "200 with the status of the request", faults,
                    answer);
    }

    std::string place_of_request() const { return std::string(kRequests) + "/" + request_; }

    Status check_status() {
        TRY(const auto own, send("GET", place_of_request(), "", agent_.token));
        status("status.is_told", own);
        TRY(const auto none, send("GET", place_of_request(), "", ""));
        refused("status.refuses.no_token", Level::must, none);
        TRY(const auto nothing,
            send("GET", std::string(kRequests) + "/0198c0de-0000-7000-8000-000000000000", "",
                 agent_.token));
        refused("status.refuses.unknown_request", Level::must, nothing);
        return {};
    }

    Status check_other_agent() {
        if (!other_) return {};
        TRY(other_->token, set_up(*other_));
        TRY(const auto look, send("GET", place_of_request(), "", other_->token));
        forbidden("other_agent.may_not_look", look);
        const auto reason = sign_body(R"({"reason":"check"})", other_->key);
        TRY(const auto revoke, send("DELETE", place_of_request(), reason, other_->token));
        forbidden("other_agent.may_not_revoke", revoke);
        TRY(const auto mixed,
            send("POST", kRequests, signed_by_agent(good_exercise()), other_->token));
        refused("other_agent.may_not_send_ours", Level::must, mixed);
        TRY(const auto named, send("GET", "/v1/agent/" + agent_.id, "", other_->token));
        forbidden("other_agent.is_not_us", named);
        return {};
    }

    Status check_revocation() {
        const std::string json = R"({"reason":"a check of the protocol"})";
        const auto good = sign_body(json, agent_.key);
        TRY(const auto stranger,
            send("DELETE", place_of_request(), sign_body(json, stranger_), agent_.token));
        refused("revoke.refuses.another_key", Level::must, stranger);
        TRY(const auto unsigned_one,
            send("DELETE", place_of_request(), base64(as_bytes(json)), agent_.token));
        refused("revoke.refuses.json_without_signature", Level::must, unsigned_one);
        TRY(const auto spelled, send("DELETE", place_of_request(), "*" + good, agent_.token));
        refused("revoke.refuses.not_base64", Level::must, spelled);
        TRY(const auto no_token, send("DELETE", place_of_request(), good, ""));
        refused("revoke.refuses.no_token", Level::must, no_token);
        TRY(const auto between, send("GET", place_of_request(), "", agent_.token));
        std::vector<std::string> faults;
        if (member_of(between, "status") == "revoked") faults.emplace_back("it is revoked");
        report_.add("revoke.refused_means_not_done", Level::must, "a status that is not revoked",
                    faults, between);
        TRY(const auto done, send("DELETE", place_of_request(), good, agent_.token));
        revoked("revoke.is_done", done);
        TRY(const auto after, send("GET", place_of_request(), "", agent_.token));
        revoked("revoke.stays", after);
        return {};
    }

    void revoked(std::string name, const HttpsAnswer& answer) {
        auto faults = faults_of_status(answer);
        if (member_of(answer, "status") != "revoked") faults.emplace_back("status is not revoked");
        if (member_of(answer, "request_id") != request_)
            faults.emplace_back("request_id is another");
        report_.add(std::move(name), Level::must, "200 with the status revoked", faults, answer);
    }

    const DrpCheckOptions& options_;
    SystemClock clock_;
    SystemRandom random_;
    Agent agent_;
    std::optional<Agent> other_;
    HttpsPlace place_;
    const HttpsCaller& caller_;
    crypto::SigningKey stranger_;
    std::string request_;
    Report report_;
};

}  // namespace

Result<int> check_drp(const DrpCheckOptions& options) {
    TRY(auto place, parse_https(options.url));
    while (place.path.ends_with('/')) place.path.pop_back();
    TRY(const auto caller, HttpsCaller::create(options.ca));
    TRY(auto key, read_drp_key(options.key));
    std::optional<Agent> other;
    if (!options.other_agent.empty()) {
        TRY(auto other_key, read_drp_key(options.other_key));
        other.emplace(Agent{options.other_agent, std::move(other_key)});
    }
    Checker checker(options, Agent{options.agent, std::move(key)}, std::move(other),
                    std::move(place), *caller);
    const auto ran = checker.run();
    if (!ran && checker.report().empty()) return ran.error();
    checker.report().print(options.output, options.strict);
    if (!ran)
        std::fprintf(stderr, "avow: the check ended early: %s\n", ran.error().describe().c_str());
    return ran && checker.report().is_green(options.strict) ? kDone : kNo;
}

}  // namespace avow::app
