// SPDX-License-Identifier: Apache-2.0
#include "vault/vault.hh"

#include "base/domain.hh"
#include "base/fault.hh"
#include "crypto/seal.hh"
#include "vault/statements.hh"

namespace avow::vault {
namespace {

constexpr std::uint32_t kKeyId = 1;  // of a customer's key: the first and only so far
constexpr std::string_view kSchema = "1";
constexpr std::string_view kAddressIndex = "address";
constexpr std::string_view kCallerKeys = "once";
constexpr std::string_view kServiceKeys = "service";
constexpr std::string_view kHouseLabel = "avow/house/v1";
constexpr std::string_view kKeyringName = "keyring";

Bytes associated(const CustomerId& customer, const Place& place) {
    return crypto::length_prefixed({as_bytes("avow/vault/v1"), customer.bytes(),
                                    as_bytes(place.table), as_bytes(place.field), place.row,
                                    as_bytes(kSchema)});
}

// A datum's place binds its collection too: moved to another collection it would claim other
// purposes.
ByteArray<32> row_of(const DatumId& datum, const CollectionId& collection) {
    ByteArray<32> row;
    std::copy(datum.bytes().begin(), datum.bytes().end(), row.begin());
    std::copy(collection.bytes().begin(), collection.bytes().end(), row.begin() + 16);
    return row;
}

Bytes customer_columns(std::int64_t revision, Time created, CustomerRow::State state) {
    Bytes columns;
    append_be64(columns, static_cast<std::uint64_t>(revision));
    append_be64(columns, static_cast<std::uint64_t>(created.ms));
    append_be64(columns, static_cast<std::uint64_t>(state));
    return columns;
}

// A store opened with another's keyring would find every customer without a key.
Status recognise(sql::Connection& store, const Keyring& keyring) {
    const ByteView id(keyring.id());
    return store.write([&](sql::Writer& unit) -> Status {
        Bytes known;
        TRY_OK(unit.query(statements::find_identity, {kKeyringName},
                          [&](const sql::Row& row) -> Status {
                              known = to_bytes(row.blob(0));
                              return {};
                          }));
        if (known.empty()) return unit.execute(statements::insert_identity, {kKeyringName, id});
        if (crypto::equal(known, id)) return {};
        return Error(Code::denied, "the keyring " + hex(id) +
                                       " belongs to another store: this one was "
                                       "made with the keyring " +
                                       hex(known) + ". Put that one in place; nothing was altered");
    });
}

}  // namespace

Result<std::unique_ptr<Vault>> Vault::create(sql::Connection& store, const HouseKeys& house,
                                             Keyring& keyring, Random& random) {
    TRY_OK(store.migrate("vault", {statements::schema_1, statements::schema_2}));
    TRY_OK(recognise(store, keyring));
    return std::unique_ptr<Vault>(new Vault(house, keyring, random));
}

Bytes Vault::seal(const CustomerKeys& keys, const Place& place, ByteView plaintext) {
    return crypto::seal(keys.seal, kKeyId, plaintext, associated(keys.customer, place), random_);
}

Result<Personal<std::string>> Vault::open(const CustomerKeys& keys, const Place& place,
                                          ByteView sealed) {
    TRY(auto opened, crypto::open(keys.seal, sealed, associated(keys.customer, place)));
    Personal<std::string> value{std::string(as_text(opened))};
    wipe(opened.data(), opened.size());
    return value;
}

Bytes Vault::seal_for_house(ByteView row, ByteView plaintext) {
    return crypto::seal(crypto::derive(house_.index_key(), kHouseLabel), kKeyId, plaintext, row,
                        random_);
}

Result<Bytes> Vault::open_for_house(ByteView row, ByteView sealed) const {
    return crypto::open(crypto::derive(house_.index_key(), kHouseLabel), sealed, row);
}

Bytes Vault::mark(const CustomerKeys& keys, std::initializer_list<ByteView> columns) const {
    const auto hash = crypto::keyed_hash(keys.mark, crypto::length_prefixed(columns));
    return {hash.begin(), hash.begin() + 16};
}

Status Vault::check_mark(const CustomerKeys& keys, std::initializer_list<ByteView> columns,
                         ByteView stored) const {
    if (crypto::equal(mark(keys, columns), stored)) return {};
    return Error(Code::corrupt, "a stored row was changed from outside");
}

crypto::Hash Vault::blind(std::string_view address) const {
    auto folded = folded_address(address);
    const auto hash = crypto::hmac_sha256(
        house_.index_key(), crypto::length_prefixed({as_bytes(kAddressIndex), as_bytes(folded)}));
    wipe(folded.data(), folded.size());
    return hash;
}

crypto::Hash Vault::blind_key(ByteView key) const {
    return crypto::hmac_sha256(house_.index_key(),
                               crypto::length_prefixed({as_bytes(kCallerKeys), key}));
}

crypto::Hash Vault::blind_key(std::string_view what, ByteView key) const {
    return crypto::hmac_sha256(
        house_.index_key(), crypto::length_prefixed({as_bytes(kServiceKeys), as_bytes(what), key}));
}

Result<std::optional<CustomerId>> Vault::find_by_address(sql::Reader& reader,
                                                         const crypto::Hash& blind) {
    std::optional<CustomerId> found;
    TRY_OK(reader.query(statements::find_by_index, {kAddressIndex, ByteView(blind)},
                        [&](const sql::Row& row) -> Status {
                            found = CustomerId::from_bytes(row.blob(0));
                            return {};
                        }));
    return found;
}

Status Vault::index_address(sql::Writer& unit, const CustomerId& customer,
                            const crypto::Hash& blind) {
    TRY(const auto holder, find_by_address(unit, blind));
    if (holder == customer) return {};
    if (holder) return Error(Code::conflict, "this email address belongs to another account");
    TRY_OK(unit.execute(statements::delete_index, {ByteView(customer.bytes()), kAddressIndex}));
    return unit.execute(statements::insert_index,
                        {kAddressIndex, ByteView(blind), ByteView(customer.bytes())});
}

Status Vault::insert_customer(sql::Writer& unit, const CustomerKeys& keys, Time now) {
    const auto columns = customer_columns(0, now, CustomerRow::State::alive);
    const auto row_mark = mark(keys, {as_bytes("customers"), columns});
    return unit.execute(statements::insert_customer,
                        {ByteView(keys.customer.bytes()), now.ms, ByteView(row_mark)});
}

Result<CustomerRow> Vault::get_customer(sql::Reader& reader, const CustomerKeys& keys) {
    std::optional<CustomerRow> found;
    const auto visit = [&](const sql::Row& row) -> Status {
        const CustomerRow read{
            row.integer(0),
            {row.integer(1)},
            row.integer(2) == 0 ? CustomerRow::State::alive : CustomerRow::State::closed};
        found = read;
        return check_mark(
            keys,
            {as_bytes("customers"), customer_columns(read.revision, read.created, read.state)},
            row.blob(3));
    };
    TRY_OK(reader.query(statements::find_customer_row, {ByteView(keys.customer.bytes())}, visit));
    if (!found) return Error(Code::not_found, "there is no such customer");
    return *found;
}

Status Vault::advance(sql::Writer& unit, const CustomerKeys& keys, const CustomerRow& seen) {
    return change_state(unit, keys, seen, seen.state);
}

Status Vault::change_state(sql::Writer& unit, const CustomerKeys& keys, const CustomerRow& seen,
                           CustomerRow::State state) {
    const auto columns = customer_columns(seen.revision + 1, seen.created, state);
    const auto row_mark = mark(keys, {as_bytes("customers"), columns});
    TRY(const auto changed,
        unit.run(statements::set_state,
                 {ByteView(keys.customer.bytes()), seen.revision, seen.revision + 1,
                  static_cast<std::int64_t>(state), ByteView(row_mark)}));
    if (changed == 1) return {};
    return Error(Code::conflict, "the customer's data changed meanwhile: try again");
}

Status Vault::insert_datum(sql::Writer& unit, const CustomerKeys& keys, const DatumId& id,
                           const CollectionId& collection, std::string_view field,
                           ByteView plaintext) {
    const auto row = row_of(id, collection);
    const auto sealed = seal(keys, {"data", field, row}, plaintext);
    return unit.execute(statements::insert_datum,
                        {ByteView(keys.customer.bytes()), ByteView(id.bytes()),
                         ByteView(collection.bytes()), field, ByteView(sealed)});
}

Result<std::vector<Datum>> Vault::read_data(sql::Reader& reader, const CustomerId& customer) {
    std::vector<Datum> data;
    const auto visit = [&](const sql::Row& row) -> Status {
        const auto id = DatumId::from_bytes(row.blob(0));
        const auto collection = CollectionId::from_bytes(row.blob(1));
        if (!id || !collection) return Error(Code::corrupt, "a datum has a damaged id");
        data.push_back({*id, *collection, std::string(row.text(2)), to_bytes(row.blob(3))});
        return {};
    };
    TRY_OK(reader.query(statements::read_data, {ByteView(customer.bytes())}, visit));
    return data;
}

Result<Personal<std::string>> Vault::open(const CustomerKeys& keys, const Datum& datum) {
    const auto row = row_of(datum.id, datum.collection);
    return open(keys, {"data", datum.field, row}, datum.sealed);
}

Result<std::int64_t> Vault::remove_datum(sql::Writer& unit, const CustomerId& customer,
                                         const DatumId& datum) {
    return unit.run(statements::delete_datum,
                    {ByteView(customer.bytes()), ByteView(datum.bytes())});
}

Status Vault::remove_address(sql::Writer& unit, const CustomerId& customer) {
    if (fault_skips("erase.index")) return {};
    return unit.execute(statements::delete_customer_index, {ByteView(customer.bytes())});
}

Status Vault::remove_customer(sql::Writer& unit, const CustomerId& customer) {
    const ByteView id(customer.bytes());
    if (!fault_skips("erase.values")) TRY_OK(unit.execute(statements::delete_customer_data, {id}));
    TRY_OK(remove_address(unit, customer));
    return unit.execute(statements::delete_customer_row, {id});
}

Result<std::vector<CustomerId>> Vault::list_customers(sql::Reader& reader, ByteView after,
                                                      int limit) {
    std::vector<CustomerId> customers;
    const auto visit = [&](const sql::Row& row) -> Status {
        const auto id = CustomerId::from_bytes(row.blob(0));
        if (!id) return Error(Code::corrupt, "a customer has a damaged id");
        customers.push_back(*id);
        return {};
    };
    TRY_OK(reader.query(statements::list_customers, {after, std::int64_t{limit}}, visit));
    return customers;
}

}  // namespace avow::vault
