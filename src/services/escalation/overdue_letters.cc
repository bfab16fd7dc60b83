// SPDX-License-Identifier: Apache-2.0
#include "services/escalation/overdue_letters.hh"

#include "services/statements.hh"

namespace avow::services {

Result<std::unique_ptr<OverdueLetters>> OverdueLetters::create(sql::Connection& store,
                                                               std::int64_t after_ms,
                                                               const Clock& clock) {
    TRY_OK(store.migrate("escalation", {statements::escalation_schema_1}));
    return std::unique_ptr<OverdueLetters>(new OverdueLetters(store, after_ms, clock));
}

Result<std::vector<OverdueLetter>> OverdueLetters::list() {
    std::vector<OverdueLetter> letters;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        letters.clear();
        return reader.query(
            statements::list_overdue_letters, {}, [&](const sql::Row& row) -> Status {
                const auto employee = EmployeeId::from_bytes(row.blob(0));
                if (!employee) return Error(Code::corrupt, "a choice of letters cannot be read");
                letters.push_back({*employee,
                                   row.integer(1) != 0,
                                   row.integer(2) != 0,
                                   {row.integer(3)},
                                   {row.integer(4)}});
                return {};
            });
    }));
    return letters;
}

Status OverdueLetters::keep(const EmployeeId& employee, bool requests, bool rights) {
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(
            statements::put_overdue_letter,
            {ByteView(employee.bytes()), std::int64_t{requests}, std::int64_t{rights}, until().ms});
    });
}

Status OverdueLetters::remove(const EmployeeId& employee) {
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::delete_overdue_letter, {ByteView(employee.bytes())});
    });
}

Result<std::vector<OverdueLetters::Due>> OverdueLetters::due(const Find& requests,
                                                             const Find& rights) {
    TRY(auto letters, list());
    const auto now = clock_.now();
    std::erase_if(letters, [&](const auto& one) {
        return (!one.requests && !one.rights) || now - one.told < kApartMs;
    });
    std::vector<Due> due;
    if (letters.empty()) return due;
    const auto until = this->until();
    TRY(const auto at_desk, requests(until));
    TRY(const auto by_law, rights(until));
    for (const auto& one : letters) {
        const Due told{one, until, one.requests ? at_desk : Overdue(),
                       one.rights ? by_law : Overdue()};
        if (told.is_news()) due.push_back(told);
    }
    return due;
}

Status OverdueLetters::tell(const Due& due, const std::function<Status(sql::Writer&)>& alongside) {
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows,
            unit.run(statements::note_overdue_letter,
                     {ByteView(due.letter.employee.bytes()), due.letter.told_until.ms, due.until.ms,
                      clock_.now().ms, std::int64_t{due.letter.requests},
                      std::int64_t{due.letter.rights}}));
        return rows == 0 ? Status() : alongside(unit);
    });
}

}  // namespace avow::services
