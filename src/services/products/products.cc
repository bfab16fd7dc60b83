// SPDX-License-Identifier: Apache-2.0
#include "services/products/products.hh"

#include <algorithm>
#include <array>

#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr std::array<std::pair<ProductState, std::string_view>, 3> kNames{
    {{ProductState::asked, "asked"},
     {ProductState::open, "open"},
     {ProductState::closed, "closed"}}};

Error no_such_product() {
    return {Code::not_found, "there is no such service in the catalogue"};
}

}  // namespace

std::string_view name_of(ProductState state) {
    for (const auto& [one, name] : kNames) {
        if (one == state) return name;
    }
    return {};
}

std::optional<ProductState> product_state_from(std::string_view name) {
    for (const auto& [state, one] : kNames) {
        if (one == name) return state;
    }
    return std::nullopt;
}

Result<std::unique_ptr<Products>> Products::create(sql::Connection& store, gate::Gate& gate,
                                                   Desk& desk, const Clock& clock) {
    TRY_OK(store.migrate("products", {statements::products_schema_1}));
    gate.accompany(
        {"services",
         [](sql::Reader& reader, const CustomerId& customer) -> Result<std::int64_t> {
             std::int64_t count = 0;
             TRY_OK(reader.query(statements::count_products, {ByteView(customer.bytes())},
                                 [&](const sql::Row& row) -> Status {
                                     count = row.integer(0);
                                     return {};
                                 }));
             return count;
         },
         [](sql::Writer& unit, const CustomerId& customer) {
             return unit.execute(statements::delete_products, {ByteView(customer.bytes())});
         },
         [](const CustomerId&) {}});
    return std::unique_ptr<Products>(new Products(store, gate, desk, clock));
}

const Product* Products::find(std::string_view name) const {
    const auto found = std::find_if(catalogue_.begin(), catalogue_.end(),
                                    [&](const auto& one) { return one.name == name; });
    return found == catalogue_.end() ? nullptr : &*found;
}

Result<std::vector<HeldProduct>> Products::held(const CustomerId& customer) {
    std::vector<HeldProduct> held;
    const auto visit = [&](const sql::Row& row) -> Status {
        const auto state = product_state_from(row.text(1));
        if (!state) return Error(Code::corrupt, "a customer's service has a damaged state");
        HeldProduct one{std::string(row.text(0)), *state, {row.integer(2)}, {}};
        if (!row.is_null(3)) one.request = RequestId::from_bytes(row.blob(3));
        held.push_back(std::move(one));
        return {};
    };
    TRY_OK(store_.read([&](sql::Reader& reader) {
        held.clear();
        return reader.query(statements::list_products, {ByteView(customer.bytes())}, visit);
    }));
    return held;
}

// The row comes first: of two that ask at the same moment one gets it, and only that one writes.
Result<HeldProduct> Products::ask(const CustomerId& customer, std::string_view product,
                                  Asked asked) {
    if (find(product) == nullptr) return no_such_product();
    const ByteView id(customer.bytes());
    const auto now = clock_.now();
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows, unit.run(statements::ask_product, {id, product, now.ms}));
        if (rows == 1) return {};
        return Error(Code::conflict, "this service is asked for or open already");
    }));
    const auto request = desk_.ask(customer, std::move(asked));
    if (!request) {
        TRY_OK(store_.write([&](sql::Writer& unit) {
            return unit.execute(statements::delete_asked_product, {id, product});
        }));
        return request.error();
    }
    TRY_OK(store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::set_product_request,
                            {id, product, ByteView(request->id.bytes())});
    }));
    return HeldProduct{std::string(product), ProductState::asked, now, request->id};
}

Status Products::put(const CustomerId& customer, std::string_view product, ProductState state) {
    if (find(product) == nullptr) return no_such_product();
    TRY_OK(gate_.created(customer));
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::put_product,
                            {ByteView(customer.bytes()), product, name_of(state), clock_.now().ms});
    });
}

}  // namespace avow::services
