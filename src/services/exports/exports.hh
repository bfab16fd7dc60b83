// SPDX-License-Identifier: Apache-2.0
// Exports of everything, made in the background and fetched once. States:
//   waiting   asked for
//   making    by the node that claimed it, with progress
//   ready     to be fetched
//   fetching  being handed out; broken off, it is ready again
//   fetched   handed out whole: its bytes are gone
//   failed    ask again
// Promises: the archive is never in clear outside memory, and there a part at a time: each part is
// sealed under the customer's own key, so an erasure makes it unreadable and takes its rows. One is
// handed out once. After a day, fetched or not, it is gone. A crash while one is made makes it
// anew. WALL: who asks has been let to by the caller. Thread-safe; step() is called by one thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gate/gate.hh"
#include "ledger/ledger.hh"
#include "services/exports/data_json.hh"
#include "services/letters/wording.hh"
#include "sql/connection.hh"

namespace avow::services {

struct ExportTag {
    static constexpr std::string_view prefix = "exp";
};
using ExportId = Id<ExportTag>;

inline constexpr std::int64_t kExportKeptMs = kDayMs;
// LIMIT: of one made for a request under the policy, which an officer looks at first.
inline constexpr std::int64_t kExportForRightMs = 100 * kDayMs;
inline constexpr std::size_t kExportPart = 256 * 1024;         // LIMIT: bytes of a part in memory
inline constexpr std::int64_t kMakerSilentMs = 5 * kMinuteMs;  // then another node makes it anew

struct Export {
    CustomerId customer;
    ExportId id;
    std::string language;
    std::string state;
    Time created;
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::int64_t size = 0;  // bytes, once it is ready
    Time gone() const { return {created.ms + kExportKeptMs}; }
};

class Exports {
  public:
    static Result<std::unique_ptr<Exports>> create(sql::Connection& store, gate::Gate& gate,
                                                   ledger::Ledger& ledger, std::string node,
                                                   const Clock& clock, Random& random);

    // While the house is wired.
    void add_part(ExportPart part) { parts_.push_back(std::move(part)); }
    void tell_files(TellFiles files) { files_ = std::move(files); }
    const std::vector<ExportPart>& parts() const { return parts_; }
    void on_notify(std::function<void()> wake);

    // The one under way is answered again; one that is ready, fetched or failed gives way to a new
    // one. Somebody else's reading than the customer's own is an entry, durable first.
    Result<Export> start(const CustomerId& customer, const gate::Actor& actor,
                         std::string_view language);
    // The customer's own; nothing when there is none.
    Result<std::optional<Export>> find(const CustomerId& customer);

    // One that is to be made, not written yet.
    Result<Export> prepare(const CustomerId& customer, std::string_view language);
    // One for a request under the policy, beside the customer's own: begun, given its last day and
    // removed in the caller's unit. notify() once it is durable.
    Status write_for_right(sql::Writer& unit, const Export& prepared);
    static Status write_gone(sql::Writer& unit, const CustomerId& customer, const ExportId& id,
                             Time gone);
    static Status write_removed(sql::Writer& unit, const CustomerId& customer, const ExportId& id);
    Result<std::optional<Export>> find_for_right(const CustomerId& customer, const ExportId& id);
    void notify();

    // An archive being handed out. Destroyed before its end it is ready again.
    class Download {
      public:
        enum class Whole { is_gone, stays };  // what becomes of it when it was handed out whole
        Download(Exports& exports, Export of, Whole whole)
            : exports_(exports), of_(std::move(of)), whole_(whole) {}
        ~Download();
        Download(const Download&) = delete;
        Download& operator=(const Download&) = delete;
        std::int64_t size() const { return of_.size; }
        // The next bytes; with the last of them the archive is gone, or ready again.
        Result<Personal<std::string>> next();

      private:
        Exports& exports_;
        const Export of_;
        const Whole whole_;
        std::int64_t number_ = 0;
        std::int64_t left_ = of_.size;
    };
    // `not_found` when there is none, `conflict` while it is made, or when it was fetched.
    Result<std::shared_ptr<Download>> take(const CustomerId& customer, const ExportId& id);
    // Stays until its day: what was sent may not have arrived.
    Result<std::shared_ptr<Download>> take_for_right(const CustomerId& customer,
                                                     const ExportId& id);

    // Takes back what was broken off and makes one that waits; false when none does. `keep_on` is
    // asked between its pages.
    Result<bool> step(const Say& say, const std::function<bool()>& keep_on);
    // What is over.
    Status forget_old();

  private:
    struct Making;
    Exports(sql::Connection& store, gate::Gate& gate, ledger::Ledger& ledger, std::string node,
            const Clock& clock, Random& random)
        : store_(store),
          gate_(gate),
          ledger_(ledger),
          node_(std::move(node)),
          clock_(clock),
          random_(random) {}
    void go_with_the_customer();
    Result<std::optional<Export>> claim();
    Status make(const Export& wanted, const Say& say, const std::function<bool()>& keep_on,
                Making& making);
    Result<std::shared_ptr<Download>> take(Export found, Download::Whole whole);
    Status keep_part(Making& making, ByteView bytes);
    Status end(const Making& making, std::string_view state);
    Status take_back();
    Status change(const Export& of, std::string_view from, std::string_view to);
    Result<Personal<std::string>> read_part(const Export& of, std::int64_t number);

    sql::Connection& store_;
    gate::Gate& gate_;
    ledger::Ledger& ledger_;
    const std::string node_;
    const Clock& clock_;
    Random& random_;
    std::vector<ExportPart> parts_;
    TellFiles files_;
    std::mutex mutex_;  // guards what follows
    std::function<void()> wake_;
    std::vector<Export> given_back_;  // by who broke off; ready again at the next step
};

}  // namespace avow::services
