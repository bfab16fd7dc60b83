// SPDX-License-Identifier: Apache-2.0
// What is sealed of employees, bound to the employee and to what it is (decision 0081). Private to
// the room's files about employees.
#pragma once

#include <string_view>

#include "base/id.hh"
#include "base/random.hh"
#include "base/result.hh"
#include "crypto/key.hh"

namespace avow::services {

class StaffSeal {
  public:
    StaffSeal(const crypto::Key& key, Random& random) : key_(key), random_(random) {}

    Bytes seal(const EmployeeId& id, std::string_view what, ByteView plain) const;
    Result<Bytes> open(const EmployeeId& id, std::string_view what, ByteView sealed) const;

  private:
    const crypto::Key& key_;
    Random& random_;
};

}  // namespace avow::services
