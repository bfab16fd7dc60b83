// SPDX-License-Identifier: Apache-2.0
#include "api/shapes.hh"

#include <algorithm>
#include <charconv>

#include <boost/json.hpp>

#include "api/words.hh"
#include "base/text.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

constexpr int kPageMax = 200;  // LIMIT: items of one page

// The language we ship for a tag, or for a range of Accept-Language; empty when there is none.
std::string_view shipped(std::string_view tag) {
    const auto primary = fold(trimmed(tag.substr(0, tag.find_first_of("-_;"))));
    const auto* const known = std::find(kLanguages.begin(), kLanguages.end(), primary);
    return known == kLanguages.end() ? std::string_view{} : *known;
}

std::string_view decision_of(const gate::Used& used) {
    if (!used.any_allowed()) return "refused";
    return used.any_refused() ? "partly" : "allowed";
}

}  // namespace

http::Response json_answer(int status, const bj::value& body) {
    return http::Response::json(status, bj::serialize(body));
}

std::string use_id(const EntryId& entry) {
    return spell_id("use", entry.bytes());
}

bj::object receipt_json(const gate::Receipt& receipt) {
    return {{"entry", receipt.entry.text()},
            {"at", rfc3339(receipt.at)},
            {"policy_version", receipt.policy_version},
            {"commitment", receipt.commitment},
            {"proof", "/api/v1/ledger/proofs/" + receipt.entry.text()}};
}

bj::object use_json(const gate::Used& used, const PurposeToken& token) {
    bj::object fields;
    for (const auto& field : used.fields) {
        auto& told = fields[field.field].emplace_object();
        const bool allowed = field.decision.answer == policy::Answer::allowed;
        told["decision"] = allowed ? "allowed" : "refused";
        told["because"] = std::string(policy::name_of(field.decision.because));
        if (field.decision.sentence) {
            const auto& sentence = (*used.policy)[*field.decision.sentence];
            told["sentence"] = sentence.text;
            told["sentence_id"] = sentence.id;
        }
        if (field.value) told["value"] = field.value->reveal(token);
    }
    return {{"use", use_id(used.entry)},   {"customer", used.customer.text()},
            {"at", rfc3339(used.at)},      {"decision", std::string(decision_of(used))},
            {"fields", std::move(fields)}, {"ledger", {{"entry", used.entry.text()}}}};
}

Result<Page> read_page(const http::Request& request) {
    Page page;
    if (const auto limit = request.find_query("limit")) {
        const auto* end = limit->data() + limit->size();
        const auto [at, error] = std::from_chars(limit->data(), end, page.limit);
        if (error != std::errc() || at != end || page.limit < 1 || page.limit > kPageMax) {
            return Error(Code::invalid, "limit must be a number from 1 to 200");
        }
    }
    if (const auto cursor = request.find_query("cursor")) {
        page.before = EntryId::parse(*cursor);
        if (!page.before)
            return Error(Code::invalid, "cursor must be the `next` of an earlier answer");
    }
    return page;
}

namespace {

// In thousandths, of ";q=0.8" (RFC 9110 §12.4.2); without one, or with one that is none: 1.
int weight_of(std::string_view parameters) {
    constexpr int kWhole = 1000;
    const auto mark = parameters.find("q=");
    if (mark == std::string_view::npos) return kWhole;
    const auto text = trimmed(parameters.substr(mark + 2));
    double weight = 1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
    if (error != std::errc() || !(weight >= 0 && weight <= 1)) return kWhole;
    return static_cast<int>(weight * kWhole + 0.5);
}

}  // namespace

std::string chosen_language(const http::Request& request) {
    const auto asked = request.find_query("lang");
    return asked ? std::string(shipped(*asked)) : std::string();
}

std::string language_of(const http::Request& request) {
    if (auto chosen = chosen_language(request); !chosen.empty()) return chosen;
    std::string best = "en";
    int best_weight = 0;
    for (const auto range : split(request.find_header("accept-language").value_or(""), ',')) {
        const auto tag = range.substr(0, range.find(';'));
        const auto known = shipped(trimmed(tag));
        const auto weight = weight_of(range.substr(tag.size()));
        // The first of those that are wanted most; a weight of 0 says that it is not wanted.
        if (known.empty() || weight <= best_weight) continue;
        best = known;
        best_weight = weight;
    }
    return best;
}

}  // namespace avow::api
