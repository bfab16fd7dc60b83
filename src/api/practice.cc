// SPDX-License-Identifier: Apache-2.0
#include "api/practice.hh"

#include <boost/json.hpp>

#include "base/json.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

constexpr int kAtOnce = 500;
constexpr int kCountedMax = 20'000;  // LIMIT: entries that are counted, the newest
constexpr int kWordsMax = 2'000;     // LIMIT: yes and no that are told, the newest
constexpr std::int64_t kYearMs = 365 * kDayMs;

std::string text_at(const bj::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return "";
    return std::string(value->get_string());
}

// Page after page, newest first; `visit` says whether to go on.
Result<bool> walk(gate::Gate& gate, const CustomerId& customer, gate::Gate::ActsWanted wanted,
                  int most, const std::function<void(const gate::Act&, const bj::object&)>& visit) {
    wanted.limit = kAtOnce;
    for (int seen = 0; seen < most; seen += kAtOnce) {
        TRY(const auto acts, gate.acts(customer, wanted));
        for (const auto& act : acts) {
            TRY(const auto details, json::parse(act.details.reveal(gate.own_data_token())));
            visit(act, details.as_object());
            wanted.before = act.entry;
        }
        if (acts.size() < static_cast<std::size_t>(kAtOnce)) return false;
    }
    return true;
}

}  // namespace

Result<std::map<std::string, Word, std::less<>>> words_of(gate::Gate& gate,
                                                          const CustomerId& customer) {
    std::map<std::string, Word, std::less<>> words;
    const gate::Gate::ActsWanted wanted{
        {ledger::Kind::permitted, ledger::Kind::withdrawn}, std::nullopt, {}, 0};
    TRY([[maybe_unused]] const bool more,
        walk(gate, customer, wanted, kWordsMax, [&](const auto& act, const auto& details) {
            words[act.entry.text()] = {act.at, text_at(details, "purpose"),
                                       act.kind == ledger::Kind::permitted,
                                       text_at(details, "evidence"), text_at(details, "overrules")};
        }));
    return words;
}

Result<Practice> practice_of(gate::Gate& gate, const CustomerId& customer, Time now) {
    Practice practice;
    const gate::Gate::ActsWanted wanted{
        {ledger::Kind::messaged, ledger::Kind::used, ledger::Kind::opened_by_break_glass,
         ledger::Kind::refused},
        std::nullopt,
        {now.ms - kYearMs},
        0};
    TRY(practice.more,
        walk(gate, customer, wanted, kCountedMax, [&](const auto& act, const auto& details) {
            auto& counted = practice.by_purpose[text_at(details, "purpose")];
            if (act.kind == ledger::Kind::messaged)
                ++counted.messages;
            else if (act.kind == ledger::Kind::refused)
                ++counted.refused;
            else
                ++counted.uses;
        }));
    TRY(practice.words, words_of(gate, customer));
    return practice;
}

void add_practice(bj::object& permission, const Practice& practice) {
    const auto counted = practice.by_purpose.find(text_at(permission, "purpose"));
    const auto counts = counted == practice.by_purpose.end() ? Counted{} : counted->second;
    permission["last_year"] = {{"messages", counts.messages},
                               {"uses", counts.uses},
                               {"refused", counts.refused},
                               {"more", practice.more}};
    const auto* ledger = permission.if_contains("ledger");
    if (ledger == nullptr) return;
    const auto word = practice.words.find(text_at(ledger->as_object(), "entry"));
    if (word == practice.words.end()) return;
    if (!word->second.evidence.empty()) permission["evidence"] = word->second.evidence;
    const auto yes = practice.words.find(word->second.overrules);
    if (yes != practice.words.end()) permission["yes_since"] = rfc3339(yes->second.at);
}

}  // namespace avow::api
