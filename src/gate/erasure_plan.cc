// SPDX-License-Identifier: Apache-2.0
// What an erasure would take, what would stay and on which ground. The same plan is shown before
// and carried out after.
#include <algorithm>
#include <map>

#include "gate/planned.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

constexpr std::string_view kLedgerGround =
    "the ledger only grows; it names nobody, and without the key nobody can tell whose its entries "
    "are";
constexpr std::string_view kActsGround = "it goes when all of the customer is erased";

bool is_asked(const Scope& scope, const FiledCollection& collection, const vault::Datum& datum) {
    switch (scope.kind) {
        case Scope::Kind::customer:
            return true;
        case Scope::Kind::channel:
            return collection.channel_name == scope.name;
        case Scope::Kind::collection:
            return collection.id.text() == scope.name;
        case Scope::Kind::datum:
            return datum.id.text() == scope.name;
        case Scope::Kind::field:
            return datum.field == scope.name;
    }
    return false;
}

void add_value(std::vector<PlanLine>& lines, const std::string& channel, const std::string& field,
               const KeptBy* kept) {
    const auto ground = kept != nullptr ? kept->ground : std::string();
    auto line = std::find_if(lines.begin(), lines.end(), [&](const PlanLine& known) {
        return known.what == "values" && known.channel == channel && known.ground == ground;
    });
    if (line == lines.end()) {
        lines.push_back({"values", channel, {}, 0, ground, {}, kept ? kept->until : std::nullopt});
        line = std::prev(lines.end());
    }
    if (std::find(line->fields.begin(), line->fields.end(), field) == line->fields.end()) {
        line->fields.push_back(field);
    }
    ++line->count;
}

void add_count(std::vector<PlanLine>& lines, std::string what, std::uint64_t count,
               std::string_view ground = {}) {
    if (count > 0) lines.push_back({std::move(what), "", {}, count, std::string(ground), {}, {}});
}

}  // namespace

std::string_view name_of(Scope::Kind kind) {
    switch (kind) {
        case Scope::Kind::customer:
            return "customer";
        case Scope::Kind::channel:
            return "channel";
        case Scope::Kind::collection:
            return "collection";
        case Scope::Kind::datum:
            return "datum";
        case Scope::Kind::field:
            return "field";
    }
    return "customer";
}

std::optional<KeptBy> kept_by(const CustomerFile& file, const FiledCollection& collection,
                              Time now) {
    for (const auto& hold : file.holds) {
        if (hold.collection && *hold.collection != collection.id) continue;
        return KeptBy{std::string(name_of(hold.kind)), std::nullopt, &hold};
    }
    // Art. 17(3)(b): a duty that was stated when the data was collected, for as long as was stated.
    const auto over = (*collection.policy)[collection.channel].retention.over_at(collection.at);
    for (std::size_t i = 0; i < collection.policy->purposes.size(); ++i) {
        if (!collection.stated[i]) continue;
        const bool duty = collection.policy->purposes[i].basis == policy::Basis::legal_obligation;
        if (duty && over && now < *over) return KeptBy{"legal_obligation", over, nullptr};
    }
    return std::nullopt;
}

Result<Gate::Planned> Gate::plan(sql::Reader& reader, const CustomerId& customer,
                                 const Scope& scope) {
    const auto now = clock_.now();
    TRY(auto file, file_of(reader, customer));
    Planned planned{file, {}, {customer, scope, false, {}, {}, now + kKeyringBackupsMs}};
    bool asked_any = false;
    for (const auto& datum : file->data) {
        const auto* collection = file->find_collection(datum.collection);
        if (collection == nullptr || !is_asked(scope, *collection, datum)) continue;
        asked_any = true;
        const auto kept = kept_by(*file, *collection, now);
        if (!kept) planned.data.push_back(&datum);
        add_value(kept ? planned.told.stays : planned.told.goes, collection->channel_name,
                  datum.field, kept ? &*kept : nullptr);
    }
    if (!asked_any && scope.kind != Scope::Kind::customer) {
        return Error(Code::not_found, "we hold nothing of this customer under that name");
    }
    // A hold on the whole customer stands even where nothing is held.
    const bool held = std::any_of(file->holds.begin(), file->holds.end(),
                                  [](const FiledHold& hold) { return !hold.collection; });
    planned.told.whole = scope.kind == Scope::Kind::customer && planned.told.stays.empty() && !held;
    TRY_OK(tell_reasons(*file, planned.told));
    TRY_OK(count_the_rest(reader, planned));
    return planned;
}

Status Gate::tell_reasons(const CustomerFile& file, ErasurePlan& told) {
    for (auto& line : told.stays) {
        for (const auto& hold : file.holds) {
            if (name_of(hold.kind) != line.ground) continue;
            TRY(auto opened, open_hold(*file.keys, hold));
            line.reason = std::move(opened.reason);
            break;
        }
    }
    return {};
}

Status Gate::count_the_rest(sql::Reader& reader, Planned& planned) {
    auto& told = planned.told;
    const auto& file = *planned.file;
    std::uint64_t acts = 0;
    TRY_OK(reader.query(statements::count_acts, {ByteView(told.customer.bytes())},
                        [&](const sql::Row& row) -> Status {
                            acts = static_cast<std::uint64_t>(row.integer(0));
                            return {};
                        }));
    if (told.scope.kind == Scope::Kind::customer) {
        for (const auto& companion : companions_) {
            TRY(const auto count, companion.count(reader, told.customer));
            add_count(told.whole ? told.goes : told.stays, companion.what,
                      static_cast<std::uint64_t>(count), told.whole ? "" : kActsGround);
        }
    }
    if (told.whole) {
        add_count(told.goes, "permissions", file.permissions.size());
        add_count(told.goes, "acts", acts);
        add_count(told.goes, "address", 1);
        add_count(told.goes, "key", 1);
    } else {
        add_count(told.stays, "permissions", file.permissions.size(), kActsGround);
        add_count(told.stays, "acts", acts, kActsGround);
    }
    add_count(told.stays, "ledger_entries", acts, kLedgerGround);
    return {};
}

Result<ErasurePlan> Gate::preview(const CustomerId& customer, const Scope& scope) {
    std::optional<ErasurePlan> told;
    TRY_OK(store_.read([&](sql::Reader& reader) -> Status {
        TRY(auto planned, plan(reader, customer, scope));
        told.emplace(std::move(planned.told));
        return {};
    }));
    return std::move(*told);
}

}  // namespace avow::gate
