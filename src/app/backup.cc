// SPDX-License-Identifier: Apache-2.0
#include "app/backup.hh"

#include <cstdio>

#include <boost/json.hpp>
#include <unistd.h>

#include "app/admin.hh"
#include "base/fault.hh"
#include "base/json.hh"
#include "base/log.hh"
#include "ledger/carry.hh"
#include "vault/archive.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

// 20261124T022914Z
std::string stamp_of(Time time) {
    std::string stamp;
    for (const char c : rfc3339(time).substr(0, 19)) {
        if (c != '-' && c != ':') stamp += c;
    }
    return stamp + "Z";
}

// A copy of the store that goes whatever happens: it is sealed row by row, but not as a whole.
class Copy {
  public:
    explicit Copy(fs::path file) : file_(std::move(file)) { remove(); }
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;
    ~Copy() { remove(); }
    const fs::path& file() const { return file_; }

  private:
    void remove() {
        std::error_code ignored;
        fs::remove(file_, ignored);
    }
    fs::path file_;
};

Status write_store(House& house, const fs::path& file) {
    const Copy copy(house.data / "backup.tmp");
    TRY_OK(house.store->copy_to(copy.file()));
    fault_point("backup.store_copied");
    TRY(auto archive, vault::ArchiveWriter::create(file, house.keys->backup_key(), house.random));
    TRY_OK(archive.add_file("store.db", copy.file()));
    TRY_OK(archive.add_file("ledger/origin", house.data / "ledger" / "origin"));
    // After the store: the tree knows all that the store's copy knows.
    TRY_OK(
        ledger::copy_published(*house.ledger, [&](std::string_view path, std::string_view content) {
            return archive.add_bytes("ledger/" + std::string(path), as_bytes(content));
        }));
    return archive.finish();
}

// After the store's copy: whose rows it holds, their keys are here, but for those erased meanwhile.
Status write_keyring(House& house, const fs::path& file) {
    const auto still = house.keyring->hold_still();
    TRY(auto archive, vault::ArchiveWriter::create(file, house.keys->backup_key(), house.random));
    TRY_OK(archive.add("keyring.avow", house.keyring->file_size(),
                       [&](std::uint64_t position, std::span<std::uint8_t> out) {
                           return house.keyring->read_file_at(position, out);
                       }));
    std::error_code error;
    for (const auto& item : fs::directory_iterator(house.data / "keys", error)) {
        if (item.path().extension() != ".key") continue;
        TRY_OK(archive.add_file("keys/" + item.path().filename().string(), item.path()));
    }
    if (error) return Error(Code::unavailable, "the keys cannot be read: " + error.message());
    return archive.finish();
}

Status read_back(const fs::path& file, const crypto::Key& key) {
    const vault::ArchiveSink nothing{
        [](std::string_view, std::uint64_t) { return Status(); },
        [](ByteView) { return Status(); },
        [] { return Status(); },
    };
    auto read = vault::read_archive(file, key, nothing);
    if (read) return {};
    std::error_code ignored;
    fs::remove(file, ignored);
    return Error(Code::corrupt,
                 "the backup did not read back and was removed: the disk it went to "
                 "is not to be trusted")
        .caused_by(read.error().describe());
}

// What a crash left, and what is older than any backup may be.
Result<std::uint64_t> prune(const fs::path& folder, Time now) {
    const auto oldest = stamp_of(now + -gate::kKeyringBackupsMs);
    std::uint64_t pruned = 0;
    std::error_code error;
    std::vector<fs::path> files;
    for (const auto& item : fs::directory_iterator(folder, error)) files.push_back(item.path());
    for (const auto& file : files) {
        const auto name = file.filename().string();
        const bool ours = name.starts_with("store-") || name.starts_with("keyring-");
        if (!ours) continue;
        const auto stamp = name.substr(name.find('-') + 1, oldest.size());
        const bool old = name.ends_with(".avow") && stamp < oldest;
        if (!old && !name.ends_with(".avow.tmp")) continue;
        fs::remove(file, error);
        if (error) {
            return Error(Code::unavailable,
                         "an old backup cannot be removed: " + file.string() +
                             ". Remove it by hand: people who were erased are still in it");
        }
        pruned += old ? 1 : 0;
    }
    TRY_OK(sync_folder(folder));
    return pruned;
}

Status make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (!error) return {};
    return Error(Code::invalid, "cannot make " + folder.string() + ": " + error.message());
}

}  // namespace

Result<BackedUp> back_up(House& house, const fs::path& to, const fs::path& keyring_to) {
    const auto now = house.clock.now();
    TRY_OK(make_folder(to));
    TRY_OK(make_folder(keyring_to));
    BackedUp done{to / ("store-" + stamp_of(now) + ".avow"),
                  keyring_to / ("keyring-" + stamp_of(now) + ".avow"), 0, 0};
    if (fs::exists(done.store)) {
        return Error(Code::conflict, "a backup was made this very second: try again");
    }
    TRY(done.pruned, prune(to, now));
    if (keyring_to != to) {
        TRY(const auto more, prune(keyring_to, now));
        done.pruned += more;
    }
    TRY_OK(write_store(house, done.store));
    TRY_OK(read_back(done.store, house.keys->backup_key()));
    fault_point("backup.store_done");
    TRY_OK(write_keyring(house, done.keyring));
    TRY_OK(read_back(done.keyring, house.keys->backup_key()));
    fault_point("backup.keyring_done");
    const auto salt = house.data / "master.salt";
    if (fs::exists(salt)) {
        // No secret, and without it the passphrase is worth nothing.
        TRY(const auto text, read_file(salt));
        TRY_OK(write_file_durably(keyring_to / "master.salt", as_bytes(text), 0600));
    }
    done.bytes = fs::file_size(done.store) + fs::file_size(done.keyring);
    log::info("backed_up", {{"bytes", done.bytes}, {"pruned", done.pruned}});
    return done;
}

Result<int> backup(const fs::path& data, const fs::path& to, const fs::path& keyring_to,
                   Output output) {
    // The server has a working directory of its own.
    const auto body = bj::serialize(
        bj::object{{"to", fs::absolute(to).string()},
                   {"keyring_to", fs::absolute(keyring_to.empty() ? to : keyring_to).string()}});
    TRY(const auto answer, ask_admin(data, http::Method::post, "/backup", body));
    if (output == Output::json) {
        std::puts(answer.c_str());
        return kDone;
    }
    TRY(const auto told, json::parse(answer));
    std::printf("%s\n%s\n%lld bytes, read back; %lld older ones removed\n",
                told.at("store").as_string().c_str(), told.at("keyring").as_string().c_str(),
                told.at("bytes").to_number<long long>(), told.at("pruned").to_number<long long>());
    return kDone;
}

}  // namespace avow::app
