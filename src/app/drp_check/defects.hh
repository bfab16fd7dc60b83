// SPDX-License-Identifier: Apache-2.0
// Signed bodies of the Data Rights Protocol that a business must refuse, each made of a good one by
// one change. Pure but for the times, which come in.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/time.hh"
#include "crypto/sign.hh"

namespace avow::app {

struct GoodBody {
    boost::json::object claims;  // with the four that say who, to whom and when
    const crypto::SigningKey& key;
    const crypto::SigningKey& stranger;  // a key that the business does not know
    Time now;
};

// `must` is what the protocol says; `should` is what it means and leaves open.
enum class Level { must, should };

struct Defect {
    const char* name;
    Level level;
    std::function<std::string(const GoodBody&)> make;  // what is sent
};

const std::vector<Defect>& defects();

// The four claims, good for ten minutes from just before `now`.
boost::json::object claims_of(const std::string& agent, const std::string& business, Time now);

}  // namespace avow::app
