// SPDX-License-Identifier: Apache-2.0
#include "services/studies/digests.hh"

#include <chrono>

#include "services/statements.hh"

namespace avow::services {

std::string_view name_of(Every every) {
    return every == Every::week ? "week" : "month";
}

std::optional<Every> every_from(std::string_view name) {
    if (name == "week") return Every::week;
    if (name == "month") return Every::month;
    return std::nullopt;
}

Span last_whole(Every every, std::int64_t day) {
    if (every == Every::week) {
        constexpr std::int64_t kFirstMonday = 4;  // 1970-01-05
        const auto monday = day - ((day - kFirstMonday) % 7 + 7) % 7;
        return {monday - 7, monday};
    }
    using namespace std::chrono;
    const year_month_day date{sys_days{days{day}}};
    const auto month = date.year() / date.month();
    const auto first = [](const year_month& of) {
        return static_cast<std::int64_t>(sys_days{of / 1}.time_since_epoch().count());
    };
    return {first(month - months{1}), first(month)};
}

Result<std::unique_ptr<Digests>> Digests::create(sql::Connection& store, const Clock& clock) {
    return std::unique_ptr<Digests>(new Digests(store, clock));
}

Result<std::vector<Digest>> Digests::list() {
    std::vector<Digest> digests;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        digests.clear();
        return reader.query(statements::list_digests, {}, [&](const sql::Row& row) -> Status {
            const auto employee = EmployeeId::from_bytes(row.blob(0));
            const auto every = every_from(row.text(2));
            if (!employee || !every) return Error(Code::corrupt, "a digest cannot be read");
            digests.push_back({*employee, std::string(row.text(1)), *every, row.integer(3)});
            return {};
        });
    }));
    return digests;
}

Status Digests::keep(const EmployeeId& employee, std::string_view site, Every every) {
    const auto told = last_whole(every, today()).to;
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::put_digest,
                            {ByteView(employee.bytes()), site, name_of(every), told});
    });
}

Status Digests::remove(const EmployeeId& employee, std::string_view site) {
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::delete_digest, {ByteView(employee.bytes()), site});
    });
}

Result<std::vector<Digests::Due>> Digests::due() {
    TRY(const auto all, list());
    std::vector<Due> due;
    for (const auto& digest : all) {
        const auto span = last_whole(digest.every, today());
        if (span.to > digest.told_day) due.push_back({digest, span});
    }
    return due;
}

Status Digests::tell(const Due& due, const std::function<Status(sql::Writer&)>& alongside) {
    const auto& digest = due.digest;
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows, unit.run(statements::note_digest, {ByteView(digest.employee.bytes()),
                                                                std::string_view(digest.site),
                                                                digest.told_day, due.span.to}));
        return rows == 0 ? Status() : alongside(unit);
    });
}

}  // namespace avow::services
