// SPDX-License-Identifier: Apache-2.0
// The sample company of `avow serve --demo`: a customer with an account, and two tokens, so that a
// first visitor can try both sides. Made once; told at every start.
#pragma once

#include <string>

#include "app/house.hh"

namespace avow::app {

Status tell_demo(House& house, const Configuration& configuration, const std::string& address);

}  // namespace avow::app
