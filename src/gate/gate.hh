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
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/random.hh"
#include "base/result.hh"
#include "gate/acts.hh"
#include "gate/erasure.hh"
#include "gate/policy_book.hh"
#include "ledger/ledger.hh"
#include "sql/connection.hh"
#include "vault/erasure_journal.hh"
#include "vault/vault.hh"

namespace avow::gate {

struct CustomerFile;
struct FiledHold;
class FileCache;

struct NewHold {
    Hold::Kind kind = Hold::Kind::legal_hold;
    std::optional<CollectionId> collection;  // nothing: all of the customer's data
    std::string reason;
};

inline constexpr std::size_t kBatchMax = 1000;       // LIMIT: uses in one durable step
inline constexpr std::size_t kFieldsPerUseMax = 64;  // LIMIT: fields asked for at once
inline constexpr std::size_t kFromPerUseMax = 200;   // LIMIT: collections that a use names
inline constexpr std::size_t kValueMax = 16'384;     // LIMIT: bytes of one value
inline constexpr std::size_t kMessageMax = 262'144;  // LIMIT: bytes of the field `message`
inline constexpr std::size_t kAnswersMax = 262'144;  // LIMIT: bytes of the field `answers`
inline constexpr std::size_t kEvidenceMax = 4'096;   // LIMIT: bytes of evidence or reason

// Makes the tokens that open personal data in memory. Private to this room.
class Door {
    friend class Gate;
    static PurposeToken token() { return {}; }
};

// What begin_counting() gave: only with it countables open.
class CountingPass {
    friend class Gate;
    CountingPass() = default;
};

class Gate {
  public:
    Gate(sql::Connection& store, vault::Vault& vault, vault::ErasureJournal& journal,
         ledger::Ledger& ledger, PolicyBook& policies, const Clock& clock, Random& random);
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
    // A browser's privacy signal (Global Privacy Control) came with a customer: it objects to what
    // the policy lets it object to, and withholds an earlier yes until the customer says which of
    // the two they mean. Each of them is an entry, once. Nothing to do is done at once.
    Status heed_signal(const CustomerId& customer);
    // What collect() answered to this key within a day. `invalid` when the key came with another
    // request. Nothing when nothing was kept under it: an error is no answer.
    Result<std::optional<Collected>> find_collected(const std::optional<Once>& once);

    // Out. Each request is answered by itself: a refusal is an answer, an error is a wrong request
    // (`invalid`, `not_found`) and leaves no trace. All answers are durable in one step. A key seen
    // before is answered as the first time, unless a value may not be opened any more (`conflict`).
    std::vector<Result<Used>> use(std::span<const UseRequest> requests, const Actor& actor);
    // Acts of uses stand where they were appended until they are filed by customer; everything that
    // reads acts reads them there, too. use() files them when they are many, a keeper now and then.
    Status file_acts();

    // A letter to a customer: sealed when it is written, opened when it is sent. `not_found` when
    // the customer is erased. Touches no row, so it may be called within a unit.
    Result<Bytes> seal_letter(const CustomerId& customer, const LetterId& letter,
                              const Personal<std::string>& content);
    // What a customer's account keeps for its holder alone, as the name of a passkey: sealed where
    // it stands. `not_found` when the customer is erased, `corrupt` when a byte or its place
    // changed. Touches no row.
    Result<Bytes> seal_own(const CustomerId& customer, const vault::Place& place,
                           const Personal<std::string>& content);
    Result<Personal<std::string>> open_own(const CustomerId& customer, const vault::Place& place,
                                           ByteView sealed);
    // Decides as for a use of the address, for a purpose that rests on the contract, or for the one
    // that the letter names: what no sentence states is not mailed, either. The entry (`messaged`,
    // or `refused`) is written once a letter, in one transaction with `claim`, and is durable
    // before anything opens. `denied` when the policy says no: `claim` was told so. An error of
    // `claim` is the call's. To a stranger, who asked for it and of whom nothing is collected, it
    // goes without a decision; its entry is the house's.
    using Claim = std::function<Status(sql::Writer&, policy::Answer)>;
    Result<OpenedLetter> open_letter(const CustomerId& customer, const SealedLetter& letter,
                                     const Claim& claim);
    // Whether open_letter() would let a letter out that names this purpose, as the reader, which
    // may be a unit, sees the customer. Opens nothing and is no entry. `not_found` when the
    // customer is erased.
    Result<policy::Decision> decide_letter(sql::Reader& reader, const CustomerId& customer,
                                           std::string_view purpose);

