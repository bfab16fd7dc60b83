// SPDX-License-Identifier: Apache-2.0
#include "app/employee_letter.hh"

#include <algorithm>

namespace avow::app {

bool has_role(const services::Employee& employee, std::string_view role) {
    return std::ranges::find(employee.roles, role) != employee.roles.end();
}

const services::Employee* find_active(const std::vector<services::Employee>& employees,
                                      const EmployeeId& id) {
    const auto found = std::ranges::find(employees, id, &services::Employee::id);
    const bool active =
        found != employees.end() && found->state == services::Employee::State::active;
    return active ? &*found : nullptr;
}

std::string organization_of(const House& house) {
    const auto policy = house.gate->policies().in_force();
    return policy == nullptr ? "" : policy->organization;
}

services::Letter letter_to(const House& house, const services::Employee& employee,
                           services::LetterKind kind, services::Worded worded) {
    services::Letter letter{kind, employee.language};
    const auto token = house.gate->own_data_token();
    letter.to = Personal<std::string>(employee.person.email.reveal(token));
    letter.answer = services::Letter::Answer{Personal<std::string>(std::move(worded.subject)),
                                             Personal<std::string>(std::move(worded.text)), "",
                                             Personal<std::string>(std::string()),
                                             Personal<std::string>(std::string())};
    return letter;
}

}  // namespace avow::app
