// SPDX-License-Identifier: Apache-2.0
// The server's reading of definitions and answers, for agreement.mjs: a line {"definition",
// "answers": [..]} in, a line {"refused": [pointers]} or {"answers": [{"kept"} or {"refused"}]}
// out.
#include <cstdio>
#include <iostream>
#include <string>

#include <boost/json.hpp>

#include "services/survey/definition.hh"

namespace {

namespace bj = boost::json;
using namespace avow;

bj::object refused(const Error& error) {
    bj::array places;
    for (const auto& place : error.inputs()) places.emplace_back(place.pointer);
    return {{"refused", std::move(places)}};
}

bj::object told(const bj::object& given) {
    const auto definition = services::read_definition(given.at("definition"));
    if (!definition) return refused(definition.error());
    bj::array answers;
    for (const auto& one : given.at("answers").as_array()) {
        auto kept = services::check_answers(*definition, one);
        answers.push_back(kept ? bj::object{{"kept", std::move(*kept)}} : refused(kept.error()));
    }
    return {{"answers", std::move(answers)}};
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        std::puts(bj::serialize(told(bj::parse(line).as_object())).c_str());
    }
    return 0;
}
