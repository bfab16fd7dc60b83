// SPDX-License-Identifier: Apache-2.0
// Writes the letters that employees asked for, in a thread of its own: of requests that are overdue
// (app/escalation.hh), and with figures of a site, which hold what the report's page holds: counts
// that nobody is in, small ones folded.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "app/house.hh"
#include "app/rest.hh"
#include "services/letters/wording.hh"

namespace avow::app {

// A letter's subject and text for one site and the days of `span`. `address` is the portal's. Reads
// the reports; errors as theirs.
Result<services::Worded> word_digest(const traffic::Traffic& traffic, const std::string& site,
                                     services::Every every, const services::Span& span,
                                     const std::string& language, const std::string& organization,
                                     const std::string& address, const services::Say& say);

class Digester {
  public:
    // `address` is the portal's, as "https://host".
    static Result<std::unique_ptr<Digester>> create(House& house, std::string address);
    ~Digester();
    Digester(const Digester&) = delete;
    Digester& operator=(const Digester&) = delete;

  private:
    Digester(House& house, std::string address, services::Say say);
    void serve();
    Status write_due();
    Status write(const services::Digests::Due& due, const services::Employee& employee);

    House& house_;
    const std::string address_;
    const services::Say say_;
    Rest rest_;
    std::thread thread_;  // last: it uses the others
};

}  // namespace avow::app
