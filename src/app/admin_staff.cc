// SPDX-License-Identifier: Apache-2.0
#include "app/admin_staff.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "api/errors.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "api/staff.hh"
#include "api/words.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

http::Response post_employee(House& house, const http::Request& request) {
    const auto body = api::read_body(request);
    if (!body) return api::unreadable(body.error());
    api::Wrongs wrongs;
    api::ObjectReader reader(*body, "", wrongs);
    services::NewEmployee wanted{
        reader.texts("roles", api::Need::required),
        {Personal<std::string>(reader.text("name", api::Need::required).value_or("")),
         Personal<std::string>(reader.text("email", api::Need::required).value_or(""))},
        reader.text("language", api::Need::optional).value_or("en")};
    if (std::ranges::find(api::kLanguages, wanted.language) == api::kLanguages.end()) {
        wrongs.add("/language", "must be en, fr, de, ja or ar");
    }
    reader.finish();
    if (auto fits = wrongs.result(); !fits) return api::answer(fits.error());
    API_TRY(const auto invited, house.staff->invite(std::move(wanted)));
    return api::json_answer(201, bj::object{{"id", invited.id.text()},
                                            {"link", join_link(house, invited)},
                                            {"until", rfc3339(invited.until)}});
}

http::Response get_employees(House& house, const http::Request&) {
    API_TRY(const auto employees, house.staff->list());
    bj::array items;
    for (const auto& employee : employees) {
        items.push_back(api::employee_json(employee, house.staff->own_token()));
    }
    return api::json_answer(200, bj::object{{"items", std::move(items)}});
}

http::Response delete_employee(House& house, const http::Request& request) {
    const auto id = EmployeeId::parse(request.parameter("id"));
    if (!id) return api::answer(Error(Code::invalid, "this is no employee's id: emp_… is wanted"));
    if (auto disabled = house.staff->disable(*id); !disabled) return api::answer(disabled.error());
    return api::json_answer(200, bj::object{{"id", id->text()}, {"disabled", true}});
}

}  // namespace

std::string join_link(const House& house, const services::Invited& invited) {
    return house.address + "/console/join#" + invited.secret;
}

void add_staff_admin_routes(http::Router& router, House& house) {
    const auto add = [&](http::Method method, std::string pattern, auto handler) {
        router.add(
            method, std::move(pattern), http::Runs::on_worker,
            [&house, handler](const http::Request& request) { return handler(house, request); });
    };
    add(http::Method::post, "/staff", post_employee);
    add(http::Method::get, "/staff", get_employees);
    add(http::Method::delete_, "/staff/{id}", delete_employee);
}

}  // namespace avow::app
