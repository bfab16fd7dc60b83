// SPDX-License-Identifier: Apache-2.0
// The vault: sealed fields, customers' keys, the blind index. It seals and opens what it is told to
// and decides nothing. WALL: only the gate (and the wiring) may include this room.
// Thread-safe; row functions run inside the caller's unit or snapshot.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/id.hh"
#include "base/personal.hh"
#include "base/result.hh"
#include "crypto/hash.hh"
#include "sql/connection.hh"
#include "vault/keyring.hh"

namespace avow::vault {

// Where a sealed value stands; bound into it, so that a value moved elsewhere does not open.
struct Place {
    std::string_view table;
    std::string_view field;
    ByteView row;
};

struct CustomerRow {
    enum class State : std::int64_t { alive = 0, closed = 2 };  // closed: by the customer's wish
    std::int64_t revision = 0;  // counts every change, so that a decision knows what it was made on
    Time created;
    State state = State::alive;
};

struct Datum {
    DatumId id;
    CollectionId collection;
    std::string field;
    Bytes sealed;
};

class Vault {
  public:
    static Result<std::unique_ptr<Vault>> create(sql::Connection& store, const HouseKeys& house,
                                                 Keyring& keyring, Random& random);

    Keyring& keyring() { return keyring_; }

    Bytes seal(const CustomerKeys& keys, const Place& place, ByteView plaintext);
    // `corrupt` when a byte of the value, its customer or its place was changed.
    Result<Personal<std::string>> open(const CustomerKeys& keys, const Place& place,
                                       ByteView sealed);
    // What is nobody's yet: under a key of the whole house.
    Bytes seal_for_house(ByteView row, ByteView plaintext);
    Result<Bytes> open_for_house(ByteView row, ByteView sealed) const;
    // The mark on a row that is not sealed: a changed column no longer fits it.
    Bytes mark(const CustomerKeys& keys, std::initializer_list<ByteView> columns) const;
    Status check_mark(const CustomerKeys& keys, std::initializer_list<ByteView> columns,
                      ByteView mark) const;

    // The sign-in address without the address: HMAC of its folded form, full length. Leaks which
    // two rows hold the same address, to who has the store and the index key, and nothing else.
    crypto::Hash blind(std::string_view address) const;
    // A key that a caller chose, without the key. Not folded: two spellings are two keys.
    crypto::Hash blind_key(ByteView key) const;
    // The same in a space of its own for each `what`, which a caller's keys cannot reach.
    crypto::Hash blind_key(std::string_view what, ByteView key) const;
    Result<std::optional<CustomerId>> find_by_address(sql::Reader& reader,
                                                      const crypto::Hash& blind);
    // Replaces the customer's former address. `conflict` when another customer has this one.
    Status index_address(sql::Writer& unit, const CustomerId& customer, const crypto::Hash& blind);

    Status insert_customer(sql::Writer& unit, const CustomerKeys& keys, Time now);
    // `not_found` when there is none, `corrupt` when the row's mark does not fit.
    Result<CustomerRow> get_customer(sql::Reader& reader, const CustomerKeys& keys);
    // `conflict` when the customer changed since `seen` was read.
    Status advance(sql::Writer& unit, const CustomerKeys& keys, const CustomerRow& seen);
    // The same, and the customer is from now on in `state`.
    Status change_state(sql::Writer& unit, const CustomerKeys& keys, const CustomerRow& seen,
                        CustomerRow::State state);

    Status insert_datum(sql::Writer& unit, const CustomerKeys& keys, const DatumId& id,
                        const CollectionId& collection, std::string_view field, ByteView plaintext);
    Result<std::vector<Datum>> read_data(sql::Reader& reader, const CustomerId& customer);
    Result<Personal<std::string>> open(const CustomerKeys& keys, const Datum& datum);

    // Returns the rows removed. The customer's key is destroyed by the keyring, not here.
    Result<std::int64_t> remove_datum(sql::Writer& unit, const CustomerId& customer,
                                      const DatumId& datum);
    Status remove_address(sql::Writer& unit, const CustomerId& customer);
    // Sealed values, blind index and the customer's own row.
    Status remove_customer(sql::Writer& unit, const CustomerId& customer);

    // Customers in the order of their ids, from the one after `after`: for whole-store checks.
    Result<std::vector<CustomerId>> list_customers(sql::Reader& reader, ByteView after, int limit);

  private:
    Vault(const HouseKeys& house, Keyring& keyring, Random& random)
        : house_(house), keyring_(keyring), random_(random) {}

    const HouseKeys& house_;
    Keyring& keyring_;
    Random& random_;
};

}  // namespace avow::vault