    // A service's particulars of one of its rows, as the Message-ID of a mail: sealed under the
    // customer's key, opened beside what use() allowed. Touches no row.
    Result<Bytes> seal_particulars(const CustomerId& customer, ByteView row,
                                   const Personal<std::string>& particulars);
    Result<Personal<std::string>> open_particulars(const Used& used, ByteView row, ByteView sealed);
    // The customer's own reading of them, or one that was noted.
    // WALL: the caller has made sure of that.
    Result<Personal<std::string>> open_own_particulars(const CustomerId& customer, ByteView row,
                                                       ByteView sealed);
    // Which collection brought the newest value of a field; nothing when none is held. Opens
    // nothing.
    Result<std::optional<CollectionId>> newest_source(const CustomerId& customer,
                                                      std::string_view field);
    // What somebody who is no customer wrote, opened to do what they asked for. `corrupt` when a
    // byte or its place changed.
    Result<Personal<std::string>> open_for_stranger(ByteView row, ByteView sealed) const;
    // What is added up or compared of many customers and shown of none, as the marks of a survey or
    // the words of a request: sealed under the customer's key in a row of a service. Touches no
    // row. begin_counting() decides that the actor may count for the purpose at all, and its entry,
    // of nobody, is durable before anything opens: what was counted or searched, how many at most,
    // for which purpose, by whom. Whose countables the purpose still covers is the caller's
    // question to the store; what a search finds is shown by use(). `denied` as for a use.
    Result<Bytes> seal_countable(const CustomerId& customer, ByteView row,
                                 const Personal<std::string>& countable);
    struct Counting {
        std::string what;  // the id of what is counted
        std::string purpose;
        std::uint64_t how_many = 0;
        enum class Act { counted, searched } act = Act::counted;
    };
    Result<CountingPass> begin_counting(const Counting& counting, const Actor& actor);
    Result<Personal<std::string>> open_countable(const CountingPass& pass,
                                                 const CustomerId& customer, ByteView row,
                                                 ByteView sealed);
    // Under the house's key: for what is nobody's yet, or nobody's at all.
    Bytes seal_for_house(ByteView row, ByteView bytes);
    Result<Personal<std::string>> open_for_house(const CountingPass& pass, ByteView row,
                                                 ByteView sealed);
    // What names a thing without telling it: keyed by the house, a space of its own for each
    // `what`.
    crypto::Hash blind(std::string_view what, ByteView bytes) const;

    // Everything we hold. The customer's own reading is a right, not a use, and no entry; anybody
    // else's is an entry of kind `requested`, durable before anything opens. `denied` to an
    // employee who has not acknowledged the guidelines. WALL: the caller has made sure that an
    // actor of kind customer is this customer.
    Result<std::vector<HeldCollection>> held(const CustomerId& customer, const Actor& actor);
    // The same in pages, oldest first, for who noted the reading once: no entry.
    struct HeldPage {
        std::vector<HeldCollection> collections;
        std::optional<CollectionId> next;  // nothing: that was all
    };
    Result<HeldPage> held_after(const CustomerId& customer,
                                const std::optional<CollectionId>& after, std::size_t limit);
    // The entry of somebody's reading of everything; nothing when it is the customer's own.
    Status note_reading(const CustomerId& customer, const Actor& actor);
    struct Extent {
        std::int64_t collections = 0;
        std::int64_t acts = 0;
    };
    Result<Extent> extent_of(const CustomerId& customer);
    Result<std::vector<StandingPermission>> permissions(const CustomerId& customer);
    // Newest first, before `before` (none: from the newest).
    Result<std::vector<Act>> acts(const CustomerId& customer, const std::optional<EntryId>& before,
                                  int limit);
    // The same of some kinds, from an instant on.
    struct ActsWanted {
        std::vector<ledger::Kind> kinds;
        std::optional<EntryId> before;
        Time from;  // not older
        int limit = 50;
    };
    Result<std::vector<Act>> acts(const CustomerId& customer, const ActsWanted& wanted);
    // What opens an entry's commitment, as JSON {"entry","salt","details"}: for a proof's `extra`.
    Result<Personal<std::string>> opening(const CustomerId& customer, const EntryId& entry);
    Result<Time> created(const CustomerId& customer);
    Result<std::optional<CustomerId>> find_by_address(const Personal<std::string>& address);

