// SPDX-License-Identifier: Apache-2.0
// What is to be forgotten, written down before anything is destroyed. A file of its own that no
// backup holds: after a crash or a restore it says what must be carried out (again).
// It holds ids, field names and counts; no value and no address ever.
// Promises: a record is durable when append() returns; a record that a crash tore was never
// acknowledged and is dropped; a changed one, or one taken out of the middle, is `corrupt`. Not
// promised: that records cut off the end are missed. Thread-safe.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/id.hh"
#include "base/open_file.hh"
#include "base/time.hh"

namespace avow::vault {

struct ErasureRecord {
    EntryId entry;  // of the ledger: the record's name
    CustomerId customer;
    Time at;
    bool whole = false;         // the customer, with the key
    std::vector<DatumId> data;  // else these
    std::string fields;         // their names, separated by spaces
    ByteArray<32> salt{};       // what opens the ledger's entry: the proof
    std::string details;        // canonical JSON
    std::string line;           // the ledger's bytes: made while the key was there
};

class ErasureJournal {
  public:
    static Result<std::unique_ptr<ErasureJournal>> create(const std::filesystem::path& file);

    Status append(const ErasureRecord& record);
    // In the order they were written.
    Result<std::vector<ErasureRecord>> read() const;

  private:
    explicit ErasureJournal(OpenFile file) : file_(std::move(file)) {}
    Status find_end();

    OpenFile file_;
    mutable std::mutex mutex_;  // guards what follows
    std::uint64_t end_ = 0;
    std::string last_check_;
};

}  // namespace avow::vault
