// SPDX-License-Identifier: Apache-2.0
// What the SQLite driver does to a whole file, each through a handle of its own: readers and the
// writer go on meanwhile.
#pragma once

#include <filesystem>

#include "base/result.hh"

namespace avow::sql {

// Moves the write-ahead log into the file and cuts it to nothing, so that no deleted row is left
// in it. `unavailable` when a reader does not let go within five seconds: try again.
Status empty_log(const std::filesystem::path& file);

// SQLite's online backup, of one snapshot, synced. `conflict` when `to` is there.
Status copy_database(const std::filesystem::path& file, const std::filesystem::path& to);

}  // namespace avow::sql
