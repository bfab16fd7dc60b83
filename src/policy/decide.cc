// SPDX-License-Identifier: Apache-2.0
#include "policy/decide.hh"

#include <algorithm>
#include <array>
#include <utility>

namespace avow::policy {
namespace {

constexpr std::array<std::pair<Because, std::string_view>, 16> kNames{{
    {Because::stated_at_collection, "stated_at_collection"},
    {Because::permission_given, "permission_given"},
    {Because::new_use_noticed, "new_use_noticed"},
    {Because::legal_process, "legal_process"},
    {Because::break_glass, "break_glass"},
    {Because::not_declared, "not_declared"},
    {Because::not_stated, "not_stated"},
    {Because::no_permission, "no_permission"},
    {Because::objected, "objected"},
    {Because::not_noticed, "not_noticed"},
    {Because::notice_period, "notice_period"},
    {Because::retention_over, "retention_over"},
    {Because::erased, "erased"},
    {Because::role, "role"},
    {Because::staff_not_acknowledged, "staff_not_acknowledged"},
    {Because::not_held, "not_held"},
}};

// One decision in the making: the facts, and the answers it can give.
struct Walk {
    const Policy& in_force;
    const Asker& asker;
    const Ask& ask;
    const DatumFacts& datum;
    const CustomerFacts& customer;

    Decision allowed(Because because, CitedRule rule) const {
        return {Answer::allowed, because, in_force.sentence_for(rule, ask.purpose)};
    }
    Decision refused(Because because, CitedRule rule) const {
        return {Answer::refused, because, in_force.sentence_for(rule, ask.purpose)};
    }

    const Purpose& purpose() const { return in_force[ask.purpose]; }
    const Channel& channel() const { return (*datum.collected_under)[datum.channel]; }
    bool objected() const { return customer.objected[ask.purpose.value]; }

    bool retention_over() const {
        switch (channel().retention.kind) {
            case Retention::Kind::until_withdrawn:
                return datum.withdrawn;
            case Retention::Kind::until_closed:
                return datum.closed;
            case Retention::Kind::duration:
                break;
        }
        const auto over = channel().retention.over_at(datum.collected);
        return over && ask.now >= *over;
    }

    // The asked purpose as it stood when the datum was collected. Numbers mean nothing in another
    // version: there the name is compared.
    std::optional<PurposeIndex> purpose_then() const {
        if (datum.collected_under == &in_force) return ask.purpose;
        return datum.collected_under->find_purpose(purpose().name);
    }

    std::optional<ChannelIndex> channel_now() const {
        if (datum.collected_under == &in_force) return datum.channel;
        return in_force.find_channel(channel().name);
    }

    bool may_communicate() const {
        return (customer.permitted & ~customer.objected & in_force.contact_purposes()).any();
    }

    bool notice_period_passed() const {
        return ask.now - *customer.noticed >= in_force.notice_period_days * kDayMs;
    }

