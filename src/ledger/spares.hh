// SPDX-License-Identifier: Apache-2.0
// Files and folders of partial tiles that nobody needs any more, kept to become the next ones. A
// partial tile lives as long as one batch: making and removing its file, twenty times a second,
// cost more than what is written into it. They wait in a folder of their own; what cannot be kept
// is removed, and what an earlier run left goes at the start. For one thread.
#pragma once

#include <filesystem>
#include <vector>

namespace avow::ledger {

class Spares {
  public:
    void begin(std::filesystem::path folder);
    void keep_file(const std::filesystem::path& path);
    void keep_folder(const std::filesystem::path& path);
    // True when a spare one stands at `path` now, with whatever a file held before.
    bool give_file(const std::filesystem::path& path);
    bool give_folder(const std::filesystem::path& path);

  private:
    using Kept = std::vector<std::filesystem::path>;
    void keep(Kept& kept, const std::filesystem::path& path);
    static bool give(Kept& kept, const std::filesystem::path& path);

    std::filesystem::path folder_;
    Kept files_;
    Kept folders_;
    unsigned named_ = 0;
};

}  // namespace avow::ledger
