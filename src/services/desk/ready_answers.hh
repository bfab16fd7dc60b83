// SPDX-License-Identifier: Apache-2.0
// Answers that the house keeps ready, each in one or more languages, with places for what differs:
// {name} of the customer, as far as the gate let it open, {number} of the request, {organization}.
// No other place is taken, so that nothing else of a customer is ever put in by itself. The texts
// are the house's and hold no personal data. Thread-safe.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/id.hh"
#include "base/random.hh"
#include "base/result.hh"
#include "sql/connection.hh"

namespace avow::services {

struct ReadyAnswerTag {
    static constexpr std::string_view prefix = "rdy";
};
using ReadyAnswerId = Id<ReadyAnswerTag>;

struct ReadyText {
    std::string title;  // by which it is found
    std::string text;
};
using ReadyTexts = std::map<std::string, ReadyText>;  // by language

struct ReadyAnswer {
    ReadyAnswerId id;
    ReadyTexts texts;
    Time changed;
};

class ReadyAnswers {
  public:
    static constexpr std::size_t kMax = 500;         // LIMIT
    static constexpr std::size_t kTitleMax = 200;    // LIMIT: bytes
    static constexpr std::size_t kTextMax = 20'000;  // LIMIT: bytes

    ReadyAnswers(sql::Connection& store, const Clock& clock, Random& random)
        : store_(store), clock_(clock), random_(random) {}

    Result<std::vector<ReadyAnswer>> list();
    // `invalid` by pointer: no language, an empty or too long text, a place that is not known.
    // `conflict` when there are too many.
    Result<ReadyAnswer> add(ReadyTexts texts);
    // All of it anew; `not_found` when there is none.
    Result<ReadyAnswer> replace(const ReadyAnswerId& id, ReadyTexts texts);
    Status remove(const ReadyAnswerId& id);

  private:
    Status write(sql::Writer& unit, const ReadyAnswer& answer);

    sql::Connection& store_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace avow::services
