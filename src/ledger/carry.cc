// SPDX-License-Identifier: Apache-2.0
#include "ledger/carry.hh"

#include <map>

#include "ledger/statements.hh"
#include "ledger/tree_files.hh"

namespace avow::ledger {
namespace {

constexpr std::int64_t kAll = std::int64_t{1} << 40;

struct Pending {
    EntryId id;
    Hash leaf;
};

Result<std::vector<Pending>> read_pending(sql::Reader& reader) {
    std::vector<Pending> pending;
    TRY_OK(reader.query(statements::read_pending, {kAll}, [&](const sql::Row& row) -> Status {
        const auto id = EntryId::from_bytes(row.blob(1));
        if (!id) return Error(Code::corrupt, "a pending entry has a damaged id");
        pending.push_back({*id, leaf_hash(as_bytes(row.text(2)))});
        return {};
    }));
    return pending;
}

Status adopt(sql::Writer& unit, const TreeFiles& files, Random& random) {
    std::uint64_t indexed = 0;
    TRY_OK(unit.query(statements::count_indexed, {}, [&](const sql::Row& row) -> Status {
        indexed = static_cast<std::uint64_t>(row.integer(0));
        return {};
    }));
    if (indexed > files.size()) {
        return Error(Code::corrupt,
                     "the ledger is older than the store: restore the one that was "
                     "backed up with it, or a newer one");
    }
    std::multimap<Hash, std::uint64_t> unknown;
    for (auto index = indexed; index < files.size(); ++index) {
        TRY(const auto leaf, files.leaf(index));
        unknown.emplace(leaf, index);
    }
    TRY(const auto pending, read_pending(unit));
    for (const auto& entry : pending) {
        const auto found = unknown.find(entry.leaf);
        if (found == unknown.end()) continue;
        TRY_OK(unit.execute(statements::insert_index, {ByteView(entry.id.bytes()),
                                                       static_cast<std::int64_t>(found->second)}));
        TRY_OK(unit.execute(statements::delete_pending_entry, {ByteView(entry.id.bytes())}));
        unknown.erase(found);
    }
    // The newest leaf holds the place where the next entry goes.
    for (const auto& [leaf, index] : unknown) {
        if (index + 1 != files.size()) continue;
        const auto nobody = EntryId::make({0}, random);
        return unit.execute(statements::insert_index,
                            {ByteView(nobody.bytes()), static_cast<std::int64_t>(index)});
    }
    return {};
}

}  // namespace

Status copy_published(const Ledger& ledger,
                      const std::function<Status(std::string_view, std::string_view)>& take) {
    const auto checkpoint = ledger.checkpoint();
    for (int level = kEntriesLevel; level <= kLevelMax; ++level) {
        for (std::uint64_t number = 0;; ++number) {
            const auto width = width_in(checkpoint.size, level, number);
            if (width == 0) break;
            const auto path = TileName{level, number, width}.path();
            TRY(const auto content, ledger.read_tile(path));
            TRY_OK(take(path, content));
        }
    }
    return take("checkpoint", checkpoint.note);
}

Status adopt_tree(sql::Connection& store, const Options& options, crypto::SigningKey key,
                  Random& random) {
    TRY_OK(store.migrate("ledger",
                         {statements::schema_1, statements::schema_2, statements::schema_3}));
    TRY(const auto files, TreeFiles::create(options.folder, options.origin, std::move(key)));
    return store.write([&](sql::Writer& unit) { return adopt(unit, *files, random); });
}

}  // namespace avow::ledger
