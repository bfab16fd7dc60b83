// SPDX-License-Identifier: Apache-2.0
// Questions whose answer must be no, asked of the decision that the gate runs, with the policy in
// force. Pure: each probe builds the datum and the customer that a promise is about.
#pragma once

#include "policy/decide.hh"

namespace avow::services {

struct Asked {
    int cases = 0;
    int wrong = 0;
};

Asked ask_unstated_purposes(const policy::Policy& policy, Time now);   // use.stated-purpose
Asked ask_new_uses(const policy::Policy& policy, Time now);            // use.new-purpose
Asked ask_without_permission(const policy::Policy& policy, Time now);  // contact.permission
Asked ask_unacknowledged(const policy::Policy& policy, Time now);      // staff.guidelines

}  // namespace avow::services
