// SPDX-License-Identifier: Apache-2.0
// `avow restore`: all is made ready in a folder beside, the ledger and the store are fitted to each
// other there, then moved; the store comes last, because a data directory without one is served by
// nobody. Opening the house then carries out the erasure journal.
#include <array>
#include <cstdio>
#include <set>

#include <boost/json.hpp>

#include "app/backup.hh"
#include "base/fault.hh"
#include "ledger/carry.hh"
#include "sql/sqlite.hh"
#include "vault/archive.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

// In the order they are moved.
constexpr std::array kParts{"keys", "keyring.avow", "ledger", "store.db"};

// Only names that a backup of ours has: an archive must not write elsewhere.
bool is_expected(std::string_view name) {
    if (name.find("..") != std::string_view::npos || name.find("//") != std::string_view::npos) {
        return false;
    }
    return name == "store.db" || name == "keyring.avow" || name.starts_with("ledger/") ||
           name.starts_with("keys/");
}

Status extract(const fs::path& archive, const crypto::Key& key, const fs::path& folder) {
    std::optional<OpenFile> file;
    std::uint64_t position = 0;
    std::set<fs::path> folders;
    const vault::ArchiveSink sink{
        [&](std::string_view name, std::uint64_t) -> Status {
            if (!is_expected(name)) {
                return Error(Code::corrupt, archive.string() + " holds a file that is not ours");
            }
            const auto path = folder / name;
            std::error_code ignored;
            fs::create_directories(path.parent_path(), ignored);
            folders.insert(path.parent_path());
            TRY(auto opened, OpenFile::create(path, OpenFile::IfAbsent::create));
            file.emplace(std::move(opened));
            position = 0;
            return {};
        },
        [&](ByteView content) -> Status {
            TRY_OK(file->write_at(position, content));
            position += content.size();
            return {};
        },
        [&]() -> Status { return file->sync(); }};
    TRY_OK(vault::read_archive(archive, key, sink));
    for (const auto& one : folders) TRY_OK(sync_folder(one));
    return {};
}

Status refuse_what_is_there(const fs::path& data) {
    if (fs::exists(data / kRestoring)) return {};  // ours, cut short
    for (const auto* part : kParts) {
        if (!fs::exists(data / part)) continue;
        return Error(Code::conflict, (data / part).string() +
                                         " is there: restore into a directory without a store, so "
                                         "that nothing is overwritten");
    }
    return {};
}

Status bring_journal(const RestoreOptions& options) {
    const auto place = options.data / "erasures" / "journal";
    if (!options.journal.empty()) {
        TRY(const auto journal, read_file(options.journal));
        std::error_code ignored;
        fs::create_directories(place.parent_path(), ignored);
        return write_file_durably(place, as_bytes(journal), 0600);
    }
    if (fs::exists(place) || options.journal_lost) return {};
    return Error(Code::invalid,
                 "the erasure journal is missing: people who were erased since this backup would "
                 "come back. Name it with --journal; if it is lost for good, say --journal-lost, "
                 "and the ledger will say so, too");
}

// The ledger that survived stands instead of the backup's.
Status bring_ledger(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::remove_all(to, error);
    for (const auto& item : fs::recursive_directory_iterator(from, error)) {
        const auto place = to / fs::relative(item.path(), from);
        std::error_code made;
        fs::create_directories(item.is_directory() ? place : place.parent_path(), made);
        if (item.is_directory()) continue;
        TRY(const auto content, read_file(item.path()));
        TRY_OK(write_file_durably(place, as_bytes(content)));
    }
    if (!error) return {};
    return Error(Code::invalid,
                 "the ledger " + from.string() + " cannot be read: " + error.message());
}

// The store's copy against the ledger's, before anything serves either.
Status fit(const fs::path& ready, const crypto::Key& master, const Clock& clock, Random& random) {
    TRY(const auto keys,
        vault::HouseKeys::create(ready / "keys", master.clone(), clock.now(), random));
    TRY(const auto store, sql::open_sqlite(ready / "store.db", {}));
    TRY(auto origin, read_file(ready / "ledger" / "origin", 1024));
    TRY_OK(ledger::adopt_tree(*store, {ready / "ledger", std::move(origin), ""},
                              crypto::SigningKey(keys->ledger_seed().clone()), random));
    return store->scrub();
}

Status move_parts(const fs::path& ready, const fs::path& data) {
    for (const auto* part : kParts) {
        std::error_code error;
        if (!fs::exists(ready / part)) continue;  // moved before a crash
        fs::remove_all(data / part, error);
        fs::rename(ready / part, data / part, error);
        if (error)
            return Error(Code::unavailable,
                         "cannot move " + (ready / part).string() + ": " + error.message());
        TRY_OK(sync_folder(data));
        fault_point("restore.part_moved");
    }
    return {};
}

Status prepare(const RestoreOptions& options, const crypto::Key& master, const fs::path& ready,
               const Clock& clock, Random& random) {
    std::error_code error;
    fs::remove_all(ready, error);
    fs::create_directories(ready, error);
    fs::permissions(ready, fs::perms::owner_all, error);
    TRY_OK(sync_folder(options.data));
    const auto key = vault::backup_key_of(master);
    TRY_OK(extract(options.store, key, ready));
    fault_point("restore.store_read");
    TRY_OK(extract(options.keyring, key, ready));
    fault_point("restore.keyring_read");
    if (!options.ledger.empty()) TRY_OK(bring_ledger(options.ledger, ready / "ledger"));
    for (const auto* part : kParts) {
        if (fs::exists(ready / part)) continue;
        return Error(Code::invalid, std::string("the archives hold no ") + part +
                                        ": name the store's with --from and the keyring's with "
                                        "--keyring");
    }
    return fit(ready, master, clock, random);
}

Status note(House& house, const RestoreOptions& options) {
    return house.gate->note_house_act(
        ledger::Kind::restored,
        {{"backup", options.store.filename().string()}, {"journal_lost", options.journal_lost}});
}

}  // namespace

Result<int> restore(const RestoreOptions& options, Output output) {
    TRY(const auto configuration, read_configuration(options.data, {}));
    SystemClock clock;
    SystemRandom random;
    std::error_code ignored;
    fs::create_directories(options.data, ignored);
    const auto ready = options.data / kRestoring;
    // Moved already, when a crash came after: only the entry is missing.
    if (!(fs::exists(ready) && fs::exists(options.data / "store.db"))) {
        TRY_OK(refuse_what_is_there(options.data));
        TRY(const auto lock, FileLock::create(options.data / "lock"));
        TRY(const auto master,
            vault::read_master_key(master_source(configuration), vault::IfAbsent::refuse, random));
        TRY_OK(bring_journal(options));
        TRY_OK(prepare(options, master, ready, clock, random));
        fault_point("restore.ready");
        TRY_OK(move_parts(ready, options.data));
    }
    TRY(const auto house, House::create(configuration, Opening::must_exist));
    fault_point("restore.opened");
    TRY_OK(note(*house, options));
    TRY_OK(house->ledger->flush());
    fs::remove_all(ready, ignored);
    TRY_OK(sync_folder(options.data));
    if (output == Output::json) {
        std::puts(bj::serialize(bj::object{{"restored", true}, {"erased_again", house->resumed}})
                      .c_str());
    } else {
        std::printf("restored; %llu erasures were carried out again\n",
                    static_cast<unsigned long long>(house->resumed));
    }
    return kDone;
}

}  // namespace avow::app
