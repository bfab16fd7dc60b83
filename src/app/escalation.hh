// SPDX-License-Identifier: Apache-2.0
// Requests that are overdue: what was left by who works here no more becomes nobody's, and
// employees who asked for it are written to.
#pragma once

#include <string>

#include "app/house.hh"
#include "services/letters/wording.hh"

namespace avow::app {

// A letter's subject and text. `address` is the portal's; `soon`: deadlines that come are in it.
services::Worded word_overdue(const services::OverdueLetters::Due& due, bool soon,
                              const std::string& language, const std::string& organization,
                              const std::string& address, const services::Say& say);

// Does what is due now. Twice does it once; `address` as above.
Status escalate(House& house, const std::string& address, const services::Say& say);

}  // namespace avow::app
