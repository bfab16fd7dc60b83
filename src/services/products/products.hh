// SPDX-License-Identifier: Apache-2.0
// The services that a customer can have an account at, of one company or several: the catalogue
// that the operator wrote, which of it each customer has, and asking for more, which is a request
// at the desk. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gate/gate.hh"
#include "services/desk/desk.hh"
#include "sql/connection.hh"

namespace avow::services {

struct Product {
    std::string name;
    std::string company;
    std::map<std::string, std::string> labels;  // by language
    std::map<std::string, std::string> texts;   // what it is
};

enum class ProductState { asked, open, closed };
std::string_view name_of(ProductState state);
std::optional<ProductState> product_state_from(std::string_view name);

struct HeldProduct {
    std::string product;
    ProductState state = ProductState::asked;
    Time since;
    std::optional<RequestId> request;  // by which it was asked for
};

class Products {
  public:
    static Result<std::unique_ptr<Products>> create(sql::Connection& store, gate::Gate& gate,
                                                    Desk& desk, const Clock& clock);

    // Before anything is served.
    void set_catalogue(std::vector<Product> catalogue) { catalogue_ = std::move(catalogue); }
    const std::vector<Product>& catalogue() const { return catalogue_; }
    const Product* find(std::string_view name) const;

    Result<std::vector<HeldProduct>> held(const CustomerId& customer);
    // `not_found` when the catalogue has no such service, `conflict` when it is asked for or open;
    // `invalid` as of Desk::ask().
    Result<HeldProduct> ask(const CustomerId& customer, std::string_view product, Asked asked);
    // Opened or closed by who runs the service. `not_found` as above, or without such a customer.
    Status put(const CustomerId& customer, std::string_view product, ProductState state);

  private:
    Products(sql::Connection& store, gate::Gate& gate, Desk& desk, const Clock& clock)
        : store_(store), gate_(gate), desk_(desk), clock_(clock) {}

    sql::Connection& store_;
    gate::Gate& gate_;
    Desk& desk_;
    const Clock& clock_;
    std::vector<Product> catalogue_;
};

}  // namespace avow::services
