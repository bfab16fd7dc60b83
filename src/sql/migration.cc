// SPDX-License-Identifier: Apache-2.0
#include "sql/migration.hh"

#include <string>

namespace avow::sql {
namespace {

constexpr std::string_view kStoredVersion = "select version from migrations where room = $1";
constexpr std::string_view kStoreVersion =
    "insert into migrations (room, version) values ($1, $2) "
    "on conflict (room) do update set version = excluded.version";

}  // namespace

Status run_migrations(Writer& unit, std::string_view room,
                      std::initializer_list<std::string_view> scripts,
                      const std::function<Status(std::string_view)>& run_script) {
    std::int64_t stored = 0;
    TRY_OK(unit.query(kStoredVersion, {room}, [&](const Row& row) -> Status {
        stored = row.integer(0);
        return {};
    }));
    const auto known = static_cast<std::int64_t>(scripts.size());
    if (stored > known) {
        return Error(Code::conflict, "the store was written by a newer avow (" + std::string(room) +
                                         " schema " + std::to_string(stored) + ", this one knows " +
                                         std::to_string(known) + "): use that version");
    }
    if (stored == known) return {};
    for (auto version = stored; version < known; ++version)
        TRY_OK(run_script(scripts.begin()[version]));
    return unit.execute(kStoreVersion, {room, known});
}

}  // namespace avow::sql
