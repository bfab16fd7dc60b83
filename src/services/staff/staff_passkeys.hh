// SPDX-License-Identifier: Apache-2.0
// Passkeys of the employees; their names are sealed by the house's key (decision 0081).
// Thread-safe.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/id.hh"
#include "services/factors/passkey.hh"
#include "services/staff/staff_seal.hh"
#include "sql/connection.hh"

namespace avow::services {

class StaffPasskeys {
  public:
    // `own`: with which employees read what is theirs.
    StaffPasskeys(sql::Connection& store, StaffSeal seal, PurposeToken own, const Clock& clock,
                  Random& random)
        : store_(store),
          seal_(seal),
          own_(own),
          clock_(clock),
          random_(random),
          challenges_(clock, random) {}

    // As of Passkeys, but that nobody is told by letter: employees have no letters.
    Bytes make_challenge(Ceremony ceremony, const std::optional<EmployeeId>& employee) {
        return challenges_.make(ceremony, employee ? ByteView(employee->bytes()) : ByteView());
    }
    Result<std::vector<Passkey>> list(const EmployeeId& employee);
    Status add(const EmployeeId& employee, const crypto::webauthn::Site& site, NewPasskey passkey);
    Status rename(const EmployeeId& employee, std::string_view id,
                  const Personal<std::string>& name);
    Status remove(const EmployeeId& employee, std::string_view id);
    // Whether the employee is active is the caller's to ask.
    Result<EmployeeId> prove(const std::optional<EmployeeId>& asked,
                             const crypto::webauthn::Site& site, const PasskeyAnswer& answer);

    // Within the caller's transaction.
    static Status write_forget_all(sql::Writer& unit, const EmployeeId& employee);

  private:
    Bytes seal_name(const EmployeeId& employee, ByteView id,
                    const Personal<std::string>& name) const;

    sql::Connection& store_;
    StaffSeal seal_;
    PurposeToken own_;
    const Clock& clock_;
    Random& random_;
    Challenges challenges_;
};

}  // namespace avow::services
