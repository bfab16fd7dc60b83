// SPDX-License-Identifier: Apache-2.0
// What crosses the gate: plain values, no behaviour.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hh"
#include "base/id.hh"
#include "base/personal.hh"
#include "base/time.hh"
#include "ledger/entry.hh"
#include "policy/decide.hh"

namespace avow::gate {

// Who acts. The label is shown to the customer and written into details: a token's name, an
// employee's, or "customer".
struct Actor {
    enum class Kind { system, employee, customer };
    Kind kind = Kind::system;
    std::string label;
    std::string role;           // api.md: intake, agent …; an employee's several, with spaces
    bool acknowledged = false;  // employees: the guidelines of the policy in force
    bool break_glass = false;   // employees: with a reason

    bool has_role(std::string_view wanted) const;
};

// What a caller may send again without doing it again: the same key gives the first answer.
struct Once {
    std::string caller;    // whose key it is
    std::string key;       // as the caller chose it
    std::string digest;    // of the whole request: the same key with another one is refused
    std::size_t item = 0;  // of a batch
};

struct FieldValue {
    std::string field;
    Personal<std::string> value;
};

struct PermissionChoice {
    std::string purpose;
    bool granted = false;
    std::string language = {};  // of the words that were shown; empty: not known
    bool signalled = false;  // made by a browser whose privacy signal says no: meant all the more
};

// What stands of one purpose. A browser's privacy signal overrules a yes that it meets, until the
// customer says which of the two they mean: so it is asked once (decision 110).
enum class Said : std::int64_t {
    no = 0,
    yes = 1,
    yes_overruled = 2,    // a yes that a signal withholds, as long as nobody answered
    signal_alone = 3,     // no word of the customer's, and a signal
    yes_after_signal = 4  // said knowing of the signal: it stands
};
bool is_yes(Said said);  // that counts
std::string_view name_of(Said said);

struct Collection {
    std::string channel;
    std::vector<FieldValue> fields;
    std::vector<std::string> purposes;  // empty: all that the channel states
    std::vector<PermissionChoice> permissions;
    std::optional<std::string> policy_version;  // of the form the customer saw
    std::optional<std::string> evidence;        // what shows it: words or JSON, sealed
    std::optional<CustomerId> customer;         // else matched by the email address
    // `apart`: a customer of its own, whoever else has the address, for a sign-up may not walk into
    // data that someone else's word put there. It is found by its address only if nobody else is.
    enum class Match { by_address, apart };
    Match match = Match::by_address;
    std::optional<Once> once;
    // Made by a caller whose own rows, written alongside, name the collection. Used once.
    std::optional<CollectionId> id = {};
    std::string language = {};  // of the words that the customer was shown; empty: not known
};

// Handed to the customer: enough to find and check the ledger's entry.
struct Receipt {
    EntryId entry;
    Time at;
    std::string commitment;
    std::string policy_version;
};

struct Collected {
    CustomerId customer;
    CollectionId collection;
    Receipt receipt;
    bool again = false;  // the first answer to this key, once more
};

struct Permitted {
    std::string purpose;
    bool granted = false;
    Time since;
    std::optional<Receipt> receipt;  // nothing when nothing changed
};

struct UseRequest {
    std::optional<CustomerId> customer;
    std::optional<Personal<std::string>> address;  // or looked up by email
    std::vector<std::string> fields;
    std::string purpose;
    std::optional<std::string> reason;
    std::optional<Once> once;
    // Each field as these collections brought it, in their order, and not the newest one. Excludes
    // `once`.
    std::vector<CollectionId> from = {};
};

struct UsedField {
    std::string field;
    policy::Decision decision;
    std::optional<Personal<std::string>> value = {};  // when allowed
    std::optional<CollectionId> collection = {};  // that brought it; as asked, or of what was found
};

struct Used {
    CustomerId customer;
    EntryId entry;
    Time at;
    policy::PolicyPtr policy;  // that decided; sentences are its own
    std::vector<UsedField> fields;
    bool any_allowed() const;
    bool any_refused() const;
};

// A message of the portal's own to a customer, sealed until it is sent.
struct SealedLetter {
    LetterId id;
    std::string kind;        // what it is for, in a word; the customer reads it beside the entry
    std::string message_id;  // that the message carries
    Bytes sealed;
    // Stored as their numbers. A stranger's letter is sealed by the house, and is no customer's.
    enum class To { stored_address = 0, address_in_content = 1, stranger = 2 };
    To to = To::stored_address;
    bool told = false;         // its entry is in the ledger: it was opened before
    std::string purpose = {};  // that it rests on; empty: whatever the contract needs
};

struct OpenedLetter {
    std::optional<Personal<std::string>> address;  // the customer's newest, when it goes there
    Personal<std::string> content;
    policy::PolicyPtr policy;  // that decided
};

// The customer's own view of what we hold.
struct HeldField {
    DatumId id;
    std::string field;
    Personal<std::string> value;
    std::optional<Time> kept_until;
};

struct HeldCollection {
    CollectionId id;
    std::string channel;
    policy::PolicyPtr policy;  // under which it was collected
    std::vector<std::string> purposes;
    Time at;
    std::vector<HeldField> fields;
};

struct StandingPermission {
    std::string purpose;
    bool granted = false;  // and nothing overrules it
    Said said = Said::no;
    Time since;
    EntryId entry;
};

// One line of the customer's timeline; the details hold what was asked, by whom and why.
struct Act {
    EntryId entry;
    ledger::Kind kind;
    Time at;
    Personal<std::string> details;  // canonical JSON
};

}  // namespace avow::gate
