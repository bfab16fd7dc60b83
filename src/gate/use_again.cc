// SPDX-License-Identifier: Apache-2.0
// A use that is asked for again by its key: the first answer, and no new entry. Its values are
// opened anew, so the decision of now must still allow each.
#include <algorithm>

#include <boost/json.hpp>

#include "gate/answered.hh"
#include "gate/prepared.hh"
#include "gate/use_choice.hh"

namespace avow::gate {
namespace {

namespace bj = boost::json;

std::optional<policy::SentenceIndex> find_sentence(const policy::Policy& policy,
                                                   std::string_view id) {
    for (std::size_t i = 0; i < policy.sentences.size(); ++i) {
        if (policy.sentences[i].id == id)
            return policy::SentenceIndex{static_cast<std::uint16_t>(i)};
    }
    return std::nullopt;
}

UsedField field_of(const bj::object& told, const policy::Policy& policy) {
    UsedField field{std::string(told.at("field").as_string()), {}, std::nullopt};
    field.decision.because = *policy::because_from(std::string(told.at("because").as_string()));
    if (told.contains("datum")) field.decision.answer = policy::Answer::allowed;
    if (const auto* id = told.if_contains("sentence"))
        field.decision.sentence = find_sentence(policy, std::string(id->as_string()));
    return field;
}

const vault::Datum* find_datum(const CustomerFile& file, std::string_view id) {
    const auto found = std::find_if(file.data.begin(), file.data.end(),
                                    [&](const auto& datum) { return datum.id.text() == id; });
    return found == file.data.end() ? nullptr : &*found;
}

}  // namespace

bj::object Gate::outcome_of(const PreparedUse& prepared) {
    auto outcome = outcome_of(*prepared.act, prepared.used.policy->version);
    auto& fields = outcome["fields"].emplace_array();
    for (std::size_t i = 0; i < prepared.used.fields.size(); ++i) {
        const auto& field = prepared.used.fields[i];
        bj::object told{{"field", field.field},
                        {"because", std::string(policy::name_of(field.decision.because))}};
        if (field.decision.sentence)
            told["sentence"] = (*prepared.used.policy)[*field.decision.sentence].id;
        if (prepared.chosen[i] != nullptr) told["datum"] = prepared.chosen[i]->id.text();
        fields.push_back(std::move(told));
    }
    return outcome;
}

Result<Gate::PreparedUse> Gate::prepare_again(sql::Reader& reader, const UseRequest& request,
                                              const Actor& actor, const policy::Policy& in_force,
                                              const Answered& answered) {
    TRY(auto file, file_of(reader, answered.customer));
    const auto decided_by = policies_.find(std::string(answered.outcome.at("policy").as_string()));
    const auto entry = EntryId::parse(std::string(answered.outcome.at("entry").as_string()));
    if (decided_by == nullptr || !entry) return Error(Code::corrupt, "a kept answer is damaged");
    const Asking asking{in_force, asker_of(actor, in_force), in_force.find_purpose(request.purpose),
                        clock_.now()};
    const auto facts = file->facts(in_force);
    Used first{answered.customer, *entry, answered.at, decided_by, {}};
    PreparedUse again{file, std::nullopt, std::move(first), {}, {}};
    for (const auto& told : answered.outcome.at("fields").as_array()) {
        auto field = field_of(told.as_object(), *decided_by);
        const vault::Datum* datum = nullptr;
        if (field.decision.answer == policy::Answer::allowed) {
            datum = find_datum(*file, std::string(told.at("datum").as_string()));
            if (datum == nullptr || !may_open(asking, *file, facts, *datum)) {
                return Error(Code::conflict,
                             "what the first answer opened may not be opened any more: ask anew, "
                             "with a new Idempotency-Key");
            }
        }
        again.used.fields.push_back(std::move(field));
        again.chosen.push_back(datum);
    }
    return again;
}

}  // namespace avow::gate
