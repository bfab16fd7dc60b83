// SPDX-License-Identifier: Apache-2.0
// The gate: the one door to personal data, both ways. It decides by the compiled policy, writes the
// ledger's entry, and only then seals or opens; if the entry cannot be written, nothing opens.
// Promises: what no sentence states is refused; each decision carries its reason and its sentence;
// a use is durable before its values exist in memory. Does not promise: that a caller forgets what
// it was given. Thread-safe; calls block until durable. Source: house.md, the walks of a datum and
// a use.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/random.hh"
#include "base/result.hh"
#include "gate/acts.hh"
#include "gate/policy_book.hh"
#include "ledger/ledger.hh"
#include "sql/connection.hh"
#include "vault/vault.hh"

namespace avow::gate {

struct CustomerFile;
class FileCache;

inline constexpr std::size_t kBatchMax = 1000;       // LIMIT: uses in one durable step
inline constexpr std::size_t kFieldsPerUseMax = 64;  // LIMIT: fields asked for at once
inline constexpr std::size_t kValueMax = 16'384;     // LIMIT: bytes of one value
inline constexpr std::size_t kEvidenceMax = 4'096;   // LIMIT: bytes of evidence or reason

// Makes the tokens that open personal data in memory. Private to this room.
class Door {
    friend class Gate;
    static PurposeToken token() { return {}; }
};

class Gate {
  public:
    Gate(sql::Connection& store, vault::Vault& vault, ledger::Ledger& ledger, PolicyBook& policies,
         const Clock& clock, Random& random);
    ~Gate();

    // In. `invalid` names each undeclared channel, field or purpose by pointer; `conflict` a policy
    // version that is not the current one, or an address that another customer has.
    // `alongside` writes rows of the caller's own in the same transaction.
    using Alongside = std::function<Status(sql::Writer&, const CustomerId&)>;
    Result<Collected> collect(const Collection& collection, const Actor& actor,
                              const Alongside& alongside = {});
    Result<Permitted> permit(const CustomerId& customer, const PermissionChoice& choice,
                             const std::optional<std::string>& evidence, const Actor& actor,
                             const std::optional<Once>& once = {});
    // What collect() answered to this key within a day. `invalid` when the key came with another
    // request. Nothing when nothing was kept under it: an error is no answer.
    Result<std::optional<Collected>> find_collected(const std::optional<Once>& once);

    // Out. Each request is answered by itself: a refusal is an answer, an error is a wrong request
    // (`invalid`, `not_found`) and leaves no trace. All answers are durable in one step. A key seen
    // before is answered as the first time, unless a value may not be opened any more (`conflict`).
    std::vector<Result<Used>> use(std::span<const UseRequest> requests, const Actor& actor);

    // Everything we hold. The customer's own reading is a right, not a use, and no entry; anybody
    // else's is an entry of kind `requested`, durable before anything opens.
    // WALL: the caller has made sure that an actor of kind customer is this customer.
    Result<std::vector<HeldCollection>> held(const CustomerId& customer, const Actor& actor);
    Result<std::vector<StandingPermission>> permissions(const CustomerId& customer);
    // Newest first, before `before` (none: from the newest).
    Result<std::vector<Act>> acts(const CustomerId& customer, const std::optional<EntryId>& before,
                                  int limit);
    // What opens an entry's commitment, as JSON {"entry","salt","details"}: for a proof's `extra`.
    Result<Personal<std::string>> opening(const CustomerId& customer, const EntryId& entry);
    Result<Time> created(const CustomerId& customer);
    Result<std::optional<CustomerId>> find_by_address(const Personal<std::string>& address);

    // For what held() and acts() returned to the customer.
    PurposeToken own_data_token() const { return Door::token(); }
    // For what use() allowed.
    PurposeToken token_of(const Used&) const { return Door::token(); }

    // Checks the whole store against the ledger: every mark, every sealed value, every act's leaf.
    struct Audit {
        std::uint64_t customers = 0;
        std::uint64_t values = 0;
        std::uint64_t acts = 0;
        std::uint64_t pending = 0;  // durable, not yet in the tree
    };
    using LeafAt = std::function<std::optional<ledger::Hash>(std::uint64_t index)>;
    Result<Audit> audit(const LeafAt& leaf_at, const std::function<void(std::uint64_t)>& progress);

