// SPDX-License-Identifier: Apache-2.0
// SQLite's write-ahead log, written in one call where SQLite makes two for every page: what follows
// one another in the file is gathered and handed on when SQLite syncs, writes elsewhere, or the
// room is full. Nothing is promised before the sync, so nothing is promised later than it was; this
// holds for `synchronous=full` alone, where every commit syncs.
#pragma once

namespace avow::sql {

// The name of the VFS to open databases by: the system's, but for the log. Null (the system's) when
// it cannot be had. Thread-safe.
const char* log_vfs();

}  // namespace avow::sql