    std::optional<Decision> refuse_asker() const;
    std::optional<Decision> refuse_datum() const;
    Decision by_permission() const;
    std::optional<Decision> by_statement() const;
    Decision by_new_use() const;
};

// WALL: who may not ask learns nothing of the datum.
std::optional<Decision> Walk::refuse_asker() const {
    if (!asker.purposes[ask.purpose.value]) return refused(Because::role, CitedRule::guidelines);
    if (asker.must_acknowledge()) {
        return refused(Because::staff_not_acknowledged, CitedRule::guidelines);
    }
    return std::nullopt;
}

std::optional<Decision> Walk::refuse_datum() const {
    if (datum.erased) return refused(Because::erased, CitedRule::declared_channel);
    if (retention_over()) return refused(Because::retention_over, CitedRule::declared_channel);
    return std::nullopt;
}

Decision Walk::by_permission() const {
    if (objected()) return refused(Because::objected, CitedRule::permission);
    if (!customer.permitted[ask.purpose.value]) {
        return refused(Because::no_permission, CitedRule::permission);
    }
    return allowed(Because::permission_given, CitedRule::permission);
}

std::optional<Decision> Walk::by_statement() const {
    const auto then = purpose_then();
    if (!then || !datum.stated[then->value]) return std::nullopt;
    const auto basis_then = (*datum.collected_under)[*then].basis;
    if (basis_then == Basis::permission) return std::nullopt;
    // An interest gives way to an objection, whether it was the basis then or is so now.
    const bool open_to_objection =
        basis_then == Basis::legitimate_interest || purpose().basis == Basis::legitimate_interest;
    if (open_to_objection && objected()) {
        return refused(Because::objected, CitedRule::stated_purpose);
    }
    return allowed(Because::stated_at_collection, CitedRule::stated_purpose);
}

Decision Walk::by_new_use() const {
    const auto now = channel_now();
    if (!now || !in_force[*now].purposes[ask.purpose.value]) {
        return refused(Because::not_stated, CitedRule::stated_purpose);
    }
    if (objected()) return refused(Because::objected, CitedRule::new_purpose);
    if (!may_communicate()) return refused(Because::no_permission, CitedRule::new_purpose);
    if (!customer.noticed) return refused(Because::not_noticed, CitedRule::new_purpose);
    if (!notice_period_passed()) return refused(Because::notice_period, CitedRule::new_purpose);
    return allowed(Because::new_use_noticed, CitedRule::new_purpose);
}

Decision by_policy(const Walk& walk) {
    if (const auto refusal = walk.refuse_datum()) return *refusal;
    if (walk.purpose().basis == Basis::permission) return walk.by_permission();
    if (const auto decision = walk.by_statement()) return *decision;
    return walk.by_new_use();
}

CitedRule rule_of_refusal(Because because) {
    switch (because) {
        case Because::not_held:
        case Because::erased:
        case Because::retention_over:
            return CitedRule::declared_channel;
        case Because::role:
        case Because::staff_not_acknowledged:
        case Because::break_glass:
            return CitedRule::guidelines;
        case Because::no_permission:
        case Because::permission_given:
        case Because::objected:
            return CitedRule::permission;
        case Because::not_noticed:
        case Because::notice_period:
        case Because::new_use_noticed:
            return CitedRule::new_purpose;
        case Because::not_declared:
        case Because::not_stated:
        case Because::stated_at_collection:
        case Because::legal_process:
            return CitedRule::stated_purpose;
    }
    return CitedRule::stated_purpose;
}

}  // namespace

std::string_view name_of(Because because) {
    return kNames[static_cast<std::size_t>(because)].second;
}

std::optional<Because> because_from(std::string_view name) {
    const auto found = std::find_if(kNames.begin(), kNames.end(),
                                    [&](const auto& entry) { return entry.second == name; });
    if (found == kNames.end()) return std::nullopt;
    return found->first;
}

Decision decide(const Policy& in_force, const Asker& asker, const Ask& ask, const DatumFacts& datum,
                const CustomerFacts& customer) {
    if (ask.purpose.value >= in_force.purposes.size()) {
        return refuse(in_force, Because::not_declared, std::nullopt);
    }
    const Walk walk{in_force, asker, ask, datum, customer};
    if (const auto refusal = walk.refuse_asker()) return *refusal;
    auto decision = by_policy(walk);
    // Breaking the glass waives the acknowledgement, never the policy, and is always told.
    const bool let_through = asker.kind == Asker::Kind::employee && !asker.acknowledged;
    if (let_through && decision.answer == Answer::allowed) decision.because = Because::break_glass;
    return decision;
}

Decision refuse(const Policy& in_force, Because because, std::optional<PurposeIndex> purpose) {
    return {Answer::refused, because, in_force.sentence_for(rule_of_refusal(because), purpose)};
}

}  // namespace avow::policy
