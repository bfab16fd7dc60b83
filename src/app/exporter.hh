// SPDX-License-Identifier: Apache-2.0
// Makes the exports that customers ask for, one after the other, in a thread of its own; and takes
// away what is over.
#pragma once

#include <memory>
#include <thread>

#include "app/house.hh"
#include "app/rest.hh"

namespace avow::app {

// What the services keep of a customer, as an export tells it.
void add_export_parts(House& house);

class Exporter {
  public:
    // `corrupt` when the words are not there.
    static Result<std::unique_ptr<Exporter>> create(services::Exports& exports);
    ~Exporter();  // breaks off what is under way: it is made anew at the next start
    Exporter(const Exporter&) = delete;
    Exporter& operator=(const Exporter&) = delete;

  private:
    Exporter(services::Exports& exports, services::Say say);
    void serve();

    services::Exports& exports_;
    const services::Say say_;
    Rest rest_;
    std::thread thread_;  // last: it uses the others
};

}  // namespace avow::app
