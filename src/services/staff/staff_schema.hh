// SPDX-License-Identifier: Apache-2.0
// Employees and tokens share one schema: whoever opens the store first brings it up to date.
// Private to the room's files about them.
#pragma once

#include "services/statements.hh"
#include "sql/connection.hh"

namespace avow::services {

inline Status migrate_staff(sql::Connection& store) {
    return store.migrate("staff", {statements::staff_schema_1, statements::staff_schema_2,
                                   statements::staff_schema_3});
}

}  // namespace avow::services
