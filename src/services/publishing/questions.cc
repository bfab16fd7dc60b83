// SPDX-License-Identifier: Apache-2.0
#include "services/publishing/questions.hh"

namespace avow::services {
namespace {

using policy::Answer;
using policy::Because;

policy::PurposeSet all_purposes() {
    policy::PurposeSet all;
    all.set();
    return all;
}

policy::DatumFacts datum_of(const policy::Policy& policy, std::uint16_t channel, Time now) {
    policy::DatumFacts datum;
    datum.collected_under = &policy;
    datum.channel = {channel};
    datum.stated = policy.channels[channel].purposes;
    datum.collected = now;
    return datum;
}

// Every purpose against a datum of every channel; `expect` says what a right answer is, or that the
// pair is not the probe's business.
enum class Verdict { right, wrong, not_asked };
template <typename Judge>
Asked ask_all(const policy::Policy& policy, Time now, const policy::Asker& asker,
              const policy::CustomerFacts& customer, Judge judge) {
    Asked asked;
    for (std::uint16_t channel = 0; channel < policy.channels.size(); ++channel) {
        const auto datum = datum_of(policy, channel, now);
        for (std::uint16_t purpose = 0; purpose < policy.purposes.size(); ++purpose) {
            const auto decision = policy::decide(policy, asker, {{purpose}, now}, datum, customer);
            const auto verdict = judge(policy.purposes[purpose], datum.stated[purpose], decision);
            if (verdict == Verdict::not_asked) continue;
            ++asked.cases;
            if (verdict == Verdict::wrong) ++asked.wrong;
        }
    }
    return asked;
}

Verdict refused(const policy::Decision& decision) {
    return decision.answer == Answer::refused ? Verdict::right : Verdict::wrong;
}

}  // namespace

Asked ask_unstated_purposes(const policy::Policy& policy, Time now) {
    const policy::Asker system{policy::Asker::Kind::system, all_purposes(), false, false};
    return ask_all(policy, now, system, {},
                   [](const auto& purpose, bool stated, const auto& decision) {
                       if (stated || purpose.basis == policy::Basis::permission)
                           return Verdict::not_asked;
                       return refused(decision);
                   });
}

Asked ask_new_uses(const policy::Policy& policy, Time now) {
    // The customer may be written to, but was told of nothing: a new use must wait for its notice.
    policy::CustomerFacts reachable;
    for (std::size_t i = 0; i < policy.purposes.size(); ++i) {
        if (policy.purposes[i].contact == policy::Contact::yes) reachable.permitted.set(i);
    }
    const policy::Asker system{policy::Asker::Kind::system, all_purposes(), false, false};
    Asked asked;
    for (std::uint16_t channel = 0; channel < policy.channels.size(); ++channel) {
        auto datum = datum_of(policy, channel, now);
        datum.stated.reset();
        for (std::uint16_t purpose = 0; purpose < policy.purposes.size(); ++purpose) {
            if (policy.purposes[purpose].basis == policy::Basis::permission) continue;
            const auto decision =
                policy::decide(policy, system, {{purpose}, now}, datum, reachable);
            ++asked.cases;
            if (decision.answer != Answer::refused) ++asked.wrong;
        }
    }
    return asked;
}

Asked ask_without_permission(const policy::Policy& policy, Time now) {
    const policy::Asker system{policy::Asker::Kind::system, all_purposes(), false, false};
    return ask_all(policy, now, system, {}, [](const auto& purpose, bool, const auto& decision) {
        if (purpose.basis != policy::Basis::permission) return Verdict::not_asked;
        return refused(decision);
    });
}

Asked ask_unacknowledged(const policy::Policy& policy, Time now) {
    const policy::Asker employee{policy::Asker::Kind::employee, all_purposes(), false, false};
    policy::CustomerFacts willing;
    willing.permitted = all_purposes();
    return ask_all(policy, now, employee, willing, [](const auto&, bool, const auto& decision) {
        return decision.because == Because::staff_not_acknowledged ? Verdict::right
                                                                   : Verdict::wrong;
    });
}

}  // namespace avow::services
