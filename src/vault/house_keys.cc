// SPDX-License-Identifier: Apache-2.0
#include "vault/house_keys.hh"

#include <algorithm>
#include <optional>

#include "base/bytes.hh"
#include "base/file.hh"
#include "base/open_file.hh"
#include "crypto/hash.hh"
#include "crypto/seal.hh"

namespace avow::vault {
namespace {

namespace fs = std::filesystem;
using crypto::Key;

// A key of the house: random at first, sealed by the master key in a file of its own.
Result<Key> open_or_make(const fs::path& folder, const std::string& name, const Key& master,
                         Random& random) {
    const fs::path file = folder / (name + ".key");
    const auto associated =
        crypto::length_prefixed({as_bytes("avow/house-key/v1"), as_bytes(name)});
    if (!fs::exists(file)) {
        auto key = Key::random(random);
        TRY_OK(write_file_durably(file, crypto::seal(master, 0, key.bytes(), associated, random),
                                  0600));
        return key;
    }
    TRY(const auto blob, read_file(file));
    auto opened = crypto::open(master, as_bytes(blob), associated);
    if (!opened || opened->size() != Key::kSize) {
        return Error(Code::denied,
                     "the master key does not open " + file.string() +
                         ": it belongs to another data directory, or the file was "
                         "changed. Put the right master key in place; nothing was altered");
    }
    auto key = Key::from(std::span<const std::uint8_t, Key::kSize>(*opened));
    wipe(opened->data(), opened->size());
    return key;
}

// The first epoch of a month, as YYYYMM01. Early data directories wrote YYYYMM: those are older.
std::uint32_t first_epoch_of(Time now) {
    const auto date = date_of(now);
    return static_cast<std::uint32_t>(std::stoul(date.substr(0, 4) + date.substr(5, 2))) * 100 + 1;
}

std::optional<std::uint32_t> epoch_of_file(const fs::path& file) {
    const auto stem = file.stem().string();
    if (file.extension() != ".key" || !stem.starts_with("epoch-")) return std::nullopt;
    const auto digits = stem.substr(6);
    const bool numeric =
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!numeric || (digits.size() != 6 && digits.size() != 8)) return std::nullopt;
    return static_cast<std::uint32_t>(std::stoul(digits));
}

std::string name_of_epoch(std::uint32_t epoch) {
    return "epoch-" + std::to_string(epoch);
}

}  // namespace

Key backup_key_of(const Key& master) {
    return crypto::derive(master, "avow/backup/v1");
}

HouseKeys::HouseKeys(fs::path folder, Key master, Key index, Key ledger, Key backup, Random& random)
    : folder_(std::move(folder)),
      master_(std::move(master)),
      index_(std::move(index)),
      ledger_(std::move(ledger)),
      backup_(std::move(backup)),
      random_(random) {}

Result<std::unique_ptr<HouseKeys>> HouseKeys::create(const fs::path& folder, Key master, Time now,
                                                     Random& random) {
    std::error_code ignored;
    fs::create_directories(folder, ignored);
    fs::permissions(folder, fs::perms::owner_all, ignored);
    TRY(auto index, open_or_make(folder, "index", master, random));
    TRY(auto ledger, open_or_make(folder, "ledger", master, random));
    auto backup = backup_key_of(master);
    std::unique_ptr<HouseKeys> keys(new HouseKeys(folder, std::move(master), std::move(index),
                                                  std::move(ledger), std::move(backup), random));
    TRY_OK(keys->open_epochs());
    // A clock that went back makes no older epoch: the newest one goes on.
    const auto month = first_epoch_of(now);
    if (keys->epochs_.empty() || keys->epochs_.rbegin()->first < month) {
        TRY_OK(keys->add_epoch(month));
    }
    return keys;
}

Status HouseKeys::open_epochs() {
    std::error_code ignored;
    std::vector<fs::path> files;
    for (const auto& file : fs::directory_iterator(folder_, ignored)) files.push_back(file.path());
    for (const auto& file : files) {
        const auto epoch = epoch_of_file(file);
        if (!epoch) continue;
        TRY(const auto blob, read_file(file));
        const bool overwritten = blob.find_first_not_of('\0') == std::string::npos;
        // A crash came between overwriting and removing: the epoch had ended.
        TRY_OK(overwritten ? destroy_file(file) : add_epoch(*epoch));
    }
    return {};
}

Status HouseKeys::add_epoch(std::uint32_t epoch) {
    TRY(auto key, open_or_make(folder_, name_of_epoch(epoch), master_, random_));
    const std::lock_guard lock(mutex_);
    epochs_.insert_or_assign(epoch, std::make_shared<const Key>(std::move(key)));
    return {};
}

std::uint32_t HouseKeys::current_epoch() const {
    const std::lock_guard lock(mutex_);
    return epochs_.rbegin()->first;
}

bool HouseKeys::month_is_over(Time now) const {
    return current_epoch() < first_epoch_of(now);
}

std::vector<std::uint32_t> HouseKeys::epochs() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::uint32_t> all;
    for (const auto& [epoch, key] : epochs_) all.push_back(epoch);
    return all;
}

KeyPtr HouseKeys::find_epoch(std::uint32_t epoch) const {
    const std::lock_guard lock(mutex_);
    const auto found = epochs_.find(epoch);
    return found == epochs_.end() ? nullptr : found->second;
}

Result<std::uint32_t> HouseKeys::begin_epoch(Time now) {
    const auto current = current_epoch();
    const auto next = std::max(first_epoch_of(now), current + 1);
    if (next % 100 == 0) {
        return Error(Code::unavailable, "99 epochs began this month: rotate again next month");
    }
    TRY_OK(add_epoch(next));
    return next;
}

Status HouseKeys::destroy_epoch(std::uint32_t epoch) {
    {
        const std::lock_guard lock(mutex_);
        if (epochs_.size() < 2 || epoch == epochs_.rbegin()->first) {
            return Error(Code::invalid, "the epoch in use cannot be destroyed");
        }
        epochs_.erase(epoch);
    }
    return destroy_file(folder_ / (name_of_epoch(epoch) + ".key"));
}

}  // namespace avow::vault
