// SPDX-License-Identifier: Apache-2.0
// Everything held of a customer as one JSON object, made part by part: a page of collections or of
// acts at a time is in memory, however much there is.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "gate/gate.hh"

namespace avow::services {

// What another service keeps of a customer, for an export: "account", "requests".
struct ExportPart {
    std::string name;
    std::function<Result<boost::json::value>(const CustomerId&)> tell;
};

// Files that another service keeps of a customer, for an archive: each is begun by its name,
// relative and with /, and written.
struct FileSink {
    std::function<Status(std::string_view name)> begin;
    std::function<Status(std::string_view bytes)> write;
};
using TellFiles = std::function<Status(const CustomerId&, const FileSink&)>;

// What an export leaves out and on which ground, by names that the words explain.
struct LeftOut {
    std::string what;
    std::string ground;
};
const std::vector<LeftOut>& left_out();

class DataJson {
  public:
    DataJson(gate::Gate& gate, const CustomerId& customer, const std::vector<ExportPart>& parts,
             Time now)
        : gate_(gate), customer_(customer), parts_(parts), now_(now) {}

    // The next bytes; empty at the end. WALL: they are personal; the caller noted the reading.
    Result<std::string> next();
    // Collections and acts told so far.
    std::int64_t told() const { return told_; }

  private:
    enum class Phase { head, collections, facts, acts, done };
    Result<std::string> head();
    Result<std::string> collections();
    Result<std::string> facts();
    Result<std::string> acts();

    gate::Gate& gate_;
    const CustomerId customer_;
    const std::vector<ExportPart>& parts_;
    const Time now_;
    Phase phase_ = Phase::head;
    std::optional<CollectionId> after_;
    std::optional<EntryId> before_;
    bool first_ = true;  // of a list
    std::int64_t told_ = 0;
};

}  // namespace avow::services
