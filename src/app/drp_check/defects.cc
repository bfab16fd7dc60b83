// SPDX-License-Identifier: Apache-2.0
#include "app/drp_check/defects.hh"

#include <boost/json.hpp>

#include "services/drp/signed.hh"
#include "services/drp/status.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;
using services::drp::protocol_time;
using services::drp::sign_body;

std::string text_of(const bj::object& claims) {
    return bj::serialize(claims);
}

std::string with(const GoodBody& good, const char* claim, const std::string& value) {
    auto claims = good.claims;
    claims[claim] = value;
    return sign_body(text_of(claims), good.key);
}

std::string without(const GoodBody& good, const char* claim) {
    auto claims = good.claims;
    claims.erase(claim);
    return sign_body(text_of(claims), good.key);
}

std::string bent_at(const GoodBody& good, std::size_t byte) {
    auto bytes = *from_base64(sign_body(text_of(good.claims), good.key));
    bytes[byte] ^= 1;
    return base64(bytes);
}

std::string twice(const GoodBody& good) {
    auto text = text_of(good.claims);
    return sign_body("{\"agent-id\":\"SOMEBODY_ELSE\"," + text.substr(1), good.key);
}

std::string deep(const GoodBody& good) {
    auto text = text_of(good.claims);
    text.pop_back();
    text += ",\"deep\":" + std::string(5'000, '[') + std::string(5'000, ']') + "}";
    return sign_body(text, good.key);
}

}  // namespace

bj::object claims_of(const std::string& agent, const std::string& business, Time now) {
    return {{"agent-id", agent},
            {"business-id", business},
            {"issued-at", protocol_time(now + -2 * kSecondMs)},
            {"expires-at", protocol_time(now + 10 * kMinuteMs)},
            {"drp.version", "0.9.4"}};
}

const std::vector<Defect>& defects() {
    static const std::vector<Defect> all{
        {"empty", Level::must, [](const GoodBody&) { return std::string(); }},
        {"not_base64", Level::must,
         [](const GoodBody& good) { return "*" + sign_body(text_of(good.claims), good.key); }},
        {"json_without_signature", Level::must,
         [](const GoodBody& good) { return base64(as_bytes(text_of(good.claims))); }},
        {"truncated", Level::must,
         [](const GoodBody& good) {
             const auto bytes = *from_base64(sign_body(text_of(good.claims), good.key));
             return base64(ByteView(bytes).first(40));
         }},
        {"end_cut_off", Level::must,
         [](const GoodBody& good) {
             const auto bytes = *from_base64(sign_body(text_of(good.claims), good.key));
             return base64(ByteView(bytes).first(bytes.size() - 4));
         }},
        {"bit_of_signature", Level::must, [](const GoodBody& good) { return bent_at(good, 9); }},
        {"bit_of_message", Level::must, [](const GoodBody& good) { return bent_at(good, 70); }},
        {"another_key", Level::must,
         [](const GoodBody& good) { return sign_body(text_of(good.claims), good.stranger); }},
        {"no_json", Level::must,
         [](const GoodBody& good) { return sign_body("no JSON", good.key); }},
        {"no_object", Level::must,
         [](const GoodBody& good) {
             return sign_body("[" + text_of(good.claims) + "]", good.key);
         }},
        {"another_agent", Level::must,
         [](const GoodBody& good) { return with(good, "agent-id", "SOMEBODY_ELSE"); }},
        {"no_agent", Level::must, [](const GoodBody& good) { return without(good, "agent-id"); }},
        {"another_business", Level::must,
         [](const GoodBody& good) { return with(good, "business-id", "SOMEBODY_ELSE"); }},
        {"no_business", Level::must,
         [](const GoodBody& good) { return without(good, "business-id"); }},
        {"issued_in_future", Level::must,
         [](const GoodBody& good) {
             return with(good, "issued-at", protocol_time(good.now + 5 * kMinuteMs));
         }},
        {"no_issued_at", Level::must,
         [](const GoodBody& good) { return without(good, "issued-at"); }},
        {"expired", Level::must,
         [](const GoodBody& good) {
             return with(good, "expires-at", protocol_time(good.now + -kSecondMs));
         }},
        {"no_expires_at", Level::must,
         [](const GoodBody& good) { return without(good, "expires-at"); }},
        {"window_of_a_day", Level::should,
         [](const GoodBody& good) {
             return with(good, "expires-at", protocol_time(good.now + kDayMs));
         }},
        {"member_twice", Level::should, twice},
        {"deep", Level::should, deep},
    };
    return all;
}

}  // namespace avow::app
