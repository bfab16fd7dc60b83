// SPDX-License-Identifier: Apache-2.0
// An employee as the store has them. Private to the room's files about employees.
#pragma once

#include "services/staff/staff.hh"

namespace avow::services {

struct Staff::Row {
    EmployeeId id;
    Employee::State state;
    std::string roles;
    std::string language;
    std::string password;  // hash; empty until they join
    Bytes totp;            // sealed secret
    std::int64_t totp_step;
    Bytes person;  // sealed; empty where the statement leaves it out
    Time created;
    Time changed;
};

}  // namespace avow::services
