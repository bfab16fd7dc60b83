// SPDX-License-Identifier: Apache-2.0
#include "ledger/spares.hh"

#include <string>
#include <utility>

namespace avow::ledger {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kKeptMax = 8;  // a batch leaves one of each level

}  // namespace

void Spares::begin(fs::path folder) {
    folder_ = std::move(folder);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    fs::create_directory(folder_, ignored);
}

void Spares::keep(Kept& kept, const fs::path& path) {
    std::error_code error;
    const auto spare = folder_ / std::to_string(named_++);
    if (kept.size() < kKeptMax) {
        fs::rename(path, spare, error);
        if (!error) return kept.push_back(spare);
    }
    // What fails to go costs only space: it is tried again when the tile is full.
    fs::remove_all(path, error);
}

void Spares::keep_file(const fs::path& path) {
    keep(files_, path);
}

void Spares::keep_folder(const fs::path& path) {
    std::error_code error;
    // A crash may have left tiles in it.
    if (fs::is_empty(path, error)) return keep(folders_, path);
    fs::remove_all(path, error);
}

bool Spares::give(Kept& kept, const fs::path& path) {
    if (kept.empty()) return false;
    std::error_code error;
    fs::rename(kept.back(), path, error);
    if (error) return false;
    kept.pop_back();
    return true;
}

bool Spares::give_file(const fs::path& path) {
    return give(files_, path);
}

bool Spares::give_folder(const fs::path& path) {
    std::error_code error;
    return !fs::exists(path, error) && give(folders_, path);
}

}  // namespace avow::ledger