    // How many customers' address this actor may use for a purpose, and how many not, by reason.
    // Opens nothing and is no use, so no entry; read page by page, it is of no one moment. Takes
    // as long as there are customers. `invalid` for a purpose that the policy lacks, `denied` to
    // an employee who has not acknowledged the guidelines.
    struct Audience {
        std::uint64_t reachable = 0;
        std::uint64_t unconfirmed = 0;  // would be, but for the caller's rule on addresses
        std::map<policy::Because, std::uint64_t> excluded;
    };
    // Whether mail goes to an address that the policy would let be used.
    using IsConfirmed = std::function<Result<bool>(sql::Reader&, const CustomerId&)>;
    Result<Audience> audience(std::string_view purpose, const Actor& actor,
                              const IsConfirmed& is_confirmed);

    // For what held() and acts() returned to the customer.
    PurposeToken own_data_token() const { return Door::token(); }
    // For what use() allowed.
    PurposeToken token_of(const Used&) const { return Door::token(); }
    // For what begin_counting() let open.
    PurposeToken token_of(const CountingPass&) const { return Door::token(); }
    // For what open_letter() opened.
    PurposeToken token_of(const OpenedLetter&) const { return Door::token(); }

    // What an erasure would take and what would stay. `not_found` when nothing is held under the
    // scope, or the customer was erased.
    Result<ErasurePlan> preview(const CustomerId& customer, const Scope& scope);
    // Durable and carried out when it returns: what was erased opens no more, from the store, its
    // log or the keyring. What a hold or a stated duty keeps, stays; `conflict` when that is all.
    // Erasing an erased customer gives the same proof again. On an error after the journal was
    // written the erasure is carried on by the next call or the next start.
    Result<Erased> erase(const CustomerId& customer, const Scope& scope, const Actor& actor);
    // Carries out what the journal says and this store does not know: after a crash, and after a
    // restore. Before anything is served. Returns how many.
    Result<std::uint64_t> resume_erasures();
    // Empties the store's write-ahead log of what was erased since the last time.
    Status scrub();

    // An officer's: keeps data from erasure and retention.
    Result<HoldId> hold(const CustomerId& customer, const NewHold& wanted, const Actor& actor);
    Status release(const CustomerId& customer, const HoldId& hold, std::string_view reason,
                   const Actor& actor);
    Result<std::vector<Hold>> holds(const CustomerId& customer);
    // Ends the account: data kept "until closed" is due. Companions go at once.
    Status close(const CustomerId& customer, const Actor& actor);

    // A step of a request under the policy: an entry of kind `requested` with `told`, in one
    // transaction with the caller's rows, which may be asked for again. `not_found` when the
    // customer is erased.
    Status note_right(const CustomerId& customer, const Actor& actor,
                      const boost::json::object& told,
                      const std::function<Status(sql::Writer&)>& rows);

    // An entry of nobody: a rotation, a restore, a run of the retention. Details hold no personal
    // data and stay readable.
    // `alongside` writes rows of the caller's own in the same transaction.
    Status note_house_act(ledger::Kind kind, const boost::json::object& details,
                          const std::function<Status(sql::Writer&)>& alongside = {});

    // While the house is wired, before anything is served.
    void accompany(Companion companion) { companions_.push_back(std::move(companion)); }

    // Checks the whole store against the ledger: every mark, every sealed value, every act's leaf.
    struct Audit {
        std::uint64_t customers = 0;
        std::uint64_t values = 0;
        std::uint64_t acts = 0;
        std::uint64_t erased = 0;   // customers
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
    friend class Retention;
    struct Planned;
    struct PreparedAct;
    struct PreparedUse;
    struct OpenedAct;
    struct Intake;
    struct Answered;
    struct PreparedAnswer;
    using FilePtr = std::shared_ptr<const CustomerFile>;  // shared: cached by revision

    Result<FilePtr> file_of(sql::Reader& reader, const CustomerId& customer);
    // The same, and not kept: for a unit, which may yet be rolled back.
    Result<FilePtr> file_in_unit(sql::Reader& reader, const CustomerId& customer);
    Result<FilePtr> whole_file(sql::Reader& reader, vault::CustomerKeysPtr keys,
                               const vault::CustomerRow& row);
    Bytes seal_opening(const vault::CustomerKeys& keys, const EntryId& id, ledger::Kind kind,
                       Time at, const ledger::Opening& opening);
    PreparedAct prepare_act(const vault::CustomerKeys& keys, const EntryId& id, ledger::Kind kind,
                            Time at, const std::string& details);
    Result<OpenedLetter> open_letter_to_stranger(const SealedLetter& letter, const Claim& claim,
                                                 policy::PolicyPtr policy);
    Status record_reading(const CustomerFile& file, const Actor& actor);
    Result<HeldCollection> open_held(const CustomerFile& file, std::size_t index);
    Result<FilePtr> read_file(const CustomerId& customer);
    Result<FilePtr> read_and_note(const CustomerId& customer, const Actor& actor);
    // From a row of entry_id, kind, at_ms, sealed.
    Result<OpenedAct> open_act(const vault::CustomerKeys& keys, const sql::Row& row);
    Status write_act(sql::Writer& unit, const CustomerId& customer, const PreparedAct& act);
    Status put_act(sql::Writer& unit, std::string_view insert, const CustomerId& customer,
                   const PreparedAct& act);

