// SPDX-License-Identifier: Apache-2.0
#include "services/studies/studies.hh"

#include <algorithm>
#include <array>

#include "base/text.hh"
#include "services/bearer.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr std::array<std::pair<StudyKind, std::string_view>, 4> kKinds{
    {{StudyKind::goal, "goal"},
     {StudyKind::funnel, "funnel"},
     {StudyKind::segment, "segment"},
     {StudyKind::link, "link"}}};
constexpr char kBetweenTerms = '\n';

bool is_one_line(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

Status check(const NewStudy& wanted) {
    Error wrong(Code::invalid, "this cannot be kept");
    if (trimmed(wanted.name).empty() || wanted.name.size() > Studies::kNameMax ||
        first_invalid_utf8(wanted.name) || !is_one_line(wanted.name)) {
        wrong = std::move(wrong).at("/name", "must be one line of 1 to 100 bytes");
    }
    for (std::size_t i = 0; i < wanted.terms.size(); ++i) {
        const auto& term = wanted.terms[i];
        if (term.empty() || term.size() > Studies::kTermMax || first_invalid_utf8(term) ||
            !is_one_line(term)) {
            wrong = std::move(wrong).at("/terms/" + std::to_string(i),
                                        "must be one line of 1 to 2000 bytes");
        }
    }
    if (wrong.inputs().empty()) return {};
    return wrong;
}

Result<Study> read_study(const sql::Row& row) {
    const auto id = StudyId::from_bytes(row.blob(0));
    const auto kind = study_kind_from(row.text(2));
    if (!id || !kind) return Error(Code::corrupt, "a study's row is damaged");
    Study study{{std::string(row.text(1)),
                 *kind,
                 std::string(row.text(3)),
                 {},
                 std::string(row.text(5)),
                 static_cast<int>(row.integer(6)),
                 row.integer(7) != 0},
                *id,
                {row.integer(8)}};
    for (const auto term : split(row.text(4), kBetweenTerms)) {
        if (!term.empty()) study.terms.emplace_back(term);
    }
    return study;
}

}  // namespace

std::string_view name_of(StudyKind kind) {
    for (const auto& [one, name] : kKinds) {
        if (one == kind) return name;
    }
    return {};
}

std::optional<StudyKind> study_kind_from(std::string_view name) {
    for (const auto& [kind, one] : kKinds) {
        if (one == name) return kind;
    }
    return std::nullopt;
}

Result<std::unique_ptr<Studies>> Studies::create(sql::Connection& store, const Clock& clock,
                                                 Random& random) {
    TRY_OK(store.migrate("studies", {statements::studies_schema_1, statements::studies_schema_2}));
    return std::unique_ptr<Studies>(new Studies(store, clock, random));
}

Result<std::vector<Study>> Studies::list(std::string_view site) {
    std::vector<Study> studies;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        studies.clear();
        return reader.query(statements::list_studies, {site}, [&](const sql::Row& row) -> Status {
            TRY(auto study, read_study(row));
            studies.push_back(std::move(study));
            return {};
        });
    }));
    return studies;
}

Result<Studies::Kept> Studies::keep(NewStudy wanted) {
    wanted.name = trimmed(wanted.name);
    TRY_OK(check(wanted));
    TRY(const auto known, list(wanted.site));
    if (known.size() >= kMax)
        return Error(Code::conflict, "this site keeps too many of these: remove some first");
    for (const auto& one : known) {
        if (one.kind == wanted.kind && one.name == wanted.name)
            return Error(Code::conflict, "there is one of that name: choose another");
    }
    const auto now = clock_.now();
    Kept kept{{std::move(wanted), StudyId::make(now, random_), now}, {}};
    const auto& study = kept.study;
    const auto bearer = make_bearer("", random_);
    const auto noise_key = random_.take<16>();
    const bool link = study.kind == StudyKind::link;
    if (link) kept.secret = bearer.text;
    const auto terms = join(study.terms, std::string(1, kBetweenTerms));
    TRY_OK(store_.write([&](sql::Writer& unit) {
        return unit.execute(
            statements::insert_study,
            {ByteView(study.id.bytes()), std::string_view(study.site), name_of(study.kind),
             std::string_view(study.name), std::string_view(terms), std::string_view(study.report),
             std::int64_t{study.days}, std::int64_t{study.noise}, now.ms,
             link ? ByteView(bearer.hash) : ByteView(study.id.bytes()), ByteView(noise_key)});
    }));
    return kept;
}

Status Studies::remove(const StudyId& id) {
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows, unit.run(statements::delete_study, {ByteView(id.bytes())}));
        if (rows == 0) return Error(Code::not_found, "there is no such thing kept");
        return {};
    });
}

Result<Studies::Shared> Studies::find_shared(std::string_view secret) {
    const auto hash = hash_of_bearer(secret);
    std::optional<Shared> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        found.reset();
        return reader.query(statements::find_shared_study, {ByteView(hash)},
                            [&](const sql::Row& row) -> Status {
                                TRY(auto study, read_study(row));
                                if (row.blob(9).size() != 16)
                                    return Error(Code::corrupt, "a study's row is damaged");
                                found.emplace(std::move(study), ByteArray<16>{});
                                std::ranges::copy(row.blob(9), found->noise_key.begin());
                                return {};
                            });
    }));
    if (!found) return Error(Code::not_found, "this link shows nothing any more");
    return *std::move(found);
}

}  // namespace avow::services
