// SPDX-License-Identifier: Apache-2.0
// The decision against a plain model, written from the sentences of the 2010 policy and not from
// the code: names and sets of names, one sentence a paragraph. Random policies, customers and
// requests.
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "policy/compile.hh"
#include "policy/decide.hh"

namespace avow::policy {
namespace {

using Names = std::set<std::string>;

// A policy as a reader of the text knows it.
struct Told {
    std::map<std::string, std::string> basis;  // by purpose
    Names contacting;                          // purposes served by writing unasked
    std::map<std::string, Names> states;       // by channel: purposes stated when collecting
};

struct Person {
    Names yes;
    Names no;
    std::optional<int> noticed_days_ago;
};

bool may(const Person& person, const std::string& purpose) {
    return person.yes.contains(purpose) && !person.no.contains(purpose);
}

// "If you have not given us permission to communicate with you …"
bool may_be_written_to(const Told& now, const Person& person) {
    for (const auto& purpose : now.contacting) {
        if (may(person, purpose)) return true;
    }
    return false;
}

std::string model(const Told& then, const Told& now, const std::string& channel,
                  const Names& stated, const Person& person, const std::string& purpose) {
    // "… we use your personal information to keep you up to date …": only with a yes.
    if (now.basis.at(purpose) == "permission") {
        if (person.no.contains(purpose)) return "objected";
        return person.yes.contains(purpose) ? "permission_given" : "no_permission";
    }
    // "… collects and uses your personal information to give you superior customer service …":
    // what was stated at the time of collection, unless it asked for a yes then.
    const bool stated_then = stated.contains(purpose) && then.basis.contains(purpose) &&
                             then.basis.at(purpose) != "permission";
    if (stated_then) {
        const bool can_object = now.basis.at(purpose) == "legitimate-interest" ||
                                then.basis.at(purpose) == "legitimate-interest";
        return can_object && person.no.contains(purpose) ? "objected" : "stated_at_collection";
    }
    // "… differently from that stated at the time of collection …": a new use, if any text states
    // it.
    if (!now.states.contains(channel) || !now.states.at(channel).contains(purpose))
        return "not_stated";
    if (person.no.contains(purpose)) return "objected";
    // "… you will not be contacted, nor will we use your personal information in a new manner."
    if (!may_be_written_to(now, person)) return "no_permission";
    // "… we will try to contact you via email …", then the period passes.
    if (!person.noticed_days_ago) return "not_noticed";
    return *person.noticed_days_ago < 30 ? "notice_period" : "new_use_noticed";
}

constexpr int kPurposes = 5;
const Names kChannels{"email", "list", "portal"};

std::string purpose_name(int number) {
    return "p" + std::to_string(number);
}

class Dice {
  public:
    explicit Dice(unsigned seed) : engine_(seed) {}
    int below(int end) { return static_cast<int>(engine_() % static_cast<unsigned>(end)); }
    bool one_in(int count) { return below(count) == 0; }
    Names some_purposes(int one_of) {
        Names names;
        for (int i = 0; i < kPurposes; ++i) {
            if (one_in(one_of)) names.insert(purpose_name(i));
        }
        return names;
    }