    Result<Collected> collect_once(const Collection& collection, const Actor& actor,
                                   const Alongside& alongside);
    Status write_intake(sql::Writer& unit, const Intake& intake);
    Status write_address(sql::Writer& unit, const Intake& intake);

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
                            const std::string& purpose, Said said, const PreparedAct& act);

    Result<PreparedUse> prepare_use_of_erased(sql::Reader& reader, const CustomerId& customer,
                                              const UseRequest& request, const Actor& actor,
                                              const policy::PolicyPtr& in_force);
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
    Status append_act(sql::Writer& unit, const CustomerId& customer, const PreparedAct& act);
    void file_when_many(std::size_t more);

    Result<Planned> plan(sql::Reader& reader, const CustomerId& customer, const Scope& scope);
    Status tell_reasons(const CustomerFile& file, ErasurePlan& told);
    Status count_the_rest(sql::Reader& reader, Planned& planned);
    enum class Reach { part, whole };
    // `own`: what the details of this kind of erasure say besides.
    vault::ErasureRecord erasure_record(const vault::CustomerKeys& keys,
                                        const std::vector<const vault::Datum*>& data, Reach reach,
                                        const Actor& actor, boost::json::object own);
    Status finish_erasures();
    Status carry_out(const vault::ErasureRecord& record);
    Status remove_whole(sql::Writer& unit, const vault::ErasureRecord& record);
    Status remove_part(sql::Writer& unit, const vault::ErasureRecord& record,
                       const vault::CustomerKeys* keys);
    Status note_erasure(sql::Writer& unit, const vault::ErasureRecord& record);
    Status index_what_is_left(sql::Writer& unit, const vault::CustomerKeys& keys);
    Result<bool> knows_erasure(const vault::ErasureRecord& record);
    Result<std::optional<Erased>> find_erased(sql::Reader& reader, const CustomerId& customer);
    Result<Hold> open_hold(const vault::CustomerKeys& keys, const FiledHold& filed);

    using WriteRows = std::function<Status(sql::Writer&)>;
    // Adds to the act's details and says what else to write.
    using Alteration = std::function<Result<WriteRows>(const CustomerFile&, boost::json::object&)>;
    Status alter(const CustomerId& customer, ledger::Kind kind, const Actor& actor,
                 const Alteration& alteration,
                 std::optional<vault::CustomerRow::State> state = std::nullopt);

    Status note_house_act(sql::Writer& unit, ledger::Kind kind, boost::json::object details);
    Status audit_house_acts(const LeafAt& leaf_at);
    Status audit_erasures(const LeafAt& leaf_at, Audit& audit);
    Status audit_erasure(sql::Reader& reader, const sql::Row& row, const LeafAt& leaf_at);
    Status audit_customer(sql::Reader& reader, const CustomerId& customer, const LeafAt& leaf_at,
                          Audit& audit);
    Status audit_act(const CustomerFile& file, const EntryId& entry, ledger::Kind kind, Time at,
                     const ledger::Opening& opening, const LeafAt& leaf_at, Audit& audit);

    sql::Connection& store_;
    vault::Vault& vault_;
    vault::ErasureJournal& journal_;
    ledger::Ledger& ledger_;
    PolicyBook& policies_;
    const Clock& clock_;
    Random& random_;
    std::unique_ptr<FileCache> cache_;
    std::atomic<std::int64_t> answers_swept_ms_{0};
    std::atomic<std::int64_t> unfiled_{1};  // acts at most; what an earlier run left is not known
    std::vector<Companion> companions_;
    std::mutex erasing_;  // one erasure at a time; guards unfinished_
    std::vector<vault::ErasureRecord> unfinished_;
    std::atomic<bool> traces_left_{false};  // in the store's log
};

}  // namespace avow::gate
