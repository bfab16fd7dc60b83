// SPDX-License-Identifier: Apache-2.0
#include "vault/house_keys.hh"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bytes.hh"
#include "base/file.hh"
#include "base/text.hh"
#include "crypto/seal.hh"

namespace avow::vault {
namespace {

namespace fs = std::filesystem;
using crypto::Key;

Result<Key> key_from_hex(std::string text, const std::string& where) {
    auto bytes = from_hex(trimmed(text));
    wipe(text.data(), text.size());
    if (!bytes || bytes->size() != Key::kSize) {
        return Error(Code::invalid,
                     where + " does not hold a master key: 64 hex digits are wanted");
    }
    auto key = Key::from(std::span<const std::uint8_t, Key::kSize>(*bytes));
    wipe(bytes->data(), bytes->size());
    return key;
}

Result<Key> from_command(const std::string& command) {
    const std::string where = "the command of keys.master_command";
    FILE* pipe = popen(command.c_str(), "re");
    if (pipe == nullptr) return Error(Code::unavailable, where + " cannot be started");
    char buffer[256];
    const std::size_t size = fread(buffer, 1, sizeof buffer, pipe);
    std::string text(buffer, size);
    wipe(buffer, sizeof buffer);
    if (pclose(pipe) != 0) {
        wipe(text.data(), text.size());
        return Error(Code::unavailable, where + " failed: run it by hand to see why");
    }
    return key_from_hex(std::move(text), where);
}

Status refuse_if_others_can_read(const fs::path& file) {
    struct stat info{};
    if (stat(file.c_str(), &info) != 0) {
        return Error(Code::internal, "cannot look at " + file.string() + ": " + strerror(errno));
    }
    if ((info.st_mode & 077) == 0) return {};
    return Error(Code::denied, "the master key " + file.string() +
                                   " can be read by other users: chmod 600 it, then start again");
}

Result<Key> make_master_file(const fs::path& file, Random& random) {
    auto key = Key::random(random);
    auto text = hex(key.bytes()) + "\n";
    auto written = write_file_durably(file, as_bytes(text), 0600);
    wipe(text.data(), text.size());
    if (!written) return written.error();
    return key;
}

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

std::string epoch_of(Time now) {
    auto month = date_of(now).substr(0, 7);
    month.erase(month.find('-'), 1);
    return month;
}

bool is_epoch_file(const fs::path& file) {
    const auto stem = file.stem().string();
    return file.extension() == ".key" && stem.starts_with("epoch-") && stem.size() == 12 &&
           std::all_of(stem.begin() + 6, stem.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<Key> read_master_key(const MasterSource& source, IfAbsent if_absent, Random& random) {
    if (!source.command.empty()) return from_command(source.command);
    if (!fs::exists(source.file)) {
        if (if_absent == IfAbsent::create) return make_master_file(source.file, random);
        return Error(Code::not_found, "the master key " + source.file.string() +
                                          " is missing: without it nothing in this data directory "
                                          "can be read. Restore it from where you keep it");
    }
    TRY_OK(refuse_if_others_can_read(source.file));
    TRY(auto text, read_file(source.file, 4096));
    return key_from_hex(std::move(text), source.file.string());
}

Result<HouseKeys> HouseKeys::create(const fs::path& folder, Key master, Time now, Random& random) {
    std::error_code ignored;
    fs::create_directories(folder, ignored);
    fs::permissions(folder, fs::perms::owner_all, ignored);
    TRY(auto index, open_or_make(folder, "index", master, random));
    TRY(auto ledger, open_or_make(folder, "ledger", master, random));
    HouseKeys keys(std::move(index), std::move(ledger));
    TRY(auto current, open_or_make(folder, "epoch-" + epoch_of(now), master, random));
    keys.epochs_.emplace(static_cast<std::uint32_t>(std::stoul(epoch_of(now))), std::move(current));
    for (const auto& file : fs::directory_iterator(folder, ignored)) {
        if (!is_epoch_file(file.path())) continue;
        const auto name = file.path().stem().string();
        TRY(auto epoch, open_or_make(folder, name, master, random));
        keys.epochs_.emplace(static_cast<std::uint32_t>(std::stoul(name.substr(6))),
                             std::move(epoch));
    }
    return keys;
}

const Key* HouseKeys::find_epoch(std::uint32_t epoch) const {
    const auto found = epochs_.find(epoch);
    return found == epochs_.end() ? nullptr : &found->second;
}

}  // namespace avow::vault