  private:
    std::mt19937 engine_;
};

struct Made {
    Told told;
    PolicyPtr policy;
};

std::string list_of(const Names& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
    return "[" + text + "]";
}

Made make_policy(Dice& dice) {
    const std::vector<std::string> bases{"contract", "legal-obligation", "legitimate-interest",
                                         "permission"};
    Told told;
    for (int i = 0; i < kPurposes; ++i) {
        told.basis[purpose_name(i)] = bases[static_cast<std::size_t>(dice.below(4))];
        if (dice.one_in(3)) told.contacting.insert(purpose_name(i));
    }
    for (const auto& channel : kChannels) {
        told.states[channel] = dice.some_purposes(2);
        told.states[channel].insert("p0");
    }
    for (int i = 0; i < kPurposes; ++i) told.states["portal"].insert(purpose_name(i));
    if (dice.one_in(2)) told.states["portal"] = told.states["email"];
    std::string toml =
        "schema = 1\n[policy]\ntitle = \"P\"\norganization = \"O\"\ncontact = \"a@b.example\"\n"
        "version = \"1\"\neffective = 2026-01-01\nlanguage = \"en\"\nnotice_period = \"30 days\"\n";
    Names stated;
    for (const auto& [channel, purposes] : told.states)
        stated.insert(purposes.begin(), purposes.end());
    for (const auto& [name, basis] : told.basis) {
        // A purpose that nothing states must ask: the compiler refuses it otherwise.
        if (!stated.contains(name)) told.basis[name] = "permission";
        toml += "[purposes." + name + "]\nlabel = \"" + name + "\"\nbasis = \"" + told.basis[name] +
                "\"\n";
        if (told.contacting.contains(name)) toml += "contact = true\n";
    }
    toml += "[fields.email]\nlabel = \"E\"\ncategory = \"contact\"\n";
    for (const auto& [channel, purposes] : told.states) {
        toml += "[channels." + channel +
                "]\nlabel = \"C\"\nfields = [\"email\"]\npurposes = " + list_of(purposes) +
                "\nretain = \"2 years\"\n";
    }
    toml += "[[promises]]\nsays = \"We keep it.\"\nkept_by = \"storage.encrypted\"\n";
    const auto compiled = compile({{"privacy.md", "We keep it.\n"}, {"promises.toml", toml}});
    for (const auto& finding : compiled.findings) ADD_FAILURE() << finding.text() << "\n" << toml;
    return {told, compiled.policy};
}

PurposeSet set_of(const Policy& policy, const Names& names) {
    PurposeSet set;
    for (const auto& name : names) {
        if (const auto purpose = policy.find_purpose(name)) set.set(purpose->value);
    }
    return set;
}

TEST(Decide, AgreesWithTheSentencesInAHundredThousandCases) {
    const auto seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Dice dice(seed);
    const Time now{1'800'000'000'000};
    std::map<std::string, int> seen;
    for (int round = 0; round < 1000; ++round) {
        const auto then = make_policy(dice);
        const auto in_force = dice.one_in(3) ? then : make_policy(dice);
        ASSERT_TRUE(then.policy && in_force.policy);
        for (int i = 0; i < 100; ++i) {
            const auto channel = *std::next(kChannels.begin(), dice.below(3));
            auto stated = then.told.states.at(channel);
            if (dice.one_in(4)) stated.erase(stated.begin());
            Person person{dice.some_purposes(3), dice.some_purposes(5), std::nullopt};
            if (dice.one_in(2)) person.noticed_days_ago = dice.below(60);
            const auto purpose = purpose_name(dice.below(kPurposes));

            DatumFacts datum;
            datum.collected_under = then.policy.get();
            datum.channel = *then.policy->find_channel(channel);
            datum.stated = set_of(*then.policy, stated);
            datum.collected = now + -kDayMs;
            CustomerFacts customer{
                set_of(*in_force.policy, person.yes), set_of(*in_force.policy, person.no), {}};
            if (person.noticed_days_ago)
                customer.noticed = now + -*person.noticed_days_ago * kDayMs;
            PurposeSet everything;
            everything.set();
            const auto decision =
                decide(*in_force.policy, {Asker::Kind::system, everything, false, false},
                       {*in_force.policy->find_purpose(purpose), now}, datum, customer);
            const auto expected = model(then.told, in_force.told, channel, stated, person, purpose);
            ASSERT_EQ(name_of(decision.because), expected)
                << "purpose " << purpose << " channel " << channel;
            const bool allowed = expected == "permission_given" ||
                                 expected == "stated_at_collection" ||
                                 expected == "new_use_noticed";
            ASSERT_EQ(decision.answer == Answer::allowed, allowed);
            ++seen[expected];
        }
    }
    for (const auto* because :
         {"stated_at_collection", "permission_given", "new_use_noticed", "not_stated",
          "no_permission", "objected", "not_noticed", "notice_period"}) {
        EXPECT_GT(seen[because], 50) << because << " was hardly tried";
    }
}

}  // namespace
}  // namespace avow::policy
