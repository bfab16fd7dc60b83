// SPDX-License-Identifier: Apache-2.0
#include "policy/policy.hh"

#include <algorithm>

namespace avow::policy {
namespace {

template <typename Which, typename Items>
std::optional<Which> find_named(const Items& items, std::string_view name) {
    const auto found = std::find_if(items.begin(), items.end(),
                                    [&](const auto& item) { return item.name == name; });
    if (found == items.end()) return std::nullopt;
    return Which{static_cast<std::uint16_t>(found - items.begin())};
}

FieldSet survey_fields(const Policy& policy) {
    FieldSet fields;
    for (std::size_t i = 0; i < policy.fields.size(); ++i) {
        if (policy.fields[i].category == "survey") fields.set(i);
    }
    return fields;
}

}  // namespace

std::string_view name_of(Basis basis) {
    switch (basis) {
        case Basis::contract:
            return "contract";
        case Basis::legal_obligation:
            return "legal-obligation";
        case Basis::legitimate_interest:
            return "legitimate-interest";
        case Basis::permission:
            return "permission";
    }
    return {};
}

std::string_view name_of(SentenceKind kind) {
    switch (kind) {
        case SentenceKind::promise:
            return "promise";
        case SentenceKind::attested:
            return "attested";
        case SentenceKind::statement:
            return "statement";
    }
    return {};
}

std::optional<PurposeIndex> Policy::find_purpose(std::string_view name) const {
    return find_named<PurposeIndex>(purposes, name);
}

std::optional<FieldIndex> Policy::find_field(std::string_view name) const {
    return find_named<FieldIndex>(fields, name);
}

std::optional<ChannelIndex> Policy::find_channel(std::string_view name) const {
    return find_named<ChannelIndex>(channels, name);
}

PurposeSet Policy::contact_purposes() const {
    if (indexed_) return contact_purposes_;
    PurposeSet all;
    for (std::size_t i = 0; i < purposes.size(); ++i) {
        if (purposes[i].contact == Contact::yes) all.set(i);
    }
    return all;
}

PurposeSet Policy::signalled_purposes() const {
    PurposeSet all;
    for (std::size_t i = 0; i < purposes.size(); ++i) {
        if (purposes[i].signal == Signal::objects) all.set(i);
    }
    return all;
}

PurposeSet Policy::purposes_of_role(std::string_view role) const {
    if (role == "marketer") return contact_purposes();
    PurposeSet researched;
    const auto survey = survey_fields(*this);
    for (const auto& channel : channels) {
        if ((channel.fields & survey).any()) researched |= channel.purposes;
    }
    if (role == "researcher") return researched;
    PurposeSet served;
    if (role != "agent") return served;
    for (std::size_t i = 0; i < purposes.size(); ++i) {
        const auto& purpose = purposes[i];
        const bool interest = purpose.basis == Basis::legitimate_interest && !researched[i];
        const bool service =
            purpose.basis == Basis::contract || purpose.basis == Basis::legal_obligation;
        if (purpose.contact == Contact::no && (service || interest)) served.set(i);
    }
    return served;
}

}  // namespace avow::policy