    // Entries of kind `disclosed`, and how many lack the approval of two people.
    struct Disclosures {
        std::uint64_t made = 0;
        std::uint64_t unapproved = 0;
    };
    Result<Disclosures> disclosures();

    const PolicyBook& policies() const { return policies_; }

  private:
    struct PreparedAct;
    struct PreparedUse;
    struct OpenedAct;
    struct Intake;
    struct Answered;
    struct PreparedAnswer;
    using FilePtr = std::shared_ptr<const CustomerFile>;  // shared: cached by revision

    Result<FilePtr> file_of(sql::Reader& reader, const CustomerId& customer);
    PreparedAct prepare_act(const vault::CustomerKeys& keys, const EntryId& id, ledger::Kind kind,
                            Time at, const std::string& details);
    Status record_reading(const CustomerFile& file, const Actor& actor);
    // From a row of entry_id, kind, at_ms, sealed.
    Result<OpenedAct> open_act(const vault::CustomerKeys& keys, const sql::Row& row);
    Status write_act(sql::Writer& unit, const CustomerId& customer, const PreparedAct& act);

    Result<Collected> collect_once(const Collection& collection, const Actor& actor,
                                   const Alongside& alongside);
    Status write_intake(sql::Writer& unit, const Intake& intake);

    Result<std::optional<Answered>> find_answered(sql::Reader& reader, const Once& once);
    Result<std::optional<Answered>> find_answered(const std::optional<Once>& once);
    void forget_old_answers();
    Result<std::optional<Permitted>> find_permitted(const std::optional<Once>& once);
    PreparedAnswer prepare_answer(const vault::CustomerKeys& keys, const Once& once, Time at,
                                  boost::json::object outcome);
    // `conflict` when the key was taken meanwhile.
    Status write_answer(sql::Writer& unit, const CustomerId& customer,
                        const PreparedAnswer& answer);
    static boost::json::object outcome_of(const PreparedAct& act,
                                          const std::string& policy_version);
    static boost::json::object outcome_of(const PreparedUse& prepared);
    Status write_permission(sql::Writer& unit, const vault::CustomerKeys& keys,
                            const PermissionChoice& choice, const PreparedAct& act);

    Result<PreparedUse> prepare_use(sql::Reader& reader, const UseRequest& request,
                                    const Actor& actor, const policy::PolicyPtr& in_force);
    PreparedUse prepare_use_on(FilePtr file, const UseRequest& request, const Actor& actor,
                               const policy::PolicyPtr& in_force);
    Result<PreparedUse> prepare_again(sql::Reader& reader, const UseRequest& request,
                                      const Actor& actor, const policy::Policy& in_force,
                                      const Answered& answered);
    // One try for the requests in `open`; returns those whose customer changed meanwhile. A try on
    // kept files reads nothing: the unit finds out whether what they were decided on still stands.
    enum class Files { kept, read };
    std::vector<std::size_t> record_uses(std::span<const UseRequest> requests, const Actor& actor,
                                         const policy::PolicyPtr& in_force, Files files,
                                         const std::vector<std::size_t>& open,
                                         std::vector<Result<PreparedUse>>& prepared);
    Status write_use(sql::Writer& unit, const PreparedUse& prepared, bool& current);
    Status write_uses(sql::Writer& unit, std::vector<Result<PreparedUse>>& prepared,
                      const std::vector<std::size_t>& open, std::vector<std::size_t>& overtaken);
    Result<Used> open_use(PreparedUse prepared);

    Status audit_customer(sql::Reader& reader, const CustomerId& customer, const LeafAt& leaf_at,
                          Audit& audit);
    Status audit_act(const CustomerFile& file, const EntryId& entry, ledger::Kind kind, Time at,
                     const ledger::Opening& opening, const LeafAt& leaf_at, Audit& audit);

    sql::Connection& store_;
    vault::Vault& vault_;
    ledger::Ledger& ledger_;
    PolicyBook& policies_;
    const Clock& clock_;
    Random& random_;
    std::unique_ptr<FileCache> cache_;
    std::atomic<std::int64_t> answers_swept_ms_{0};
};

}  // namespace avow::gate
